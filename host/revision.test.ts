import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DeclaredProject } from "../test/declared-project.ts";
import { atRevision, commonCommit, findRevision, isRevision, renamed, uncommitted } from "./revision.ts";

let project: DeclaredProject;
beforeEach(() => {
  project = new DeclaredProject();
});
afterEach(() => project.remove());

const at = async <Seen>(name: string, look: (folder: string) => Seen, root = project.folder) =>
  atRevision(root, await findRevision(root, name), async (folder) => look(folder));
const stacks = (name: string, root?: string) => at(name, (folder) => readdirSync(join(folder, "stacks")).sort(), root);

test("a revision's files lie in a folder as they were, and the folder is gone afterwards", async () => {
  project.client("acme");
  project.commit("one");
  project.client("acme", "agent-sandbox:ports: [8080]");
  project.client("globex");
  project.commit("two");
  let folder = "";
  const text = await at("one", (place) => {
    folder = place;
    return readFileSync(join(place, "stacks/Pulumi.acme.yaml"), "utf8");
  });
  expect(text).not.toContain("8080");
  expect(existsSync(folder)).toBe(false);
  expect(await stacks("two")).toEqual(["Pulumi.acme.yaml", "Pulumi.globex.yaml"]);
  const failed = atRevision(project.folder, await findRevision(project.folder, "one"), async (place) => {
    folder = place;
    throw new Error("of the look");
  });
  await expect(failed).rejects.toThrow("of the look");
  expect(existsSync(folder)).toBe(false);
});

test("a review that is told to end leaves no folder behind, and ends by that signal", async () => {
  project.client("acme");
  project.commit("one");
  project.write(
    "wait.mts",
    `import { atRevision, findRevision } from ${JSON.stringify(join(__dirname, "revision.ts"))};
const one = await findRevision(process.cwd(), "one");
await atRevision(process.cwd(), one, async (folder) => {
  process.stdout.write(folder);
  await new Promise((done) => setTimeout(done, 60_000));
});
`,
  );
  const child = spawn(process.execPath, ["wait.mts"], { cwd: project.folder, stdio: ["ignore", "pipe", "inherit"] });
  const folder = await new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text))));
  expect(existsSync(join(folder, "stacks"))).toBe(true);
  child.kill("SIGTERM");
  expect(await new Promise((resolve) => child.on("close", (_code, signal) => resolve(signal)))).toBe("SIGTERM");
  expect(existsSync(folder)).toBe(false);
});

test("nothing that a revision says of itself hides a file of it or changes one", async () => {
  project.client("acme");
  project.write(".gitattributes", "* export-ignore\nstacks/** filter=no-salt text eol=crlf\n");
  project.write("stacks/.gitattributes", "*.yaml export-ignore export-subst\n");
  project.commit("one");
  project.git("config", "filter.no-salt.smudge", "false");
  expect(await stacks("one")).toEqual([".gitattributes", "Pulumi.acme.yaml"]);
  expect(await at("one", (folder) => readFileSync(join(folder, "stacks/Pulumi.acme.yaml"), "utf8"))).toBe(
    readFileSync(join(project.folder, "stacks/Pulumi.acme.yaml"), "utf8"),
  );
});

test("a link stays a link in the project, and one that leads out of it is not followed", async () => {
  project.client("acme");
  symlinkSync("Pulumi.acme.yaml", join(project.folder, "stacks/Pulumi.globex.yaml"));
  symlinkSync("/etc", join(project.folder, "elsewhere"));
  project.commit("one");
  expect(await at("one", (folder) => readFileSync(join(folder, "stacks/Pulumi.globex.yaml"), "utf8"))).toContain(
    "/srv/acme",
  );
  expect(await at("one", (folder) => existsSync(join(folder, "elsewhere")))).toBe(false);
  // Link by link it goes up further than its words say.
  symlinkSync("..", join(project.folder, "stacks/up"));
  symlinkSync("up/../../../../etc/hostname", join(project.folder, "stacks/Pulumi.out.yaml"));
  project.commit("two");
  await expect(stacks("two")).rejects.toThrow(
    "stacks/Pulumi.out.yaml of two is a link out of the project: what is there at that revision is not known",
  );
});

test("a project in a folder of a repository is that folder", async () => {
  const inner = join(project.folder, "sandboxes");
  project.write("sandboxes/stacks/Pulumi.acme.yaml", "");
  project.client("other");
  project.commit("one");
  project.write("sandboxes/stacks/Pulumi.globex.yaml", "");
  project.client("another");
  expect(await stacks("HEAD", inner)).toEqual(["Pulumi.acme.yaml"]);
  expect(await uncommitted(inner, ["stacks"])).toEqual(["stacks/Pulumi.globex.yaml"]);
});

