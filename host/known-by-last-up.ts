import { type LastUp, NO_STACK } from "../plan/deployed.ts";
import { notKnown, standFor, unreadable } from "../stack-file/look/another.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import { type Belonging, count } from "../target/ownership.ts";
import { notedEngine } from "./engine-of.ts";

/**
 * Has other clients whose stack files are no YAML be known by what their last `up` was given: by that their agents run, and what the file is to say is judged when they are brought up.
 * So a slip in one client's file does not keep all others from an `up`.
 * @param client whose own file is no part of it
 * @param engine what the client's engine said of all that is on it, or why it said nothing
 * @param judged what is judged beside them, for the warning
 * @returns a warning for each
 * @throws StackFileError for one that may run, and of which the last `up` does not tell
 */
export async function knowByLastUp(
  root: string,
  client: string,
  lastUp: (client: string) => Promise<LastUp>,
  engine: Promise<{ belongings: readonly Belonging[] } | UserError>,
  judged = client,
): Promise<string[]> {
  return Promise.all(
    unreadable(root, client).map(async ({ client: other, file, why }) => {
      const [last, answer] = await Promise.all([lastUp(other), engine]);
      // Where no engine answers, nothing is placed in the end.
      const all = answer instanceof UserError ? [] : answer.belongings;
      const things = all.filter((thing) => thing.client === other);
      const known = judge(last, things, notedEngine(root, other));
      if ("unknown" in known) throw notKnown(file, `${why}; and its last up does not tell it, for ${known.unknown}`);
      standFor(root, file, known.config ?? {});
      const beside = known.config
        ? `what the last up of ${other} was given`
        : `nothing of ${other}, which was never brought up from here`;
      return `${file} ${besideBroken(other, why, judged, beside)}`;
    }),
  );
}

/** The rest of a sentence about a stack file that is no YAML. */
export function besideBroken(client: string, why: string, judged: string, beside: string): string {
  return `is not YAML: ${why}. ${judged} is judged beside ${beside}; mend the file, for ${client} cannot be brought up`;
}

/** What a client runs by, no config where it runs nothing; or why nobody can say. @param noted where an `up` of this checkout brought it */
function judge(
  last: LastUp,
  things: readonly Belonging[],
  noted: string | undefined,
): { config?: Readonly<Record<string, unknown>> } | { unknown: string } {
  if (!last) return { unknown: "none came to its end" };
  if ("unread" in last) {
    if (last.unread !== NO_STACK) return { unknown: oneLine(last.unread) };
    // Whether there is a stack is said by this backend alone, and it may have been brought up by another.
    const seen = noted ? `an up of this checkout brought it to ${noted}` : `the engine has ${count(things)} of it`;
    return noted || things.length > 0 ? { unknown: `this backend has no stack of it, and ${oneLine(seen)}` } : {};
  }
  if (!last.config) return { unknown: "an older version of this program placed it" };
  const { agent, gateway, helpers = {} } = last.containers;
  const placed = [agent, gateway, ...Object.values(helpers)].flatMap(({ mounts }) => Object.values(mounts));
  // An `up` that failed half-way has left what the one before it said.
  const [other] = things.flatMap(({ writes }) => writes).filter(({ source }) => !placed.includes(`${source} (rw)`));
  if (other) return { unknown: `what runs may write ${oneLine(other.source)}, which that up did not place` };
  return { config: last.config };
}
