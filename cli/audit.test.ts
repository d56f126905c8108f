import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { UserError } from "../stack-file/user-error.ts";
import { agentWith } from "../test/inspected.ts";
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
  writeFileSync(join(folder, "inspected"), JSON.stringify([agentWith().found()]));
  writeFileSync(
    join(folder, "docker"),
    `#!/bin/sh
case $1 in
  inspect) cat ${folder}/inspected ;;
  exec) ;;
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

test("an audit is not read of a volume that is not there: reading would make one", async () => {
  const docker = (volume: string) =>
    writeFileSync(
      join(folder, "docker"),
      `#!/bin/sh
echo "$*" >>${folder}/calls
case $1 in
  inspect | exec) echo "Error: No such container: acme-gateway" >&2; exit 1 ;;
  volume) ${volume} ;;
  images) echo 0123456789ab ;;
esac
`,
      { mode: 0o755 },
    );
  const failure = async () => ((await command.run(["acme"]).catch((error: unknown) => error)) as UserError).message;
  docker('echo "Error: No such volume: acme-audit" >&2; exit 1');
  expect(await failure()).toBe(
    "the audit of acme cannot be read: there is no volume acme-audit; `pulumi up --stack acme` makes one",
  );
  docker('echo "Cannot connect" >&2; exit 1');
  expect(await failure()).toBe("the audit of acme cannot be read: Cannot connect");
  const calls = () => readFileSync(join(folder, "calls"), "utf8");
  expect(calls()).not.toMatch(/^run /m);
  docker("echo '[{}]'");
  await command.run(["acme"]);
  expect(calls()).toMatch(/^run .*--label agent-sandbox\.client=acme .*--volume acme-audit:\S+:ro /m);
});
