/**
 * A failure that is told to a person in its own words, without a stack trace: everything that is theirs to mend. The command line and the program each say
 * it at one place.
 */
export class UserError extends Error {
  /** Of agentbox: 1 where something that it needs was tried and failed, 2 for bad usage or bad config, 3 where the engine or a tool is missing. */
  readonly exitCode: 1 | 2 | 3;
  /** What it is printed as. A message is one line, whatever others' words are in it; several are told as several. */
  readonly lines: readonly string[];

  constructor(exitCode: 1 | 2 | 3, message: string | readonly string[]) {
    const lines = [message].flat();
    super(lines.join("\n"));
    this.exitCode = exitCode;
    this.lines = lines;
  }
}
