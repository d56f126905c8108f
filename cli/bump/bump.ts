import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, parse, parseDocument } from "yaml";
import { AgentSchema } from "../../capabilities/image/agent.ts";
import { LOCK, type Lock } from "../../capabilities/image/lock.ts";
import { ownLockSchema, readOwnPackages } from "../../capabilities/image/look/lock.ts";
import { dataNames } from "../../capabilities/image/look/sources.ts";
import { readNamedYaml, readWhole } from "../../host/catalogue-file.ts";
import { judgeFile } from "../../stack-file/issue.ts";
import { present } from "../../stack-file/present.ts";
import { type Candidate, candidates, core, type Listing } from "./choose.ts";
import { listPackage, RegistryError, releaseOf, resolveFolder } from "./registry.ts";

/** What becomes of one entry of the lock. */
export interface Bump {
  name: string;
  /** What it is raised to; absent when the lock has the newest. */
  to?: Candidate;
  /** What it has now, by platform. */
  from: Lock["packages"][string];
  /** Newer releases that are not taken, and why. */
  passed: { version: string; why: string }[];
}

/** All of it worked out, nothing written yet. */
export interface BumpPlan {
  bumps: Bump[];
  /** New contents, by path below the project. */
  files: Record<string, string>;
}

/**
 * Works out what the named entries of the lock are raised to. Nothing is written.
 * @param cutoff releases after it are too young (ISO)
 * @throws RegistryError when the registry cannot be asked for one of them
 */
export async function planBumps(root: string, names: readonly string[], cutoff: string): Promise<BumpPlan> {
  const packages = readOwnPackages(root);
  const document = parseDocument(readFileSync(join(root, LOCK), "utf8"));
  const folders = npmFolders(root);
  const files: Record<string, string> = {};
  const bumps = await inTurn(names, async (name) => {
    const from = present(packages[name], `${name} in ${LOCK}`);
    const { to, passed, locked, folder } = await raise(root, from, folders[name], cutoff);
    for (const { slot, version, integrity, released } of locked ?? [])
      for (const [key, value] of Object.entries({
        version,
        integrity,
        released: released.slice(0, "2026-11-21".length),
      }))
        document.setIn(["packages", name, slot, key], value);
    for (const [file, content] of Object.entries(folder ?? {}))
      files[`images/agents/${folders[name]}/${file}`] = content;
    return { name, from, passed, ...(to && { to }) };
  });
  if (bumps.some(({ to }) => to)) {
    files[LOCK] = written(root, document);
  }
  return { bumps, files };
}

/** A question takes npm a second of a core: all ten at once may outlast its patience where cores are few. */
const AT_ONCE = 3;

/** Does a few at a time, and answers in the order of what was asked. After the first failure nothing more is begun, and nothing goes on. */
async function inTurn<Q, A>(questions: readonly Q[], answer: (question: Q) => Promise<A>): Promise<A[]> {
  const answers: A[] = [];
  const waiting = [...questions.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) answers[next[0]] = await answer(next[1]);
  };
  const stop = (error: unknown) => {
    waiting.length = 0;
    throw error;
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => work().catch(stop)));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return answers;
}

/** The lock as it is to be written: comments and order as they were. @throws CatalogueError where a registry's words make it none */
export function written(root: string, document: Document): string {
  const text = document.toString({ lineWidth: 0 });
  readWhole((problems) => judgeFile(LOCK, parse(text), ownLockSchema(root), problems));
  return text;
}

/** Writes what was worked out: every file whole, and none before all are written beside. */
export function writeBumps(root: string, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) writeFileSync(join(root, `${file}.new`), content);
  for (const file of Object.keys(files)) renameSync(join(root, `${file}.new`), join(root, file));
}

interface Raise {
  to?: Candidate;
  passed: Bump["passed"];
  /** What the lock is to have, by platform. */
  locked?: (Candidate["slots"][number] & { integrity: string })[];
  /** Of an agent that npm installs: the files of its folder. */
  folder?: Record<string, string>;
}

/** The newest candidate that its publisher stands by, and that installs. */
async function raise(root: string, from: Bump["from"], folder: string | undefined, cutoff: string): Promise<Raise> {
  const packages = [from["linux-x64"], from["linux-arm64"], from.any].flatMap((slot) => (slot ? [slot.package] : []));
  const listings: Record<string, Listing> = {};
  for (const name of new Set(packages)) listings[name] = await listPackage(name);
  const passed: Bump["passed"] = [];
  for (const to of candidates(from, listings, cutoff)) {
    const releases = await Promise.all(
      to.slots.map(async (slot) => ({ ...slot, ...(await releaseOf(slot.package, slot.version)) })),
    );
    const deprecated = releases.find((release) => release.deprecated)?.deprecated;
    if (deprecated) {
      passed.push({ version: to.version, why: `deprecated: ${deprecated}` });
      continue;
    }
    if (!folder) return { to, passed, locked: releases };
    const [{ package: name, version }] = to.slots as [Candidate["slots"][number]];
    try {
      const files = await resolveFolder(root, `images/agents/${folder}`, name, version, cutoff);
      return { to, passed, locked: releases, folder: files };
    } catch (error) {
      // A registry may have a package and not all that it needs (yet); one that is away has said so before.
      if (!(error instanceof RegistryError) || !/\b(ETARGET|E404|notarget|No matching version)\b/i.test(error.message))
        throw error;
      passed.push({ version: to.version, why: error.message });
    }
  }
  return { passed };
}

/** The folders that npm installs from, by their entry in the lock. */
function npmFolders(root: string): Record<string, string> {
  const agents = readWhole((problems) =>
    readNamedYaml(root, "images/agents", dataNames(root, "agents"), AgentSchema, problems),
  );
  return Object.fromEntries(agents.flatMap(({ npm }) => (npm ? [[npm.lock, npm.folder]] : [])));
}

/** A line or more about one entry, as people read it. */
export function describeBump({ name, to, from, passed }: Bump): string[] {
  const now = present(from["linux-x64"] ?? from["linux-arm64"] ?? from.any, `a tarball of ${name}`);
  const before = passed.length > 1 ? ` and ${passed.length - 1} before it` : "";
  const lines = passed.slice(0, 1).map(({ version, why }) => `${name}  ${version}${before} passed over: ${why}`);
  if (!to) return [...lines, `${name}  ${core(now.version)} (${now.released}) is the newest that is old enough`];
  const raised = to.slots.map(({ slot, version, released }) => {
    const locked = present(from[slot], `${name} for ${slot}`);
    const where = slot === "any" || to.slots.length > 1 ? "" : `${slot}  `;
    return `${name}  ${where}${core(locked.version)} (${locked.released}) → ${core(version)} (${released.slice(0, 10)})`;
  });
  const lag = to.lagging.map(
    ({ slot, version }) => `${name}  ${slot} stays at ${core(version)}: the registry has no ${to.version} for it`,
  );
  return [...lines, ...new Set(raised), ...lag];
}
