import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What of a stack's state this looks at. */
interface State {
  checkpoint?: { latest?: { resources?: Resource[] } };
}

interface Resource {
  retainOnDelete?: boolean;
  inputs?: { delete?: unknown };
}

/**
 * Lets go of the undo of steps whose program an update of this project took away: Pulumi would run it at the next `up`, fail, and never come to its end. What such a step undid is
 * removed by the client's label (the last step of a destroy).
 * @param checkpoint the file of the stack's state
 * @param root where this project is
 * @returns how many there were
 */
export function retireSteps(checkpoint: string, root: string): number {
  const state: State = JSON.parse(readFileSync(checkpoint, "utf8"));
  const gone = (state.checkpoint?.latest?.resources ?? []).filter(
    ({ inputs, retainOnDelete }) => !retainOnDelete && runsMissing(inputs?.delete, root),
  );
  for (const resource of gone) resource.retainOnDelete = true;
  if (gone.length > 0) {
    writeFileSync(`${checkpoint}.retired`, JSON.stringify(state));
    chmodSync(`${checkpoint}.retired`, statSync(checkpoint).mode & 0o777);
    renameSync(`${checkpoint}.retired`, checkpoint);
  }
  return gone.length;
}

function runsMissing(undo: unknown, root: string): boolean {
  const program = typeof undo === "string" ? /components\/steps\/[\w.-]+/.exec(undo)?.[0] : undefined;
  return program !== undefined && !existsSync(join(root, program));
}

if (import.meta.main) retireSteps(...(process.argv.slice(2) as [string, string]));
