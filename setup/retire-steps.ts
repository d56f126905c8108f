import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMapping } from "../stack-file/mapping.ts";

/**
 * Lets go of the undo of steps whose program an update of this project took away: Pulumi would run it at the next `up`, fail, and never come to its end. What such a step undid is
 * removed by the client's label (the last step of a destroy).
 * @param checkpoint the file of the stack's state
 * @param root where this project is
 * @returns how many there were
 */
export function retireSteps(checkpoint: string, root: string): number {
  const state = read(checkpoint);
  const gone = resources(state).filter(
    ({ inputs, retainOnDelete }) => !retainOnDelete && isMapping(inputs) && runsMissing(inputs.delete, root),
  );
  for (const resource of gone) resource.retainOnDelete = true;
  if (gone.length > 0) {
    const mode = statSync(checkpoint).mode & 0o777;
    rmSync(`${checkpoint}.retired`, { force: true });
    // With the mode from its first byte on: a state has what no other user may read.
    writeFileSync(`${checkpoint}.retired`, JSON.stringify(state), { mode, flag: "wx" });
    renameSync(`${checkpoint}.retired`, checkpoint);
  }
  return gone.length;
}

/** Of a state that is not whole, pulumi says it. */
function read(checkpoint: string): unknown {
  try {
    return JSON.parse(readFileSync(checkpoint, "utf8"));
  } catch {
    return undefined;
  }
}

function resources(state: unknown): Record<string, unknown>[] {
  const kept = isMapping(state) && isMapping(state.checkpoint) ? state.checkpoint.latest : undefined;
  return isMapping(kept) && Array.isArray(kept.resources) ? kept.resources.filter(isMapping) : [];
}

function runsMissing(undo: unknown, root: string): boolean {
  const program = typeof undo === "string" ? /components\/steps\/[\w.-]+/.exec(undo)?.[0] : undefined;
  return program !== undefined && !existsSync(join(root, program));
}

if (import.meta.main) {
  const [checkpoint = "", root = ""] = process.argv.slice(2);
  retireSteps(checkpoint, root);
}
