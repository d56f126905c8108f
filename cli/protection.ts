import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { complain } from "../host/say.ts";
import { readStackFile } from "../stack-file/read.ts";
import { UserError } from "../stack-file/user-error.ts";
import { exportStack } from "./stack-outputs.ts";

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
}

/** The same of a client that its last `up` protected, whatever the file says by now. A state that cannot be read is told, and refuses nothing: a wipe is for what has none. */
export async function refuseProtectedByState(root: string, client: string): Promise<void> {
  const resources = readCheckpoint(client) ?? (await exportResources(root, client));
  if (resources?.some(({ protect }) => protect)) throw new UserError(2, refusal(client, "by its last up"));
}

const Resources = z.array(z.object({ protect: z.boolean().optional() })).nullish();
const Checkpoint = z.object({ checkpoint: z.object({ latest: z.object({ resources: Resources }).nullish() }) });

/** Of a state of files, without pulumi's 0.4 s; nothing where it is another, or is not read so. */
function readCheckpoint(client: string): z.output<typeof Resources> {
  const { AGENT_SANDBOX_FILES: files } = process.env;
  const path = files && join(files, ".pulumi/stacks/agent-sandbox", `${client}.json`);
  if (!path || !existsSync(path)) return undefined;
  try {
    return Checkpoint.parse(JSON.parse(readFileSync(path, "utf8"))).checkpoint.latest?.resources ?? [];
  } catch {
    return undefined;
  }
}

async function exportResources(root: string, client: string): Promise<z.output<typeof Resources>> {
  const stack = await exportStack(root, client);
  if ("unseen" in stack) complain(`whether the last up protected ${client} could not be seen: ${stack.unseen}`);
  else return stack.seen?.deployment?.resources;
  return undefined;
}

function refusal(client: string, how: string): string {
  return `${client} is protected ${how}: nothing was removed. Take \`protect: true\` out of its stack file, run \`pulumi up --stack ${client}\`, then the same command again`;
}
