import type { Shown } from "../shown.ts";
import { runPulumi } from "./run.ts";

/** Destroys what a client's stack has, without asking. @param words of pulumi besides */
export function destroyStack(client: string, words: readonly string[], shown: Shown) {
  return runPulumi(["destroy", "--stack", client, "--yes", "--skip-preview", "--color", "never", ...words], shown);
}
