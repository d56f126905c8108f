import { dirname } from "node:path";

/** One word after `agentbox`. Each is a file in cli/ that exports one as `command`. */
export interface Command {
  /** How it is called, without `agentbox`: `audit CLIENT [--follow]`. */
  usage: string;
  /** What each argument and option means, for `agentbox help audit`. */
  help: string;
  /** @returns the exit code: 0 ok, 1 a check found something. @throws Refusal */
  run(args: string[]): Promise<number>;
}

/** A command that cannot go on, told without a stack trace. */
export class Refusal extends Error {
  readonly exitCode: 2 | 3;

  /** @param exitCode 2: bad usage or bad config. 3: the engine or a tool is missing. */
  constructor(exitCode: 2 | 3, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The checkout this command belongs to, as bin/agentbox was called: Node says where this file really is, and cli/ may be a link. */
export const ROOT = process.env.AGENT_SANDBOX_ROOT ?? dirname(import.meta.dirname);
