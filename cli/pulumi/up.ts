import type { StdioOptions } from "node:child_process";
import { lendPulumi } from "./run.ts";

/** Brings a client up at the person's own terminal, as they would. @param yes neither shows what changes nor asks @returns pulumi's status */
export function up(client: string, { yes = true, stdio = "inherit" }: { yes?: boolean; stdio?: StdioOptions } = {}) {
  return lendPulumi(["up", "--stack", client, ...(yes ? ["--yes", "--skip-preview"] : [])], stdio);
}
