import type { StdioOptions } from "node:child_process";
import type { Shown } from "../shown.ts";
import { lendPulumi, runPulumi } from "./run.ts";

/** Brings a client up at the person's own terminal, as they would. @param yes neither shows what changes nor asks @returns pulumi's status */
export function lendUp(
  client: string,
  { yes = true, stdio = "inherit" }: { yes?: boolean; stdio?: StdioOptions } = {},
) {
  return lendPulumi(["up", "--stack", client, ...(yes ? ["--yes", "--skip-preview"] : [])], stdio);
}

/** Brings a client up without asking. @param words of pulumi besides */
export function upStack(client: string, words: readonly string[], shown?: Shown) {
  return runPulumi(["up", "--stack", client, "--yes", "--skip-preview", "--color", "never", ...words], shown);
}
