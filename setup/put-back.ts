import { existsSync, linkSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Puts the newest whole state of a stack in the place of one that was not written whole. Takes no space: what is put back gets a second
 * name. Arguments: client, its file of state, the folder of its history. Exit code 1 when there is no whole one.
 */
function putBack(client: string, checkpoint: string, history: string): number {
  if (!existsSync(checkpoint) || isWhole(checkpoint)) return 0;
  const newest = [...kept(checkpoint), ...ofHistory(history), `${checkpoint}.bak`]
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .find(isWhole);
  if (!newest) {
    console.log(
      `${checkpoint} was not written whole, and there is no whole one to go back to. Put a copy of your own in its place; or remove it and take over what the engine has of ${client}, with its data: npx agentbox adopt ${client}`,
    );
    return 1;
  }
  linkSync(newest, `${checkpoint}.whole`);
  renameSync(`${checkpoint}.whole`, checkpoint);
  console.log(
    `${checkpoint} was not written whole: the disk was full, or a write was cut off. The newest whole one (${basename(newest)}, of ${statSync(newest).mtime.toISOString()}) is back in its place. Make room there, then run the same command again`,
  );
  return 0;
}

/** What pulumi keeps of each write of an update (PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS): the name, and when. */
function kept(checkpoint: string): string[] {
  const folder = dirname(checkpoint);
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(checkpoint)}.`) && /\.\d+$/.test(name))
    .map((name) => join(folder, name));
}

function ofHistory(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".checkpoint.json"))
    .map((name) => join(folder, name));
}

function isWhole(path: string): boolean {
  try {
    return JSON.parse(readFileSync(path, "utf8")).checkpoint !== undefined;
  } catch {
    return false;
  }
}

process.exitCode = putBack(...(process.argv.slice(2) as [string, string, string]));
