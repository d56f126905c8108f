import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ACME = { Name: "acme-home", Labels: { "agent-sandbox.client": "acme" } };

let folder: string;
let engine: Server;
let volumes: object[];
let deleted: string[];
/** How often volumes were asked for, and after how many times acme has one. */
let lists: number;
let comesAfter: number;
/** Images that the engine does not remove. */
let broken: RegExp;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "agent-sandbox-uninstall-"));
  [volumes, deleted, lists, comesAfter, broken] = [[], [], 0, Number.POSITIVE_INFINITY, /^$/];
  const image = { Id: "i", RepoTags: ["agent-sandbox/agent:1"], Created: 2, Size: 1, Labels: {} };
  const below = { ...image, Id: "j", RepoTags: ["agent-sandbox/base:1"], Created: 1 };
  engine = createServer((request, response) => {
    const path = request.url ?? "";
    if (request.method === "DELETE") deleted.push(path);
    if (broken.test(path)) response.statusCode = 500;
    if (path.includes("/volumes") && ++lists > comesAfter) volumes = [ACME];
    const answers: [RegExp, unknown][] = [
      [/\/version/, { Version: "28.0", Arch: "amd64" }],
      [/\/info/, { Name: "here" }],
      [/\/networks/, []],
      [/\/volumes/, { Volumes: volumes }],
      [/\/containers/, []],
      [/\/images\/json/, [below, image]],
      [/\/images\//, []],
    ];
    response.end(JSON.stringify(answers.find(([known]) => known.test(path))?.[1]));
  }).listen(join(folder, "engine"));
  await new Promise((resolve) => engine.on("listening", resolve));
  for (const own of [
    "stacks",
    ".cache/bin",
    ".state/ssh",
    "home/.cache/agent-sandbox/go/mod",
    "home/.config/fish/completions",
    "elsewhere",
  ])
    mkdirSync(join(folder, own), { recursive: true });
  writeFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "config: {}\n");
  writeFileSync(join(folder, "home/.cache/agent-sandbox/go/mod/read-only"), "");
  chmodSync(join(folder, "home/.cache/agent-sandbox/go/mod"), 0o555);
  writeFileSync(join(folder, "elsewhere/theirs"), "");
  for (const own of [".cache", ".state"]) writeFileSync(join(folder, own, ".gitignore"), "*\n");
  symlinkSync(join(folder, "elsewhere"), join(folder, ".cache/bin/link"));
  writeFileSync(join(folder, "home/.config/fish/completions/agentbox.fish"), "# Completes agentbox in fish. Printed\n");
  writeFileSync(join(folder, "home/.bashrc"), "ls\nsource <(agentbox completions bash)\n");
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const uninstall = (...args: string[]) => uninstallOf(join(folder, "home"), ...args);

function uninstallOf(home: string, ...args: string[]): Promise<{ code: number | null; text: string }> {
  const env = {
    ...{ HOME: home, PATH: process.env.PATH, AGENT_SANDBOX_ROOT: folder },
    ...{ DOCKER_HOST: `unix://${folder}/engine`, NODE_COMPILE_CACHE: join(folder, ".cache/compiled") },
    ...{ AGENT_SANDBOX_FILES: join(folder, ".state") },
  };
  const child = spawn(process.execPath, [join(__dirname, "agentbox.ts"), "uninstall", ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, text })));
}

const there = (path: string) => existsSync(join(folder, path));

test("what is the product's goes, and what is a person's stays", async () => {
  const { code, text } = await uninstall("--yes");
  expect([code, text]).toEqual([0, expect.stringContaining("all of it is gone")]);
  expect(text).toContain(`${folder}/home/.bashrc:2: names agentbox`);
  expect([".cache", "home/.cache/agent-sandbox", "home/.config/fish/completions/agentbox.fish"].filter(there)).toEqual(
    [],
  );
  expect(
    ["stacks/Pulumi.acme.yaml", ".state", "elsewhere/theirs", "home/.bashrc"].filter((path) => !there(path)),
  ).toEqual([]);
  expect(deleted).toEqual([expect.stringMatching(/\/images\/.*agent:1/), expect.stringMatching(/\/images\/.*base:1/)]);
});

test("while a client has a volume nothing is removed", async () => {
  volumes = [ACME];
  const { code, text } = await uninstall("--yes");
  expect([code, text]).toEqual([2, expect.stringMatching(/acme stands on .*1 volume.*: agentbox destroy acme/)]);
  expect([there(".cache/bin/link"), deleted]).toEqual([true, []]);
});

