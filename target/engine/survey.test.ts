import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { surveyEngine } from "./survey.ts";

let folder: string;
let engine: Server;
const before = process.env.DOCKER_HOST;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-engine-"));
  process.env.DOCKER_HOST = `unix://${folder}/engine.sock`;
});
afterEach(async () => {
  if (before === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = before;
  await new Promise((done) => engine.close(done));
  rmSync(folder, { recursive: true, force: true });
});

/** An engine that runs on this architecture. */
function runsOn(Arch: string): Promise<void> {
  engine = createServer(({ url }, response) => {
    const answers: Record<string, unknown> = { "/version": { Version: "28.0.0", Arch }, "/info": {}, "/volumes": {} };
    response.end(JSON.stringify(answers[url!] ?? []));
  });
  return new Promise((done) => {
    engine.listen(join(folder, "engine.sock"), () => done());
  });
}

test.each([
  ["amd64", "linux-x64"],
  ["arm64", "linux-arm64"],
])("an engine on %s gets images of %s, whatever this machine is", async (arch, platform) => {
  await runsOn(arch);
  expect((await surveyEngine()).engine.platform).toBe(platform);
});

test("an engine on an architecture that nothing is locked for is refused with what there is", async () => {
  await runsOn("riscv64");
  await expect(surveyEngine()).rejects.toThrow(
    /runs on riscv64, and images\/lock.yaml has packages for amd64 and arm64 only/,
  );
});
