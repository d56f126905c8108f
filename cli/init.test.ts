import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command } from "./init.ts";

const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-init-"));
const workspace = join(folder, "web app");
mkdirSync(join(workspace, ".git"), { recursive: true });
writeFileSync(join(workspace, "pyproject.toml"), "");
writeFileSync(join(workspace, ".git/config"), "[remote]\nurl = git@github.com:acme/web\n");
const said: string[] = [];
beforeAll(() => {
  jest.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterAll(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const init = (to: string, ...args: string[]) =>
  command.run([join(folder, to), "--yes", "--workspace", workspace, "--package", "file:/srv/package.tgz", ...args]);

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
