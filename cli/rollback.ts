import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { Declared } from "../capabilities/capability.ts";
import { REGISTRY_LOCK } from "../capabilities/image/registry.ts";
import { declaredBy } from "../host/declarations.ts";
import { runProgram } from "../host/program.ts";
import { findRevision } from "../host/revision.ts";
import { say, sayLines } from "../host/say.ts";
import { declaredPosture, topics } from "../plan/posture.ts";
import { compare } from "../plan/review/compare.ts";
import { describeNew, describeReview, summary } from "../plan/review/describe.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { oneLine, printableLines } from "../stack-file/printable.ts";
import { describeProblems, suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Look } from "../target/look.ts";
import type { Belonging } from "../target/ownership.ts";
import { confirmed, ownBelongings } from "./belongings.ts";
import { type Command, ROOT } from "./command.ts";
import { upAtOnce } from "./up/at-once.ts";
import { writeStackFile } from "./write-stack-file.ts";

export const command: Command = {
  usage: "rollback CLIENT [--to REV] [--yes]",
  help: `Goes back to the stack file of a git revision: shows what that changes, as a review, then writes the file as it was there, comments and all, and runs
\`pulumi up\`. Catalogues (policies/, images/) stay as they are now: those of them that the file needs and that changed since are named.
Of a client that is not up it says that, and that a new sandbox is made.
A file with changes that no revision has is refused, for they would be lost. To keep the way back, commit the file afterwards.

  --to REV   a commit, a branch, a tag; without it, the last one in which the file said something else than it does now, and not only in other comments or words
  --yes      does not ask

  agentbox rollback acme
  agentbox rollback acme --to v1.2`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { to: { type: "string" }, yes: { type: "boolean" } },
    });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    const file = fileOf(client);
    const now = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), "utf8") : undefined;
    const there = await ownBelongings(ROOT, client, "rollback");
    await refuseUncommitted(file, now);
    const commit =
      values.to === undefined ? await lastOther(client, file, now) : (await findRevision(ROOT, values.to)).commit;
    const then = await textAt(file, commit, values.to ?? commit);
    if (now !== undefined && sameText(now, then)) {
      say(`${file} is as it was in ${await named(commit)}: there is nothing to go back to`);
      return 0;
    }
    const back = await declaredBy(ROOT, client, then);
    if ("problems" in back)
      throw new UserError(2, [
        `as it was in ${await named(commit)}, ${file} is no stack file of this version:`,
        ...describeProblems(back.problems, file).split("\n"),
      ]);
    say(`Back to ${file} of ${await named(commit)}:`);
    sayLines(printableLines((await review(client, now, back.declared, isDown(there))).join("\n")));
    const changed = await changedSince(commit, back.declared);
    if (changed.length > 0) say(`Not gone back with it, as of now: ${few(changed)}`);
    const makes = isDown(there) ? ", which makes a new sandbox" : "";
    if (!(await confirmed(`Write ${file} as it was, and run pulumi up${makes}?`, values.yes ?? false))) {
      say("nothing was changed");
      return 1;
    }
    writeStackFile(ROOT, file, now, then);
    const status = await upAtOnce(client);
    say(
      status === 0
        ? `${client} is back; commit ${file} to keep it so`
        : `the up failed; ${file} is as it was in ${commit.slice(0, 12)}. The one before it comes back with: git checkout HEAD -- ${file}`,
    );
    return status === 0 ? 0 : 1;
  },
};

function fileOf(client: string): string {
  // It becomes part of paths and of words for git.
  if (/^[a-z][a-z0-9-]*$/.test(client)) return `stacks/Pulumi.${client}.yaml`;
  const known = stackFiles(ROOT).map((stack) => stack.client);
  throw new UserError(
    2,
    `"${client}" is not a client's name.${suggest(client, known)} Clients with a file here: ${known.join(", ")}`,
  );
}

/** Whether it is known that nothing of a client is up. Volumes alone are none of it that runs. */
function isDown(there: Look<readonly Belonging[]>): boolean {
  return "seen" in there && there.seen.every(({ kind }) => kind === "volume");
}

/**
 * What changes, in words, by what the files say: what of it is new on this host is `up`'s to say.
 * @param down whether the client is not up. To somebody who reads what changes between two files it would look as if it ran
 */
async function review(client: string, now: string | undefined, back: Declared, down: boolean): Promise<string[]> {
  const after = declaredPosture(back).facts;
  if (down)
    return [
      `${client} is not up: nothing of it runs or could be started. This makes a new sandbox:`,
      ...describeNew(after, topics),
    ];
  if (now === undefined) return ["a new sandbox:", ...describeNew(after, topics)];
  const here = await declaredBy(ROOT, client, now);
  if ("problems" in here)
    return [
      "what changes cannot be said, for the file as it is now has mistakes. What is to be:",
      ...describeNew(after, topics),
    ];
  const changes = compare(declaredPosture(here.declared).facts, after, topics);
  if (changes.length === 0) return ["nothing of what the sandbox may changes: comments, or the way it is written"];
  return [...describeReview(changes, topics), summary(changes)];
}

/** What a text of the file asks for, however it is written, and what is encrypted in it, which nobody opens here; nothing where that is not known, for it has mistakes. */
async function meaningOf(client: string, text: string): Promise<unknown> {
  const judged = await declaredBy(ROOT, client, text);
  return "declared" in judged ? { spec: judged.declared.spec, encrypted: text.match(/\bsecure:\s*\S+/g) } : undefined;
}

