import type { Standing } from "../../plan/login-standing.ts";
import type { Closer } from "./closer.ts";

/** What stands before a sentence about the client's networks. */
export const OVERLAPS = "OVER";

/** What is known of one client. */
export interface Status {
  client: string;
  /** As the engine says it: `running`, `exited`; nothing where there is no container. */
  runs?: string;
  since?: string;
  /** Those of the stack file, where the client is up. These three are left out where nobody was to look. */
  helpers?: (Standing & { helper: string })[];
  agents?: (Standing & { agent: string })[];
  /** What ends, by the stack file. */
  ends?: (Standing & { key: string })[];
  /** What is wrong with its networks, or why nobody could look. */
  networks?: { word: typeof OVERLAPS | "UNSEEN"; says: string };
  /** Why nothing is known of its agents and of what ends. */
  unseen?: string;
  /** What a closer look found, where one was asked for. */
  closer?: Closer[];
}

const BAD: readonly (Standing["word"] | Closer["word"])[] = ["SOON", "ENDED", "UNSEEN", "DIFFERS"];

/** Whether something has ended, ends soon, is over its networks, differs, or could not be looked at. */
export function isAmiss({ helpers = [], agents = [], ends = [], networks, unseen, closer = [] }: Status): boolean {
  if (unseen !== undefined || networks !== undefined) return true;
  return [...helpers, ...agents, ...ends, ...closer].some(({ word }) => BAD.includes(word));
}
