import { standFor, unreadable } from "../stack-file/look/another.ts";
import type { Problem } from "../stack-file/problem.ts";
import { besideBroken } from "./known-by-last-up.ts";

/** A client whose stack file is no YAML, and the warning of it for all others. */
export interface Broken {
  client: string;
  warning: Problem & { file: string };
}

/**
 * Has clients whose stack files are no YAML keep no other from being judged, where only files are looked at and nothing is placed. What their agents run by an `up` asks
 * (`knowByLastUp`), which judges all of it again.
 * @param judged who is judged beside them, for the warning
 */
export function passOverBroken(root: string, judged: string): Broken[] {
  return unreadable(root, "").map(({ client, file, why }) => {
    standFor(root, file, {});
    const beside = `nothing of ${client}, for only files are looked at here`;
    return { client, warning: { file, path: "", message: besideBroken(client, why, judged, beside) } };
  });
}