test("the environment's engine is asked beside those that clients name", async () => {
  writeFileSync(
    join(folder, "stacks/Pulumi.acme.yaml"),
    `config:\n  agent-sandbox:engine: unix://${folder}/nobody\n  agent-sandbox:workspace: /w\n`,
  );
  volumes = [{ Name: "globex-home", Labels: { "agent-sandbox.client": "globex" } }];
  const { code, text } = await uninstall("--yes");
  expect([code, text]).toEqual([2, expect.stringMatching(/globex stands on .*: agentbox wipe globex/)]);
  expect(text).toMatch(/whether acme stands is not known: /);
});

test("--dry-run removes nothing, nobody who can be asked is no yes, and an engine that is silent is not passed over", async () => {
  expect((await uninstall("--dry-run")).code).toBe(0);
  expect(await uninstall()).toMatchObject({ code: 2, text: expect.stringContaining("say --yes") });
  engine.close();
  expect(await uninstall("--yes")).toMatchObject({ code: 2, text: expect.stringContaining("--without-engine") });
  expect([there(".cache/bin/link"), deleted]).toEqual([true, []]);
  expect((await uninstall("--yes", "--without-engine", "--state")).code).toBe(0);
  expect([".cache", ".state"].filter(there)).toEqual([]);
  expect(readFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "utf8")).toBe("config: {}\n");
});

/** A state in which a client lives on an engine, as an `up` leaves it. */
function record(client: string, host: string): void {
  const stacks = join(folder, ".state/.pulumi/stacks/agent-sandbox");
  mkdirSync(stacks, { recursive: true });
  const resources = [{ type: "pulumi:providers:docker", inputs: { host } }];
  writeFileSync(join(stacks, `${client}.json`), JSON.stringify({ checkpoint: { latest: { resources } } }));
}

test("a client is looked for where its state says that it lives, and its record stays while nobody could look", async () => {
  record("globex", `unix://${folder}/far`);
  // The environment's engine answers, and has nothing of it.
  const { code, text } = await uninstall("--yes", "--state", "--without-engine");
  expect([code, text]).toEqual([2, expect.stringMatching(/the state is what knows where globex may stand: /)]);
  expect(await uninstall("--yes")).toMatchObject({ code: 2, text: expect.stringMatching(/whether globex stands/) });
  expect([there(".state/.pulumi"), deleted]).toEqual([true, []]);
  record("globex", `unix://${folder}/engine`);
  expect((await uninstall("--yes", "--state")).code).toBe(0);
});

test("of folders that others write into as well only this product's own goes, and of the home's nothing", async () => {
  for (const theirs of [".cache/pip", ".state/theirs"]) mkdirSync(join(folder, theirs));
  const { code, text } = await uninstall("--yes", "--state");
  expect([code, text]).toEqual([
    0,
    expect.stringContaining(`${folder}/.cache/pip: nothing that this product puts there`),
  ]);
  // Git goes on passing over what is left.
  expect([".cache/pip", ".state/theirs", ".cache/.gitignore"].filter((path) => !there(path))).toEqual([]);
  expect([".cache/bin", ".state/ssh"].filter(there)).toEqual([]);

  mkdirSync(join(folder, ".cache/bin"));
  const home = await uninstallOf(folder, "--yes", "--state");
  expect([home.code, home.text]).toEqual([0, expect.stringMatching(/\.cache\/bin: in your home's own folder/)]);
  expect([".cache/bin", ".cache/pip"].filter((path) => !there(path))).toEqual([]);
});

test("an image that the engine does not remove is told, and all else goes", async () => {
  broken = /agent:1/;
  const { code, text } = await uninstall("--yes");
  expect([code, text]).toEqual([1, expect.stringMatching(/LEFT {2}agent-sandbox\/agent:1: .* with 500/)]);
  expect([deleted.length, there(".cache/bin"), there("home/.cache/agent-sandbox")]).toEqual([2, false, false]);
});

test("a client that comes after the look, and before the yes, is not passed over", async () => {
  expect((await uninstall("--dry-run")).code).toBe(0);
  // The next look is as long as that one.
  comesAfter = lists * 2;
  const { code, text } = await uninstall("--yes");
  expect([code, text, text]).toEqual([2, expect.stringContaining("Goes:"), expect.stringMatching(/acme stands on/)]);
  expect([there(".cache/bin/link"), deleted]).toEqual([true, []]);
});
