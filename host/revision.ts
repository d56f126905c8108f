import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { within } from "../plan/path.ts";
import { oneLine } from "../stack-file/printable.ts";
import { suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import { runProgram } from "./program.ts";

/** A commit, and how a person called it. */
export interface Revision {
  name: string;
  commit: string;
}

/**
 * What a person calls a revision, as a commit.
 * @param besides what else there is not, for the message
 * @throws UserError 2 where there is none, or no git repository; 3 where there is no git
 */
export async function findRevision(root: string, name: string, besides = ""): Promise<Revision> {
  const end = await git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
  if (end.code === 0) return { name, commit: end.stdout.trim() };
  await mustBeRepository(root);
  const meant = await nearRevision(root, name);
  throw new UserError(2, `there is no revision "${name}" in this repository${besides}.${meant} ${await whyNot(root)}`);
}

/** The newest commit that two have in common: what `A...B` begins with. @throws UserError */
export async function commonCommit(root: string, one: Revision, other: Revision): Promise<Revision> {
  const end = await git(root, ["merge-base", "--all", one.commit, other.commit]);
  const [commit, ...more] = end.stdout.split("\n").filter(Boolean);
  // Of several, what the one had and the other took away reads as no change: which comes first, their dates say, and whoever writes a commit chooses its date.
  if (more.length > 0)
    throw new UserError(
      2,
      `${one.name} and ${other.name} were merged into each other, and part in ${more.length + 1} commits, so nobody can say from where one of them changed; bring ${other.name} up to date: git merge ${one.name}`,
    );
  if (commit) return { name: `where ${one.name} and ${other.name} part`, commit };
  throw new UserError(2, `${one.name} and ${other.name} have no commit in common here. ${await whyNot(root)}`);
}

/** Whether a word means a commit of this repository. */
export async function isRevision(root: string, name: string): Promise<boolean> {
  return (await git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`])).code === 0;
}

/**
 * Files below the project that the working tree has otherwise than a revision, new ones included, sorted. Where it is the
 * commit that is checked out, these are the uncommitted changes.
 */
export async function uncommitted(root: string, folders: readonly string[]): Promise<string[]> {
  const { stdout } = await mustRun(root, [
    "status",
    "--porcelain=v1",
    "-z",
    "--no-renames",
    "--untracked-files=all",
    "--",
    ...folders,
  ]);
  const prefix = (await mustRun(root, ["rev-parse", "--show-prefix"])).stdout.trim();
  return stdout
    .split("\0")
    .filter(Boolean)
    .map((entry) => entry.slice("XY ".length + prefix.length))
    .sort();
}

/** Files below the project that differ between two revisions, sorted. @param to without it the working tree, with the files of it that git follows */
export async function changedFiles(root: string, from: Revision, to?: Revision): Promise<string[]> {
  const { stdout } = await mustRun(root, [
    ...["diff", "--no-ext-diff", "--no-textconv", "--relative", "--no-renames", "--name-only", "-z", from.commit],
    ...(to ? [to.commit] : []),
  ]);
  return stdout.split("\0").filter(Boolean).sort();
}

/** Stack files that have another name in the second revision: from → to. @param to without it the working tree */
export async function renamed(root: string, from: Revision, to?: Revision): Promise<[from: string, to: string][]> {
  const { stdout } = await mustRun(root, [
    ...[
      "diff",
      "--no-ext-diff",
      "--no-textconv",
      "--relative",
      "--find-renames",
      "--diff-filter=R",
      "--name-status",
      "-z",
    ],
    ...[from.commit, ...(to ? [to.commit] : []), "--", "stacks"],
  ]);
  const words = stdout.split("\0");
  return words.flatMap((word, index): [string, string][] =>
    index % 3 === 0 && word.startsWith("R") ? [[words[index + 1] ?? "", words[index + 2] ?? ""]] : [],
  );
}

/**
 * Lays out a project's files as a revision has them, in a folder that is gone when `look` is done, or this process is told to end.
 *
 * Blobs are taken as they are stored. `git archive` would leave out what the revision's own .gitattributes call `export-ignore`, and a checkout would run filters: a pull
 * request could hide a stack file from its review by either.
 * @throws UserError
 */
export async function atRevision<Seen>(
  root: string,
  { name, commit }: Revision,
  look: (folder: string) => Promise<Seen>,
): Promise<Seen> {
  const entries = await list(root, name, commit);
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-revision-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const end = (signal: NodeJS.Signals) => {
    remove();
    // As it would have ended without this.
    process.off(signal, end);
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, end);
  try {
    await layOut(root, name, entries, folder);
    return await look(folder);
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
    remove();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Folders of this project that say nothing of a client: what is named of them is nothing that a stack file may name. */
const NOT_LOOKED_AT = /^(node_modules|\.git|\.cache|\.state)\//;

interface Entry {
  path: string;
  link: boolean;
  executable: boolean;
  blob: string;
}

async function list(root: string, name: string, commit: string): Promise<Entry[]> {
  // In a folder of a repository git lists that folder, by paths that begin there.
  const { stdout } = await mustRun(root, ["ls-tree", "-r", "-z", commit]);
  return stdout
    .split("\0")
    .filter(Boolean)
    .flatMap((line): Entry[] => {
      const [, mode, type, blob, path] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      if (!mode || !blob || !path)
        throw new UserError(2, `git ls-tree says what nobody understands here: ${oneLine(line)}`);
      if (NOT_LOOKED_AT.test(path)) return [];
      // No git makes one; a commit can be written without git.
      if (path.split("/").some((part) => ["", ".", "..", ".git"].includes(part)))
        throw new UserError(2, `${path} of ${name} is no path of a file: this commit is not to be trusted`);
      if (type === "commit") {
        if (!/^(stacks|policies|images)(\/|$)/.test(path)) return [];
        throw new UserError(
          2,
          `${path} of ${name} is a submodule, whose files this repository does not have: what they say there is not known`,
        );
      }
      return [{ path, link: mode === "120000", executable: mode === "100755", blob }];
    });
}

/** Writes blobs where they belong, links last: nothing is written through one. */
async function layOut(root: string, name: string, entries: readonly Entry[], folder: string): Promise<void> {
  const blobs = await readBlobs(root, [...new Set(entries.map(({ blob }) => blob))]);
  const made = new Set<string>();
  for (const { path, link, executable, blob } of entries.toSorted((a, b) => Number(a.link) - Number(b.link))) {
    const place = join(folder, path);
    const content = blobs.get(blob);
    if (content === undefined)
      throw new UserError(2, `${path} of ${name} is not in this repository: git fetch brings what is missing`);
    if (!made.has(dirname(place))) mkdirSync(dirname(place), { recursive: true });
    made.add(dirname(place));
    if (link) symlinkSync(content.toString(), place);
    // Whether it can be run is a part of what an image is made of.
    else writeFileSync(place, content, { mode: executable ? 0o755 : 0o644 });
  }
  for (const { path, blob } of entries.filter(({ path }) => ATTRIBUTES.test(path)))
    if (changesFiles(blobs.get(blob)?.toString() ?? ""))
      throw new UserError(
        2,
        `${path} of ${name} has git change files as it checks them out (working-tree-encoding, ident or a filter), so what is placed would be another text than what is reviewed; take the line out`,
      );
  const real = realpathSync(folder);
  for (const { path } of entries.filter(({ link }) => link)) {
    const leads = leadsTo(join(folder, path));
    if (leads === undefined || within(leads, real)) continue;
    // It stays a link, and leads nowhere: what a stack file names through one is refused as that.
    rmSync(join(folder, path));
    symlinkSync("/.out-of-the-project", join(folder, path));
    if (/^(stacks|policies|images)(\/|$)/.test(path))
      throw new UserError(
        2,
        `${path} of ${name} is a link out of the project: what is there at that revision is not known`,
      );
  }
}

const ATTRIBUTES = /^((stacks|policies|images)\/(.*\/)?)?\.gitattributes$/;

/** The project's own filter takes a salt out (setup/git.sh), and what git-lfs keeps elsewhere is no YAML here. */
function changesFiles(attributes: string): boolean {
  return attributes
    .split("\n")
    .some(
      (line) =>
        !/^\s*#/.test(line) && /\s(working-tree-encoding=|ident(\s|$)|filter=(?!(no-salt|lfs)(\s|$)))/.test(line),
    );
}

/** Nothing where it leads nowhere. */
function leadsTo(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

/** All blobs by one `git cat-file`: a program a file would take 3 ms each. */
function readBlobs(root: string, ids: readonly string[]): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["cat-file", "--batch"], {
      cwd: root,
      env: ENVIRONMENT,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.on("error", reject);
    child.stdin.on("error", () => {});
    child.on("close", () => resolve(parseBatch(Buffer.concat(parts))));
    child.stdin.end(ids.map((id) => `${id}\n`).join(""));
  });
}

/** `ID blob SIZE`, the content, an end of line; of one that is not there `ID missing`. */
function parseBatch(said: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 0; at < said.length; ) {
    const end = said.indexOf("\n", at);
    if (end < 0) break;
    const [id = "", type, size] = said.subarray(at, end).toString().split(" ");
    at = end + 1;
    if (type !== "blob") continue;
    const content = said.subarray(at, at + Number(size));
    if (content.length < Number(size)) break;
    found.set(id, content);
    at += Number(size) + 1;
  }
  return found;
}

/** Of git's own variables none: one like GIT_DIR, set by a hook, would lead to another repository. */
const ENVIRONMENT = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"))),
  LC_ALL: "C",
};

function git(root: string, args: readonly string[]) {
  return runProgram("git", ["--no-pager", "--no-optional-locks", ...args], {
    cwd: root,
    env: ENVIRONMENT,
    seconds: 60,
  });
}

async function mustRun(root: string, args: readonly string[]): Promise<{ stdout: string }> {
  const end = await git(root, args);
  if (end.code === 0) return end;
  await mustBeRepository(root);
  throw new UserError(2, `git ${args[0]}: ${oneLine(end.stderr) || end.why || `it ended with status ${end.code}`}`);
}

async function mustBeRepository(root: string): Promise<void> {
  const end = await git(root, ["rev-parse", "--is-inside-work-tree"]);
  if (end.lost === "missing") throw new UserError(3, "git is not installed, and revisions are its to read; install it");
  if (end.code === 0) return;
  throw new UserError(
    2,
    `this project is in no git repository that can be read, so there are no revisions to compare (${oneLine(end.stderr) || end.why}). What runs against the working tree: agentbox review [CLIENT…]`,
  );
}

/** What may be meant by a name that is no revision's: `main` of a clone that has it as `origin/main` alone, as a forge's runner checks out, or a slip. Of a commit's number, and of one that is counted from another, nothing is near. */
async function nearRevision(root: string, name: string): Promise<string> {
  if (/^[0-9a-f]{7,}$|[~^]|@\{/.test(name)) return "";
  const named = async (...places: string[]) =>
    (await git(root, ["for-each-ref", "--format=%(refname:lstrip=2)", ...places])).stdout.split("\n").filter(Boolean);
  const remotes = await named("refs/remotes");
  const remote = remotes.find((ref) => ref.slice(ref.indexOf("/") + 1) === name);
  if (remote !== undefined) return ` Did you mean "${remote}"?`;
  return suggest(name, [...(await named("refs/heads", "refs/tags")), ...remotes]);
}

/** Why a commit that should be there may not be. */
async function whyNot(root: string): Promise<string> {
  const shallow = (await git(root, ["rev-parse", "--is-shallow-repository"])).stdout.trim() === "true";
  return shallow
    ? "The clone is shallow, so older ones are not here: git fetch --unshallow (in a CI, a checkout with its whole history: fetch-depth: 0)"
    : "Branches and tags: git branch --all, git tag; of a remote's, git fetch first";
}