/** Files of the project that the stack file needs, and that are otherwise now than in that commit. */
async function changedSince(commit: string, { spec, named, agents, tools, guards }: Declared): Promise<string[]> {
  const of = (folder: string, all: readonly { name: string }[]) => all.map(({ name }) => `${folder}/${name}.yaml`);
  const needed = [
    ...[...of("policies/services", named), ...of("policies/guards", guards)],
    ...[...of("images/agents", agents), ...of("images/tools", tools), "images/lock.yaml"],
    ...(spec.images.from === undefined ? [] : [REGISTRY_LOCK]),
    // Of the client's own files those that are the project's.
    ...[...spec.egress.from, ...(spec.image.extend ? [spec.image.extend] : [])].filter(
      (path) => !/^([~/]|\.\.)/.test(path),
    ),
  ];
  const changed = await git(["diff", "--name-only", "--no-ext-diff", "--relative", "-z", commit, "--", ...needed]);
  return changed.split("\0").filter(Boolean).sort();
}

function few(files: readonly string[]): string {
  const more = files.length - 6;
  return more > 0 ? `${files.slice(0, 6).join(", ")}, and ${more} more (git diff --name-only)` : files.join(", ");
}

/** @throws UserError where the file has changes that would be lost */
async function refuseUncommitted(file: string, now: string | undefined): Promise<void> {
  await git(
    ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"],
    "this project has no commit yet, so there is nothing to go back to",
  );
  if (now === undefined) return;
  const committed = await blobAt(file, "HEAD");
  if (committed === undefined)
    throw new UserError(
      2,
      `${file} is in no commit yet, and would be lost: commit it first (git add ${file}, git commit); nothing was changed`,
    );
  if (!sameText(committed, now))
    throw new UserError(
      2,
      `${file} has changes that no revision has, and they would be lost. Commit it, or take it back with git checkout HEAD -- ${file}; nothing was changed`,
    );
}

/** The newest commit in which the file was there and said something else than it does now: who goes back means another sandbox, and no other comments. @throws UserError */
async function lastOther(client: string, file: string, now: string | undefined): Promise<string> {
  const commits = (await git(["log", "--format=%H", "--max-count=100", "--", file])).split("\n").filter(Boolean);
  const meant = now === undefined ? undefined : await meaningOf(client, now);
  let written = 0;
  for (const commit of commits) {
    const text = await blobAt(file, commit);
    if (text === undefined || (now !== undefined && sameText(text, now))) continue;
    if (meant === undefined || !isDeepStrictEqual(await meaningOf(client, text), meant)) return commit;
    written++;
  }
  if (written > 0)
    throw new UserError(
      2,
      `all other versions of ${file} in this repository mean the same as it does now: comments, or the way it is written (of a shallow clone: git fetch --unshallow). To go back to one, name it by --to; nothing was changed`,
    );
  throw new UserError(
    2,
    `${commits.length === 0 ? "no revision has" : "there is no other version of"} ${file} in this repository (of a shallow clone: git fetch --unshallow); nothing was changed`,
  );
}

/** @throws UserError where the revision has no such file */
async function textAt(file: string, commit: string, revision: string): Promise<string> {
  const text = await blobAt(file, commit);
  if (text !== undefined) return text;
  const with_ = (await git(["log", "--format=%h", "--max-count=5", "--diff-filter=AM", "--", file]))
    .split("\n")
    .filter(Boolean);
  throw new UserError(
    2,
    `${revision} has no ${file}. ${with_.length > 0 ? `Revisions that changed it: ${with_.join(", ")}` : "No revision has one"}`,
  );
}

/** The file as it is stored, whatever filters there are; nothing where the commit has none. */
async function blobAt(file: string, commit: string): Promise<string | undefined> {
  const tree = await git(["ls-tree", "-z", commit, "--", file]);
  const [, mode, id] = /^(\d+) blob ([0-9a-f]+)\t/.exec(tree) ?? [];
  if (!id) return undefined;
  if (mode === "120000") throw new UserError(2, `${file} is a link in ${commit.slice(0, 12)}, and no file`);
  return git(["cat-file", "blob", id]);
}

/** `1f2e3d4c5b6a of 2026-11-28 (Open docs.acme.example)` */
async function named(commit: string): Promise<string> {
  return oneLine(await git(["show", "--no-patch", "--format=%h of %cs (%s)", commit]));
}

/** Pulumi's salt is one machine's, and no part of what a file says. */
function sameText(one: string, other: string): boolean {
  const said = (text: string) => text.replace(/^encryptionsalt:.*\n?/m, "").trimEnd();
  return said(one) === said(other);
}

/** @param refused what to say where git has nothing of the kind @throws UserError */
async function git(args: readonly string[], refused?: string): Promise<string> {
  // A hook's GIT_DIR would lead to another repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  const end = await runProgram("git", ["--no-pager", "--no-optional-locks", ...args], { cwd: ROOT, env, seconds: 60 });
  if (end.code === 0) return end.stdout;
  if (end.lost === "missing") throw new UserError(3, "git is not installed, and revisions are its to read; install it");
  throw new UserError(
    2,
    (end.code === 1 && refused) ||
      `git ${args[0]}: ${oneLine(end.stderr) || end.why || refused || `it ended with status ${end.code}`}`,
  );
}
