import { type LastUp, NO_STACK } from "../plan/deployed.ts";
import { oneLine } from "../stack-file/printable.ts";
import { notKnown, standFor, unreadable } from "../stack-file/read.ts";

/**
 * Has other clients whose stack files are no YAML be known by what their last `up` was given: by that their agents run, and what the file is to say is judged when they are brought up.
 * So a slip in one client's file does not keep all others from an `up`.
 * @returns a warning for each
 * @throws StackFileError for one that may run, and of which the last `up` does not tell
 */
export async function knowByLastUp(
  root: string,
  client: string,
  lastUp: (client: string) => Promise<LastUp>,
): Promise<string[]> {
  return Promise.all(
    unreadable(root, client).map(async ({ client: other, file, why }) => {
      const last = await lastUp(other);
      const config = last && "facts" in last ? last.config : undefined;
      const never = last && "unread" in last && last.unread === NO_STACK;
      if (!config && !never) throw notKnown(file, `${why}; and its last up does not tell it, for ${reason(last)}`);
      standFor(file, config ?? {});
      return `${file} is not YAML: ${why}. ${client} is judged beside ${never ? `nothing of ${other}, which was never brought up from here` : `what the last up of ${other} was given`}; mend the file, for ${other} cannot be brought up`;
    }),
  );
}

function reason(last: LastUp): string {
  if (!last) return "none came to its end";
  return "unread" in last ? oneLine(last.unread) : "an older version of this program placed it";
}
