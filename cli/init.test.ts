import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { PassThrough } from "node:stream";
import { command } from "./init.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-init-"));
const workspace = join(folder, "web app");
mkdirSync(join(workspace, ".git"), { recursive: true });
writeFileSync(join(workspace, "pyproject.toml"), "");
writeFileSync(join(workspace, ".git/config"), "[remote]\nurl = git@github.com:acme/web\n");
const PACKED = join(folder, "package.tgz");
writeFileSync(PACKED, "");
const said: string[] = [];
beforeEach(() => {
  said.length = 0;
});
beforeAll(() => {
  jest.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterAll(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const init = (to: string, ...args: string[]) =>
  command.run([join(folder, to), "--yes", "--workspace", workspace, "--package", PACKED, ...args]);

test("an empty folder becomes a project whose stack file says what the workspace is made of, and opens nothing else", async () => {
  await init("new", "--agents", "claude,codex");
  const text = (file: string) => readFileSync(join(folder, "new", file), "utf8");
  expect(text("index.ts")).toBe('import { program } from "agent-sandbox";\n\nexport default program;\n');
  expect(text("stacks/Pulumi.web-app.yaml")).toContain(`agent-sandbox:workspace: ${workspace}\n`);
  expect(text("stacks/Pulumi.web-app.yaml")).toContain("agent-sandbox:agents: [claude, codex]\n");
  expect(text("stacks/Pulumi.web-app.yaml")).toContain("agent-sandbox:tools: [python]\n");
  expect(text("stacks/Pulumi.web-app.yaml")).toContain("    allow: [github, pypi]\n");
  expect(readdirSync(join(folder, "new/.github/workflows"))).toHaveLength(3);
  // Both name the schema's place in the package.
  const schema = "node_modules/agent-sandbox/docs/stack-file.schema.json";
  expect(text("stacks/Pulumi.web-app.yaml")).toContain(`# yaml-language-server: $schema=../${schema}\n`);
  expect(Object.keys(JSON.parse(text(".vscode/settings.json"))["yaml.schemas"])).toEqual([`./${schema}`]);
});

test("nothing that is there is overwritten, and a folder that is not empty is asked for", async () => {
  mkdirSync(join(folder, "old/stacks"), { recursive: true });
  for (const file of ["package.json", "stacks/Pulumi.web-app.yaml"]) writeFileSync(join(folder, "old", file), "mine");
  await expect(init("old")).rejects.toThrow(/is not empty \(package\.json, stacks\)/);
  await init("old", "--here", "--ci", "none");
  for (const file of ["package.json", "stacks/Pulumi.web-app.yaml"])
    expect(readFileSync(join(folder, "old", file), "utf8")).toBe("mine");
  expect(said.join("")).toMatch(/kept {2}package\.json, which was there: add {2}"agent-sandbox": "/);
});

test("each file that stays is told with what it lacks, and Next begins with what brings the package", async () => {
  const old = join(folder, "old npm");
  mkdirSync(join(old, "bin"), { recursive: true });
  const write = (file: string, text: string) => writeFileSync(join(old, file), text);
  write("package.json", '{"dependencies": {"left-pad": "1.0.0"}}');
  write(".gitignore", "# ours\nnode_modules\n/.cache\n");
  write("Makefile", "all:\n\ttrue\n");
  write("Pulumi.yaml", "name: theirs\nmain: index.ts\n");
  await init("old npm", "--here", "--ci", "none");
  const kept = said
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("kept"));
  expect(kept.sort()).toEqual([
    "kept  .gitignore, which was there: add the line  /.state/",
    "kept  Makefile, which was there: add the line  include node_modules/agent-sandbox/Makefile",
    "kept  Pulumi.yaml, which was there: add these lines  name: agent-sandbox  stackConfigDir: stacks",
    "kept  bin, which was there: the programs are node_modules/agent-sandbox/bin/agentbox and node_modules/agent-sandbox/bin/pulumi",
    `kept  package.json, which was there: add  "agent-sandbox": "file:${PACKED}"  to its dependencies, and "type": "module", without which Pulumi runs nothing of index.ts; a folder whose files are CommonJS is none for it, so make the project in another`,
  ]);
  expect(said.at(-1)).toContain(
    `Next: cd '${old}' && npm install agent-sandbox@file:${PACKED} && npm pkg set type=module && make -f node_modules/agent-sandbox/Makefile preview STACK=web-app\n`,
  );
});

test("a project that has all of it is told nothing more, and Next is the preview alone", async () => {
  await init("twice", "--ci", "none");
  said.length = 0;
  await init("twice", "--here", "--ci", "none", "--client", "other");
  expect(said.join("")).not.toMatch(/kept .*: /);
  expect(said.at(-1)).toContain(`Next: cd ${join(folder, "twice")} && make preview STACK=other\n`);
  writeFileSync(join(folder, "twice/Makefile"), "all:\n");
  await init("twice", "--here", "--ci", "none", "--client", "third");
  expect(said.at(-1)).toContain(" && npm install && make -f node_modules/agent-sandbox/Makefile preview STACK=third\n");
});

test("the Makefile has npm install what the lock does not name, and says in a sentence what package.json lacks", async () => {
  const project = join(folder, "made");
  await init("made", "--ci", "none");
  mkdirSync(join(folder, "fake"));
  writeFileSync(
    join(folder, "fake/npm"),
    '#!/bin/sh\necho "npm $1"\nmkdir -p node_modules/agent-sandbox && printf "preview:\\n\\t@echo previewed\\n" >node_modules/agent-sandbox/Makefile\n',
    { mode: 0o755 },
  );
  const make = () => {
    rmSync(join(project, "node_modules"), { recursive: true, force: true });
    const env = { ...process.env, PATH: `${join(folder, "fake")}:${process.env.PATH}`, MAKEFLAGS: "" };
    return spawnSync("make", ["-s", "preview"], { cwd: project, env, encoding: "utf8" });
  };
  const lock = join(project, "package-lock.json");
  expect(make().stdout).toBe("npm install\npreviewed\n");
  writeFileSync(lock, '{"packages": {"": {}, "node_modules/left-pad": {}}}');
  expect(make().stdout).toBe("npm install\npreviewed\n");
  writeFileSync(lock, '{"packages": {"": {}, "node_modules/agent-sandbox": {}}}');
  expect(make().stdout).toBe("npm ci\npreviewed\n");
  writeFileSync(join(project, "package.json"), '{"name": "agent-sandbox", "dependencies": {"left-pad": "1.0.0"}}');
  expect(make()).toMatchObject({
    stdout: "",
    stderr: expect.stringMatching(/^package\.json does not .* npm install /m),
  });
});

test.each(["/nowhere/p.tgz", "./p.tgz", "p.tgz", "file:p.tgz", "file:///nowhere/p.tgz", "~/nowhere.tar.gz", tmpdir()])(
  "a package that is to come from %s, which is no file, is refused before anything is made",
  async (path) => {
    await expect(init("unpacked", "--package", path)).rejects.toThrow(
      / is no file, and npm is to install .*Nothing was made$/,
    );
    expect(readdirSync(folder)).not.toContain("unpacked");
  },
);

test("a path becomes a whole one, for npm would count it from the project, and an address stays as it is", async () => {
  const dependency = async (to: string, spec: string) => {
    await init(to, "--ci", "none", "--package", spec);
    return JSON.parse(readFileSync(join(folder, to, "package.json"), "utf8")).dependencies["agent-sandbox"];
  };
  expect(await dependency("by-path", relative(process.cwd(), PACKED))).toBe(`file:${PACKED}`);
  for (const [index, spec] of ["https://acme.example/p.tgz", "0.1.0", "acme/sandbox"].entries())
    expect(await dependency(`by-${index}`, spec)).toBe(spec);
});

test("a person is asked again with the reason, and is offered no directory that would be refused", async () => {
  const asked: string[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const [was, current] = [Object.getOwnPropertyDescriptor(process, "stdin")!, process.cwd()];
  const answers = [
    "/nowhere",
    join(__dirname, ".."),
    folder,
    "",
    workspace,
    "Web",
    "web",
    "cluade",
    "claude",
    "none",
    "",
  ];
  const stderr = jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    asked.push(String(text));
    // A question is what ends without a line's end.
    if (/[?\]] $/.test(String(text))) setImmediate(() => stdin.write(`${answers.shift()}\n`));
    return true;
  });
  Object.defineProperty(process, "stdin", { value: stdin, configurable: true });
  try {
    // A checkout of this product, which holds every client's walls.
    process.chdir(join(__dirname, ".."));
    await command.run([join(folder, "asked"), "--package", PACKED]);
  } finally {
    process.chdir(current);
    Object.defineProperty(process, "stdin", was);
    stderr.mockRestore();
  }
  const lines = asked.join("").split(/\n|(?<=\? (?!\[)|\] )/);
  expect(lines.slice(0, 12)).toEqual([
    "Which directory may the agent write? ",
    "/nowhere does not exist; create it, or name another directory",
    "Which directory may the agent write? ",
    expect.stringMatching(/ is, holds or lies in this project /),
    "Which directory may the agent write? ",
    expect.stringMatching(/asked is in the workspace .*, where an agent could change the project/),
    "Which directory may the agent write? ",
    "nothing is taken where nothing is said; Ctrl-C leaves",
    "Which directory may the agent write? ",
    "What is the client called? [web-app] ",
    expect.stringMatching(/^"Web" is no client's name/),
    "What is the client called? [web-app] ",
  ]);
  expect(readFileSync(join(folder, "asked/stacks/Pulumi.web.yaml"), "utf8")).toContain("agents: [claude]");
});

test("all wrong answers are told at once, and nothing is made", async () => {
  const wrong = init("none", "--client", "Acme!", "--agents", "cluade", "--allow", "gihub", "--ci", "gitea");
  await expect(wrong).rejects.toMatchObject({
    lines: [
      expect.stringMatching(/^"Acme!" is no client's name/),
      expect.stringMatching(/^"cluade" is not an agent\. Did you mean "claude"\?/),
      expect.stringMatching(/^"gihub" is neither a service nor a host name\. Did you mean "github"\?/),
      '"gitea" is not a forge; write github, gitlab or none',
      "Nothing was made.",
    ],
  });
  expect(readdirSync(folder)).not.toContain("none");
});

test("a project in the workspace of its own client is refused: an agent could change it", async () => {
  await expect(init("web app/sandboxes")).rejects.toThrow(/is in the workspace/);
  symlinkSync(workspace, join(folder, "elsewhere"));
  await expect(init("elsewhere/new/sandboxes")).rejects.toThrow(/is in the workspace/);
});

test("the help says that a Node may be installed, and where: bin/agentbox gets one before this program runs", () => {
  expect(readFileSync(join(__dirname, "../bin/agentbox"), "utf8")).toContain('"$package/setup/node.sh"');
  expect(command.help).toMatch(/nothing is installed but a Node .*\n~\/\.cache\/agent-sandbox/);
});
