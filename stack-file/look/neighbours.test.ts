import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { keptPlaces } from "../../host/kept.ts";
import { StackFileError } from "../stack-file-error.ts";
import { readNeighbours } from "./neighbours.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "neighbours-"));
  mkdirSync(join(root, "stacks"));
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (client: string, text: string) => writeFileSync(join(root, "stacks", `Pulumi.${client}.yaml`), text);

test("what other clients write is read with and without the namespace, as Pulumi does", () => {
  put("acme", "config: {agent-sandbox:workspace: /srv/acme}\n");
  put(
    "globex",
    "config:\n  workspace: /srv/globex\n  mounts: [{host: /srv/m, at: /m, mode: rw}, {host: /srv/r, at: /r}]\n",
  );
  put("initech", "config:\n  agent-sandbox:workspace: /srv/initech\n  other:workspace: /srv/other\n");
  put("new", "");
  expect(readNeighbours(root, "acme")).toEqual([
    { client: "globex", what: "workspace", path: "/srv/globex" },
    { client: "globex", what: "mount", path: "/srv/m" },
    { client: "initech", what: "workspace", path: "/srv/initech" },
  ]);
});

test("a file of another client's that is no YAML stops, and is named: nobody knows what its agents may write", () => {
  put("globex", "config:\n  workspace: [broken\n");
  expect(() => readNeighbours(root, "acme")).toThrow(StackFileError);
  expect(() => readNeighbours(root, "acme")).toThrow(/^stacks\/Pulumi.globex.yaml is not YAML.*nothing was changed\.$/);
});

test("what no sandbox sees: state, keys, the engine's files, and every file that any client's secrets are read from", () => {
  put(
    "acme",
    `config:
  agent-sandbox:secrets: {NPM: {file: keys/npm}, OTHER: {env: X}}
  agent-sandbox:git: {token: {file: /srv/keys/pat}}
  agent-sandbox:credentials: '{"claude": {"apiKey": {"file": "/srv/keys/claude"}}, "codex": {"login": "host"}}'
`,
  );
  put("globex", "config: {agent-sandbox:secrets: {DB: {file: /srv/keys/db}}}\n");
  mkdirSync(join(root, "real"));
  symlinkSync("real", join(root, "keys"));
  writeFileSync(join(root, "real/npm"), "x");
  const kept = keptPlaces(root, ["~/.bot/auth.json"], "/data/docker");
  const paths = kept.map(({ path }) => path);
  for (const path of [
    ...[join(root, ".state"), join(realpathSync(root), "real/npm"), "/data/docker", join(homedir(), ".bot/auth.json")],
    ...["/srv/keys/pat", "/srv/keys/claude", "/srv/keys/db"],
  ])
    expect(paths).toContain(path);
  expect(kept.find(({ path }) => path === "/srv/keys/db")?.what).toBe("a file of globex's secrets");
});

test("what no sandbox sees: the repository that a linked worktree of this project shares, also of a folder in it", () => {
  const repository = join(realpathSync(root), "repository");
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@b", ...words], { stdio: "ignore" });
  mkdirSync(repository);
  git("init");
  git("commit", "--allow-empty", "-m", "one");
  git("worktree", "add", join(root, "side"));
  mkdirSync(join(root, "side/sandbox"));
  for (const project of ["repository", "side", "side/sandbox"])
    expect(keptPlaces(join(root, project), [], undefined)).toContainEqual({
      what: "the repository of this project",
      path: join(repository, ".git"),
    });
});
