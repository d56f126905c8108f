import type { Standing } from "../../plan/login-standing.ts";
import type { Closer } from "./closer.ts";

/** What stands before a sentence about the client's networks. */
export const OVERLAPS = "OVER";

/** What is known of one client. */
export interface Status {
  client: string;
  /** As the engine says it: `running`, `exited`; nothing where there is no container. */
  runs?: string;
  /** The same of its gateway. */
  gateway?: string;
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

/** Whether of its agent and its gateway one runs without the other, or is not there without the other. */
export function isHalf({ runs, gateway }: Pick<Status, "runs" | "gateway">): boolean {
  return (runs === undefined) !== (gateway === undefined) || (runs === "running") !== (gateway === "running");
}

/** Whether half of it runs, something has ended, ends soon, is over its networks, differs, or could not be looked at. */
export function isAmiss(status: Status): boolean {
  const { helpers = [], agents = [], ends = [], networks, unseen, closer = [] } = status;
  if (isHalf(status)) return true;
  if (unseen !== undefined || networks !== undefined) return true;
  return [...helpers, ...agents, ...ends, ...closer].some(({ word }) => BAD.includes(word));
}
