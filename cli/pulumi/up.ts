import type { Shown } from "../shown.ts";
import { runPulumi } from "./run.ts";

/** Brings a client up without asking. @param words of pulumi besides */
export function upStack(client: string, words: readonly string[], shown?: Shown) {
  return runPulumi(["up", "--stack", client, "--yes", "--skip-preview", "--color", "never", ...words], shown);
}
