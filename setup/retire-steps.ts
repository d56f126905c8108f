import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { complain } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";

/** What of a stack's state this looks at; all else is written back as it is. */
const Resource = z.looseObject({
  retainOnDelete: z.boolean().optional(),
  inputs: z.looseObject({ delete: z.unknown().optional() }).optional(),
});
const State = z.looseObject({
  checkpoint: z
    .looseObject({ latest: z.looseObject({ resources: z.array(Resource).optional() }).nullish() })
    .optional(),
});

/**
 * Lets go of the undo of steps whose program an update of this project took away: Pulumi would run it at the next `up`, fail, and never come to its end. What such a step undid is
 * removed by the client's label (the last step of a destroy).
 * @param checkpoint the file of the stack's state
 * @param root where this project is
 * @returns how many there were
 * @throws UserError when the file is no state; it stays as it is
 */
export function retireSteps(checkpoint: string, root: string): number {
  const state = readState(checkpoint);
  const gone = (state.checkpoint?.latest?.resources ?? []).filter(
    ({ inputs, retainOnDelete }) => !retainOnDelete && runsMissing(inputs?.delete, root),
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

function readState(checkpoint: string): z.output<typeof State> {
  try {
    return State.parse(JSON.parse(readFileSync(checkpoint, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new UserError(
      2,
      `${checkpoint} is not a stack's state as Pulumi writes it: ${why.split("\n")[0]}. Nothing was changed; Pulumi keeps the one before as ${checkpoint}.bak`,
    );
  }
}

function runsMissing(undo: unknown, root: string): boolean {
  const program = typeof undo === "string" ? /components\/steps\/[\w.-]+/.exec(undo)?.[0] : undefined;
  return program !== undefined && !existsSync(join(root, program));
}

if (import.meta.main)
  try {
    const [checkpoint = "", root = ""] = process.argv.slice(2);
    retireSteps(checkpoint, root);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complain(error.message);
    process.exitCode = error.exitCode;
  }
