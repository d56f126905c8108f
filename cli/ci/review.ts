import { join } from "node:path";
import { runProgram } from "../../host/program.ts";
import { atRevision, findRevision, isRevision, type Revision } from "../../host/revision.ts";
import { PROGRAM, packageOf } from "../../setup/places.ts";
import { ROOT } from "../command.ts";
import { forge } from "./forge.ts";
import { block, heading, report, short, type Work } from "./report.ts";

/**
 * Judges a pull request: HEAD's files, and what they change since HEAD left BASE. The program is this checkout's, and HEAD is read as files, so what a pull request
 * changes of the program has no say in its review.
 */
export async function review(work: Work): Promise<number> {
  const [from = "", to = ""] = work.revisions;
  for (const commit of [from, to]) await fetchMissing(commit);
  const [base, head] = await Promise.all([findRevision(ROOT, from), findRevision(ROOT, to)]);
  const between = `${base.commit}...${head.commit}`;
  const check = await atRevision(ROOT, head, (folder) => agentbox(["check"], folder));
  const changes = await agentbox(["review", between, "--markdown"], ROOT);
  const good = check.code === 0 && changes.code === 0;
  const markdown = [
    `## Sandboxes: ${good ? "nothing to approve" : "needs a look"}`,
    `${name(base)} → ${name(head)}, read by the program of the branch that this goes to.`,
    heading("Changes", changes.code === 0, ENDED[changes.code] ?? "could not be told"),
    // Markdown by itself, unless it could not be made. What is told besides has others' words in it, as they wrote them.
    ENDED[changes.code] ? changes.said : block(changes.said),
    ...(changes.besides ? [block(cut(changes.besides))] : []),
    heading("Files", check.code === 0, check.code === 0 ? "nothing is wrong" : "something is wrong"),
    block(cut([check.said, check.besides].filter(Boolean).join("\n"))),
  ].join("\n\n");
  report(work, markdown);
  if (work.post) await forge().comment(markdown);
  return good ? 0 : 1;
}

/** Fetches a commit that is not here, like that of a pull request from a fork. That it still is not, findRevision tells. */
async function fetchMissing(commit: string): Promise<void> {
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(commit) || (await isRevision(ROOT, commit))) return;
  await runProgram("git", ["fetch", "--quiet", "--no-tags", "origin", commit], { cwd: ROOT, seconds: 300 });
}

/** How `agentbox review` ends when it could tell. */
const ENDED: Readonly<Record<number, string>> = {
  0: "nothing gets wider, or what does is approved",
  1: "something gets wider and is not approved, or cannot be told",
};

interface Said {
  code: number;
  said: string;
  /** What it told on its second way out. */
  besides: string;
}

/** A command of this checkout, about the project in a folder. */
async function agentbox(args: readonly string[], folder: string): Promise<Said> {
  const program = join(packageOf(ROOT), `cli/agentbox.${PROGRAM}`);
  const env = { ...process.env, AGENT_SANDBOX_ROOT: folder };
  const end = await runProgram(process.execPath, [program, ...args], { cwd: folder, env, seconds: 600 });
  const [said, besides] = [end.stdout, end.stderr].map((text) => text.replaceAll(folder, ".")) as [string, string];
  if (end.code === undefined) return { code: 3, said, besides: `agentbox ${args[0]} ${end.why}\n${besides}` };
  return { code: end.code, said, besides };
}

/** Characters of a part that anybody could make as long as they like: a comment has room for what changes first. */
const MOST = 4000;

function cut(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}\n… and ${text.length - MOST} characters more`;
}

function name({ name, commit }: Revision): string {
  return commit.startsWith(name) ? `\`${short(commit)}\`` : `\`${name.replaceAll("`", "")}\` (\`${short(commit)}\`)`;
}
