import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where the state in use is, if it is one of files (setup/state.sh). */
export function stateFiles(): string | undefined {
  return process.env.AGENT_SANDBOX_FILES || undefined;
}

/** Clients that have a stack in a state of files, sorted. */
export function stacksIn(files: string): string[] {
  const names = namesIn(folderOf(files, "stacks"));
  return [...new Set(names.flatMap((name) => /^([a-z][a-z0-9-]*)\.json(?:\.gz|\.zst)?$/.exec(name)?.[1] ?? []))].sort();
}

/** A client's stack in a state of files that is not compressed, whether or not it is there. */
export function stackIn(files: string, client: string): string {
  return join(folderOf(files, "stacks"), `${client}.json`);
}

/** All files that a state has of a client. */
export function recordIn(files: string, client: string): string[] {
  return [
    ...namesIn(folderOf(files, "stacks")).filter((name) => name.startsWith(`${client}.json`)),
    ...namesIn(join(folderOf(files, "history"), client)),
    ...namesIn(join(folderOf(files, "backups"), client)),
  ];
}

/** Whether a command of pulumi is at work on a client, or was killed. */
export function isLockedIn(files: string, client: string): boolean {
  return namesIn(join(folderOf(files, "locks/organization"), client)).length > 0;
}

/** Where a state of files has things of this project by their kind. */
function folderOf(files: string, kind: string): string {
  return join(files, ".pulumi", kind, "agent-sandbox");
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
