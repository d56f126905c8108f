import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { widens } from "../target/engine/difference.ts";
import { agentWith } from "../test/inspected.ts";
import { driftOf } from "./drift.ts";
import { DOCUMENTS, type Document, jsonSchemas, VERSION } from "./json.ts";
import { documentOf } from "./verify.ts";

const ROOT = join(__dirname, "..");
/** What would turn the direction of a terminal's writing, and begin a line. */
const EVIL = "x\u202e\u009b\ny";

let folder: string;
let engine: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-json-"));
  for (const name of ["images", "policies", "setup", "package.json", "package-lock.json"])
    symlinkSync(join(ROOT, name), join(folder, name));
  for (const name of ["stacks", ".cache", ".state", "w"]) mkdirSync(join(folder, name));
  writeFileSync(
    join(folder, "stacks/Pulumi.acme.yaml"),
    `config:\n  agent-sandbox:workspace: ${folder}/w\n  agent-sandbox:egress: {allow: [npm]}\n  agent-sandbox:expires: 2126-01-01\n`,
  );
  writeFileSync(join(folder, "stacks/Pulumi.globex.yaml"), "config: {}\n");
  const labels = { "agent-sandbox.client": "acme", "agent-sandbox.agents": EVIL };
  const listed = { Id: "a", ImageID: "i", Names: ["/acme-agent"], Labels: labels, Mounts: [], State: "running" };
  const agent = agentWith().found();
  const inspected = {
    ...agent,
    State: { Status: "running", StartedAt: "2026-11-30T01:02:03Z" },
    Config: { ...agent.Config, Labels: labels },
  };
  const image = { Id: "i", RepoTags: ["agent-sandbox/agent:1"], Created: 1, Size: 1, Labels: labels };
  const answers: [RegExp, unknown][] = [
    [/\/version/, { Version: "28.0", Arch: "amd64" }],
    [/\/info/, { Name: "here" }],
    [/\/networks/, []],
    [/\/volumes/, { Volumes: [] }],
    [/\/containers\/acme-agent\/json/, inspected],
    [/\/containers\/json/, [listed]],
    [/\/images\/json/, [image]],
  ];
  engine = createServer((request, response) => {
    const answer = answers.find(([path]) => path.test(request.url ?? ""))?.[1];
    response.statusCode = answer ? 200 : 404;
    response.end(JSON.stringify(answer ?? { message: "no such thing" }));
  }).listen(join(folder, "engine"));
  await new Promise((resolve) => engine.on("listening", resolve));
});
afterAll(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function printed(args: readonly string[]): Promise<string> {
  const env = {
    ...{ HOME: folder, PATH: process.env.PATH, AGENT_SANDBOX_ROOT: folder, DOCKER_HOST: `unix://${folder}/engine` },
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  };
  const child = spawn(process.execPath, [join(__dirname, "agentbox.ts"), ...args, "--json"], { cwd: folder, env });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  return new Promise((resolve) => child.on("close", () => resolve(text)));
}

type Words = keyof typeof DOCUMENTS;

test.each<[Words, string[], RegExp]>([
  ["status", [], /"expires"/],
  ["status", ["--brief"], /"client":"acme","runs":"running","since":"2026-11-30T01:02:03Z?/],
  ["status", ["--all"], /"strays":\[\]/],
  ["doctor", [], /"what":"engine"/],
  ["images", [], /"agent-sandbox\/agent:1"/],
  ["services", ["npm"], /"name":"npm"/],
  ["policy check", ["acme", "registry.example", "a.example:22"], /"word":"refused"/],
  ["sweep", [], /"client":"acme"/],
])(
  "agentbox %s %j --json prints what its schema says",
  async (words, args, says) => {
    const text = await printed([...words.split(" "), ...args]);
    expect(DOCUMENTS[words].safeParse(JSON.parse(text))).toMatchObject({ success: true });
    expect(text).toMatch(says);
    expect(text).toMatch(/^[ -~]*\n$/);
  },
  60_000,
);

test("what a terminal would be steered by comes through to a program as it was", async () => {
  const { images } = JSON.parse(await printed(["images"])) as Document<"images">;
  expect(images[0]?.holds).toBe(EVIL);
});

test("what drift and verify say of the same checks has its schema's shape", () => {
  const checks = [
    { what: "agent: rights", wrong: [widens("may do more")] },
    { what: "gateway", wrong: [], unseen: "no answer" },
    { what: "volumes", wrong: [], mended: ["it holds again"] },
    { what: "networks", wrong: [] },
  ];
  const verified = DOCUMENTS.verify.parse(documentOf("acme", checks, Date.parse("2026-11-30T01:02:03Z")));
  expect(verified.checks.map(({ word }) => word)).toEqual(["FOUND", "UNSEEN", "mended", "ok"]);
  expect(verified.looked).toBe("2026-11-30T01:02:03.000Z");
  DOCUMENTS.drift.parse({ version: VERSION, client: "acme", ...driftOf(checks) });
});

test("docs/json.schema.json is what the schemas say: `DOCS=write npx jest cli/json`", () => {
  const file = join(ROOT, "docs/json.schema.json");
  if (process.env.DOCS === "write") writeFileSync(file, jsonSchemas());
  expect(readFileSync(file, "utf8")).toBe(jsonSchemas());
});
