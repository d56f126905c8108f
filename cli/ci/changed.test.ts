import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedClients } from "./changed.ts";

const ROOT = join(__dirname, "../..");
const root = mkdtempSync(join(tmpdir(), "changed-"));
const at = (file: string) => join(root, file);
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@acme.example", ...args], {
    cwd: root,
    encoding: "utf8",
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"))),
  }).trim();
/** Commits what is there. @returns the commit */
function commit(): string {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "x");
  return git("rev-parse", "HEAD");
}
/** What pulumi says of the history of all stacks. */
function history(entries: object[] | string, status = 1): void {
  const said =
    typeof entries === "string" ? `echo '${entries}' >&2; exit ${status}` : `cat <<'E'\n${JSON.stringify(entries)}\nE`;
  writeFileSync(at("bin/pulumi"), `#!/bin/bash\n${said}\n`);
  chmodSync(at("bin/pulumi"), 0o755);
}
const entry = (head: string | undefined, rest: object = {}, environment: object = {}) => ({
  ...{ kind: "update", result: "succeeded", ...rest },
  environment: { "pulumi.env.PULUMI_AGENT_SANDBOX_CLEAN": "set", ...(head && { "git.head": head }), ...environment },
});
function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(at(file), "utf8");
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(at(file), edited);
}
const stack = (...lines: string[]) =>
  ["config:", "  agent-sandbox:workspace: /w", ...lines.map((line) => `  agent-sandbox:${line}`), ""].join("\n");
/** Which clients HEAD changes since their last up, which was of `since`. */
async function changed(since: string): Promise<string[]> {
  const now = commit();
  history([entry(since)]);
  const { changed } = await changedClients(root, { name: "HEAD", commit: now });
  return changed.map(({ client }) => client);
}

let base: string;
beforeAll(() => {
  for (const folder of ["policies", "images"]) cpSync(join(ROOT, folder), at(folder), { recursive: true });
  for (const folder of ["stacks/files", "bin", "plan"]) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at(".gitignore"), "/bin/\n");
  writeFileSync(at("plan/plan.ts"), "export {};\n");
  writeFileSync(at("stacks/files/vimrc"), "set number\n");
  writeFileSync(at("stacks/files/get.sh"), "echo a\n");
  writeFileSync(
    at("stacks/Pulumi.acme.yaml"),
    stack("agents: [claude]", "egress: {allow: [sentry]}", "secrets: {T: {command: [sh, stacks/files/get.sh]}}"),
  );
  writeFileSync(at("stacks/Pulumi.globex.yaml"), stack("agents: [shell]", "dotfiles: {.vimrc: stacks/files/vimrc}"));
  git("init", "--quiet", "--initial-branch=main");
  base = commit();
});
beforeEach(() => git("reset", "--quiet", "--hard", base));
afterAll(() => rmSync(root, { recursive: true }));

test.each<[what: string, clients: string[], edit: () => void]>([
  ["nothing", [], () => {}],
  ["a comment in a stack file", [], () => edit("stacks/Pulumi.acme.yaml", "config:", "# Ann's.\nconfig:")],
  ["a key of a stack file", ["acme"], () => edit("stacks/Pulumi.acme.yaml", "[sentry]", "[sentry, npm]")],
  ["a service that one names", ["acme"], () => edit("policies/services/sentry.yaml", "sentry.io", "sentry.example")],
  ["a service that nobody names", [], () => edit("policies/services/hex.yaml", "hex.pm", "hex.example")],
  [
    "an agent that one has",
    ["acme"],
    () => edit("images/agents/claude.yaml", /^description: .*/m, "description: Another."),
  ],
  ["a program in all agents' images", ["acme", "globex"], () => edit("images/runtime/enter", /$/, "\n# more\n")],
  ["whether such a program can be run", ["acme", "globex"], () => chmodSync(at("images/runtime/enter"), 0o644)],
  ["a file of the project that one is given", ["globex"], () => edit("stacks/files/vimrc", "number", "nonumber")],
  ["a script of the project that a secret of one is read by", ["acme"], () => edit("stacks/files/get.sh", "a", "b")],
  ["the program itself", ["acme", "globex"], () => edit("plan/plan.ts", "{}", "{ }")],
  ["a stack file that is wrong now", ["acme"], () => edit("stacks/Pulumi.acme.yaml", "[claude]", "[cloud]")],
])("a commit that changes %s changes these clients: %j", async (_what, clients, change) => {
  change();
  expect(await changed(base)).toEqual(clients);
});

test.each<[string, string, object[]]>([
  ["has no history", "it is new", []],
  ["was destroyed", "it is new", [entry("x", { kind: "destroy" }), entry("x")]],
  [
    "failed half-way, though one before did not",
    "its last up failed half-way",
    [entry("x", { result: "failed" }), entry("x")],
  ],
  [
    "was of a part of it",
    "its last up was of a part of it (--target)",
    [entry("x", {}, { "pulumi.flag.target": "set" })],
  ],
  ["was in no repository", "its last up was in no git repository", [entry(undefined)]],
  [
    "was of a commit that is not here",
    "its last up was of 000000000000, which this repository does not have (a shallow clone?)",
    [entry("0".repeat(40))],
  ],
])("a client whose last up %s is changed: %s", async (_what, why, entries) => {
  history(entries);
  const { changed } = await changedClients(root, { name: "HEAD", commit: base });
  expect(changed.map((of) => of.why)).toEqual([why, why]);
});

test("a client that was brought up of files that no commit has is changed", async () => {
  history([{ ...entry(base), environment: { "git.head": base } }]);
  const { changed } = await changedClients(root, { name: "HEAD", commit: base });
  expect(changed[0]?.why).toBe(`its last up was of ${base.slice(0, 12)} with changes that are in no commit`);
});

test("a history that cannot be read is no history that has nothing", async () => {
  history("error: the backend does not answer");
  await expect(changedClients(root, { name: "HEAD", commit: base })).rejects.toThrow(
    /which commit acme was brought up of could not be seen: pulumi stack history: error: the backend/,
  );
  history("error: no stack named acme found", 6);
  expect((await changedClients(root, { name: "HEAD", commit: base })).changed[0]?.why).toBe("it is new");
});
