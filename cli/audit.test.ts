import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { UserError } from "../stack-file/user-error.ts";
import { command } from "./audit.ts";

let folder: string;
let engine: Server;
const { DOCKER_HOST, PATH } = process.env;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-audit-"));
  Object.assign(process.env, {
    DOCKER_HOST: `unix://${folder}/engine.sock`,
    PATH: [folder, PATH].join(delimiter),
  });
  const networks = [{ Id: "1", Name: "acme-inner", Labels: { "agent-sandbox.client": "acme" } }];
  const answers: Record<string, unknown> = {
    "/version": { Version: "28.0.0", Arch: "amd64" },
    ...{ "/info": {}, "/volumes": {}, "/networks": networks },
  };
  engine = createServer(({ url }, response) => response.end(JSON.stringify(answers[url!] ?? [])));
  await new Promise<void>((done) => {
    engine.listen(join(folder, "engine.sock"), () => done());
  });
});
afterEach(async () => {
  process.env.PATH = PATH;
  if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = DOCKER_HOST;
  await new Promise((done) => engine.close(done));
  rmSync(folder, { recursive: true, force: true });
});

test("an audit that is followed does not end quietly where the engine's client cannot read the log", async () => {
  writeFileSync(
    join(folder, "docker"),
    `#!/bin/sh
case $1 in
  inspect) echo true ;;
  logs) echo "configured logging driver does not support reading" >&2; exit 1 ;;
esac
`,
    { mode: 0o755 },
  );
  const failure = await command.run(["acme", "--follow"]).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect((failure as UserError).message).toBe(
    "the log of acme's gateway cannot be followed: configured logging driver does not support reading",
  );
});
