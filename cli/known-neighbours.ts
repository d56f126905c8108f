import { engineOf } from "../host/engine-of.ts";
import { knowByLastUp } from "../host/known-by-last-up.ts";
import { complain } from "../host/say.ts";
import { type LastUp, NO_STACK } from "../plan/deployed.ts";
import { unreadable } from "../stack-file/look/another.ts";
import { type Neighbour, readNeighbours } from "../stack-file/look/neighbours.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { lookAtOutputs } from "./pulumi/outputs.ts";

/**
 * What agents of all clients of this project may write, for a command that writes where none of them may. A client whose stack file is no YAML is known by its last `up`, as an `up` of
 * another one knows it, and warned of; only then Pulumi and the engine are asked.
 * @param client on whose engine what runs is looked for
 * @param place what is judged by it
 * @throws StackFileError for one that may run, and of which the last `up` does not tell
 */
export async function writtenByAgents(root: string, client: string, place: string): Promise<Neighbour[]> {
  if (unreadable(root, "").length > 0) {
    const warnings = await knowByLastUp(root, "", (other) => lastUp(root, other), belongings(root, client), place);
    for (const warning of warnings) complain(`agentbox: warning: ${warning}`);
  }
  return readNeighbours(root, "");
}

async function lastUp(root: string, client: string): Promise<LastUp> {
  const look = await lookAtOutputs(root, client);
  if ("unseen" in look) return { unread: look.unseen };
  return look.seen ?? { unread: NO_STACK };
}

async function belongings(root: string, client: string) {
  try {
    return await target.survey(engineOf(root, client));
  } catch (error) {
    // Then nothing can be copied in the end.
    if (error instanceof UserError) return error;
    throw error;
  }
}
