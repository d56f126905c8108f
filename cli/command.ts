import { dirname } from "node:path";

/** One word after `agentbox`. Each is a file in cli/ that exports one as `command`. */
export interface Command {
  /** How it is called, without `agentbox`: `audit CLIENT [--follow]`. */
  usage: string;
  /** What each argument and option means, for `agentbox help audit`. */
  help: string;
  /** @returns the exit code: 0 ok, 1 a check found something. @throws UserError */
  run(args: string[]): Promise<number>;
}

/** What a command's exit code says to a script. */
export const EXIT_CODES =
  "0 ok, 1 a check found something (to check, preview and up a mistake in a file is that), or it did not come to its end, 2 bad usage, a client that is none or not up, or a bad file where a command needs it, 3 the engine or a tool is missing, or cannot be used as things stand; where a command has its own, its help says so.";

/** Commands by their word, with a line about each. A command's file is loaded only when it is called. */
export type Commands = Readonly<Record<string, { summary: string; load: () => Promise<{ command: Command }> }>>;

/** The checkout this command belongs to, by the path of bin/agentbox as it was called. Node's own path of this file would be another one when cli/ is a link. */
export const ROOT = process.env.AGENT_SANDBOX_ROOT ?? dirname(import.meta.dirname);
