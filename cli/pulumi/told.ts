import { rmSync } from "node:fs";
import { join } from "node:path";
import { say } from "../../host/say.ts";
import type { Shown } from "../shown.ts";
import { followLines } from "./follow.ts";
import { Steps } from "./steps.ts";

/** Where the log of a run is meanwhile, and whether a person sees all that pulumi prints in the place of a line a step. */
export interface Telling {
  folder: string;
  raw: boolean;
}

/**
 * Has pulumi change a client's stack, and tells each step as it ends. Its engine's log is the source, which its automation API reads, too: what it prints is for people, and another version
 * prints it otherwise.
 * @param run runs pulumi with these words and this environment besides
 */
export async function tellSteps<End>(
  client: string,
  { folder, raw }: Telling,
  run: (words: readonly string[], shown: Pick<Shown, "show" | "env">) => Promise<End>,
): Promise<{ end: End; steps: Steps }> {
  const log = join(folder, `${client}.events`);
  rmSync(log, { force: true });
  const steps = new Steps(client);
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  const tell = (line: string | undefined) => {
    if (line !== undefined && !raw) say(line);
  };
  const stop = followLines(
    log,
    (line) => tell(steps.take(line, seconds())),
    () => tell(steps.beat(seconds())),
  );
  try {
    // The option is there with this variable alone.
    const end = await run(["--event-log", log], { show: raw, env: { PULUMI_DEBUG_COMMANDS: "true" } });
    return { end, steps };
  } finally {
    stop();
  }
}

/** Why it failed: what the step itself said, else pulumi's errors, else all that it printed. The last line on a screen is the one to read. */
export function whyFailed({ text, stderr }: { text: string; stderr: string }, { errors }: Steps): string[] {
  const said = stderr.split("\n").filter((line) => line.trim() !== "");
  if (said.length > 0) return said;
  return errors.length > 0 ? [...errors] : text.split("\n").filter((line) => line.trim() !== "");
}
