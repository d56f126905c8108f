import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { complain } from "../host/say.ts";
import { readStackFile } from "../stack-file/look/stack-files.ts";
import { quoted } from "../stack-file/quoted.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Look } from "../target/look.ts";
import type { StateResources } from "./pulumi/state.ts";

/** Refuses to remove a client whose stack file protects it. @throws UserError also where it cannot be read and may */
export function refuseProtected(root: string, client: string): void {
  const file = `stacks/Pulumi.${client}.yaml`;
  if (!existsSync(join(root, file))) return;
  let said: unknown;
  try {
    said = readStackFile(root, file).protect;
  } catch {
    if (!readFileSync(join(root, file), "utf8").includes("protect")) return;
    throw new UserError(
      2,
      `${file} is not YAML, and has the word protect in it. Mend it, or take it away; nothing was removed`,
    );
  }
  if (said === true || said === "true") throw new UserError(2, refusal(client, `by \`protect: true\` in ${file}`));
  // A slip of somebody who meant to protect it, `yes` say.
  if (said !== undefined && said !== null && said !== false && said !== "false")
    throw new UserError(
      2,
      `${file} protect: ${quoted(said)} is not true or false, so whether ${client} is protected is not known: write protect: true, or false, or take the line out; nothing was removed`,
    );
}

/** The same of a client that its last `up` protected, whatever the file says by now. A state that cannot be read is told, and refuses nothing: a wipe is for what has none. */
export function refuseProtectedByState(client: string, resources: Look<StateResources>): void {
  if ("unseen" in resources) complain(`whether the last up protected ${client} could not be seen: ${resources.unseen}`);
  else if (resources.seen.some(({ protect }) => protect)) throw new UserError(2, refusal(client, "by its last up"));
}

function refusal(client: string, how: string): string {
  return `${client} is protected ${how}: nothing was removed. Take \`protect: true\` out of its stack file, run \`pulumi up --stack ${client}\`, then the same command again`;
}
