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
  /** Is told each of the program's words as it comes, where nobody has told them before. */
  hearWord?: (text: string) => void;
}

/**
 * Has pulumi change a client's stack, and tells each step as it ends. Its engine's log is the source, which its automation API reads, too: what it prints is for people, and another version
 * prints it otherwise.
 * @param run runs pulumi with these words and this environment besides
 */
export async function tellSteps<End>(
  client: string,
  { folder, raw, hearWord }: Telling,
  run: (words: readonly string[], shown: Pick<Shown, "show" | "env">) => Promise<End>,
): Promise<{ end: End; steps: Steps }> {
  const log = join(folder, `${client}.events`);
  rmSync(log, { force: true });
  const steps = new Steps(client, raw ? undefined : hearWord);
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

/**
 * Why it failed: what the step itself said, else pulumi's errors, else all that it printed. The last line on a screen is the one to read. On stderr is what a step says that fails, and in words of its own what
 * pulumi's errors say then; and remarks of what was done around it (a lock that was removed, a filter of git), which are no reason, and stand before it.
 */
export function whyFailed({ text, stderr }: { text: string; stderr: string }, { errors, failed }: Steps): string[] {
  const said = linesOf(stderr);
  const why = failed && said.length > 0 ? [] : errors;
  return said.length + why.length > 0 ? [...said, ...why] : linesOf(text);
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