test("what is no revision is told with what may be the reason", async () => {
  project.client("acme");
  await expect(findRevision(project.folder, "HEAD")).rejects.toThrow(
    /^this project is in no git repository that can be read/,
  );
  project.commit("one");
  await expect(findRevision(project.folder, "no-such")).rejects.toThrow(
    /^there is no revision "no-such" in this repository\. Branches and tags: git branch --all/,
  );
  for (const odd of ["", "-h", "--all", "HEAD:stacks", "one\ntwo"])
    expect(await isRevision(project.folder, odd)).toBe(false);
  project.git("branch", "open-npm");
  await expect(findRevision(project.folder, "open-nmp")).rejects.toThrow(
    /"open-nmp" in this repository\. Did you mean "open-npm"\? /,
  );
  // As a forge's runner has it: one commit, and the branches as the remote's.
  const runner = join(project.folder, "runner");
  project.git("clone", "--quiet", project.folder, runner);
  project.git("-C", runner, "checkout", "--quiet", "--detach");
  project.git("-C", runner, "branch", "--quiet", "-D", "main");
  await expect(findRevision(runner, "main")).rejects.toThrow(
    /"main" in this repository\. Did you mean "origin\/main"\? /,
  );
  // Somebody's own branch is not the remote's; what is counted from another is no slip of it.
  project.git("-C", runner, "branch", "ann/main");
  await expect(findRevision(runner, "main")).rejects.toThrow(/Did you mean "origin\/main"\? /);
  for (const name of ["open-npm~9", "0123456789abcdef"])
    await expect(findRevision(project.folder, name)).rejects.toThrow(/in this repository\. Branches and tags: /);
  project.commit("two");
  const clone = join(project.folder, "clone");
  project.git("clone", "--quiet", "--depth=1", `file://${project.folder}`, clone);
  await expect(findRevision(clone, "HEAD~1")).rejects.toThrow(/The clone is shallow.*fetch-depth: 0/);
});

test("of two revisions that were merged into each other nobody can say where they part", async () => {
  project.client("acme", "agent-sandbox:egress: {allow: [old.example]}");
  project.commit("base");
  project.git("checkout", "--quiet", "-b", "feature");
  project.write("docs/note.md", "one\n");
  project.commit("feature-1");
  project.git("checkout", "--quiet", "main");
  project.client("acme");
  project.commit("main-1");
  project.git("checkout", "--quiet", "feature");
  project.git("merge", "--quiet", "-s", "ours", "--no-edit", "main-1");
  project.git("tag", "feature-2");
  project.git("checkout", "--quiet", "main");
  project.git("merge", "--quiet", "--no-edit", "feature-1");
  project.git("tag", "main-2");
  const [main, feature] = await Promise.all(["main-2", "feature-2"].map((name) => findRevision(project.folder, name)));
  await expect(commonCommit(project.folder, main!, feature!)).rejects.toThrow(
    "main-2 and feature-2 were merged into each other, and part in 2 commits",
  );
});

test("where two revisions part is their newest common commit", async () => {
  project.client("acme");
  project.commit("base");
  project.git("checkout", "--quiet", "-b", "feature");
  project.commit("feature-1");
  project.git("checkout", "--quiet", "-");
  project.commit("main-1");
  const [one, other] = [await findRevision(project.folder, "main-1"), await findRevision(project.folder, "feature-1")];
  const base = await findRevision(project.folder, "base");
  expect(await commonCommit(project.folder, one, other)).toEqual({
    name: "where main-1 and feature-1 part",
    commit: base.commit,
  });
});

test("a stack file under another name, and what no commit has, are seen", async () => {
  project.client("acme", "agent-sandbox:ports: [8080]", "agent-sandbox:egress: {allow: [github, npm]}");
  project.commit("one");
  project.git("mv", "stacks/Pulumi.acme.yaml", "stacks/Pulumi.initech.yaml");
  const one = await findRevision(project.folder, "one");
  expect(await renamed(project.folder, one)).toEqual([["stacks/Pulumi.acme.yaml", "stacks/Pulumi.initech.yaml"]]);
  project.client("new");
  expect(await uncommitted(project.folder, ["stacks"])).toEqual([
    "stacks/Pulumi.acme.yaml",
    "stacks/Pulumi.initech.yaml",
    "stacks/Pulumi.new.yaml",
  ]);
  project.commit("two");
  const two = await findRevision(project.folder, "two");
  expect(await renamed(project.folder, one, two)).toEqual([["stacks/Pulumi.acme.yaml", "stacks/Pulumi.initech.yaml"]]);
  expect(await uncommitted(project.folder, ["stacks"])).toEqual([]);
});
