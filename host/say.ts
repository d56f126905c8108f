import { printable } from "../stack-file/printable.ts";

/**
 * Prints one line for a person, on stdout. Names in it can neither steer the terminal nor begin a line of their own. Every program of this project that
 * prints to a person does it by this file, the one place that writes (host/say.test.ts).
 * @param marked a part that gets a colour (a number of SGR), where it is there
 */
export function say(line = "", marked?: { part: string; colour: number }): void {
  const text = printable(line);
  process.stdout.write(
    `${marked ? text.replace(marked.part, `\u001b[${marked.colour}m${marked.part}\u001b[0m`) : text}\n`,
  );
}

/** Prints several lines that have no foreign text in them. */
export function sayLines(text: string): void {
  for (const line of text.replace(/\n$/, "").split("\n")) say(line);
}

/** Prints one line on stderr: what went wrong, or what a person should know besides. */
export function complain(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Prints an unexpected error with its stack trace. */
export function complainOf(error: unknown): void {
  for (const line of String((error as Error)?.stack ?? error).split("\n")) complain(line);
}

/**
 * Asks the person a question, on stderr.
 * @param left is called where they left (Ctrl-C, Ctrl-D), who else have answered nothing
 * @returns the answer, which is empty where they left; nothing where nobody can be asked
 */
export async function askPerson(question: string, left?: () => void): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const { createInterface } = await import("node:readline");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await new Promise<string | undefined>((resolve) => {
    terminal.on("SIGINT", () => resolve(undefined)).on("close", () => resolve(undefined));
    terminal.question(`${printable(question)} `, resolve);
  });
  terminal.close();
  if (answer === undefined) {
    complain("");
    left?.();
  }
  return answer?.trim() ?? "";
}

/** Reads what is typed and drops it, until somebody is asked again: it is no answer to a question that was not there yet. */
export function passOverInput(): void {
  if (process.stdin.isTTY) process.stdin.on("data", dropped).resume();
}

function dropped(): void {}

/** The person's terminal: how wide it is, and whether it shows colours. */
export function page(): { columns: number | undefined; colour: boolean } {
  const { columns, isTTY } = process.stdout;
  return { columns, colour: isTTY && !process.env.NO_COLOR };
}

/** Ends quietly when the reader has seen enough: `agentbox audit acme | head` is no failure. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
}
