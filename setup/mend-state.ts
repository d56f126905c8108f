import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { say } from "../host/say.ts";

/**
 * Mends what a full disk has torn of a stack: the newest whole state takes the place of one that was not written whole; entries of its
 * history and locks that were not are removed, for each of them stops every command. It takes no space: what is put back gets a second name.
 * Arguments: client, and where pulumi keeps its state. Exit code 1 when there is no whole state.
 */
function mend(client: string, folder: string): number {
  const checkpoint = join(folder, `stacks/agent-sandbox/${client}.json`);
  const history = join(folder, `history/agent-sandbox/${client}`);
  // Whoever could not write its lock whole has ended.
  const locks = join(folder, `locks/organization/agent-sandbox/${client}`);
  for (const torn of [...filesIn(history, /\.history\.json$/), ...filesIn(locks, /\.json/)].filter(isTorn)) {
    rmSync(torn, { force: true });
    say(`${torn} was not written whole, and is removed`);
  }
  if (!existsSync(checkpoint) || isState(checkpoint)) return 0;
  const newest = [
    // What pulumi keeps of each write of an update (PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS), of its end, and of the write before.
    ...filesIn(dirname(checkpoint), /\.json\.\d+$/).filter((path) => path.startsWith(`${checkpoint}.`)),
    ...filesIn(history, /\.checkpoint\.json$/),
    ...filesIn(dirname(checkpoint), /\.json\.bak$/).filter((path) => path === `${checkpoint}.bak`),
  ]
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .find(isState);
  if (!newest) {
    say(
      `${checkpoint} was not written whole, and there is no whole one to go back to. Put a copy of your own in its place; or remove it and take over what the engine has of ${client}, with its data: agentbox take-over ${client}`,
    );
    return 1;
  }
  linkSync(newest, `${checkpoint}.whole`);
  renameSync(`${checkpoint}.whole`, checkpoint);
  say(
    `${checkpoint} was not written whole: the disk was full, or a write was cut off. The newest whole one (${basename(newest)}, of ${statSync(newest).mtime.toISOString()}) is back in its place. Make room there, then run the same command again`,
  );
  return 0;
}

function filesIn(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

function isState(path: string): boolean {
  return read(path)?.checkpoint !== undefined;
}

/** Not of one that somebody else has taken away meanwhile. */
function isTorn(path: string): boolean {
  return read(path) === undefined && existsSync(path);
}

function read(path: string): { checkpoint?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

process.exitCode = mend(...(process.argv.slice(2) as [string, string]));
