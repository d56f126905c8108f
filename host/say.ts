import { printable } from "../stack-file/printable.ts";

/**
 * Says one line to the person, on stdout. Whatever names are in it are no commands to a terminal and begin no line of their own. All programs
 * of this project that print to a person do it by this file: it is the one place that writes (host/say.test.ts).
 * @param marked a part that gets a colour (a number of SGR), where it is there
 */
export function say(line = "", marked?: { part: string; colour: number }): void {
  const text = printable(line);
  process.stdout.write(
    `${marked ? text.replace(marked.part, `\u001b[${marked.colour}m${marked.part}\u001b[0m`) : text}\n`,
  );
}

/** Says several lines of our own, into which nothing of others' was put. */
export function sayLines(text: string): void {
  for (const line of text.replace(/\n$/, "").split("\n")) say(line);
}

/** Says one line on stderr: what went wrong, or what should be known besides. */
export function complain(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Says a failure that nobody expected, with its stack, a line each. */
export function complainOf(error: unknown): void {
  for (const line of String((error as Error)?.stack ?? error).split("\n")) complain(line);
}

/** Asks the person a question, on stderr. @returns the answer, which is empty where they left (Ctrl-C, Ctrl-D); nothing where nobody can be asked */
export async function askPerson(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const { createInterface } = await import("node:readline");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await new Promise<string | undefined>((resolve) => {
    terminal.on("SIGINT", () => resolve(undefined)).on("close", () => resolve(undefined));
    terminal.question(`${printable(question)} `, resolve);
  });
  terminal.close();
  if (answer === undefined) complain("");
  return answer?.trim() ?? "";
}

/** What a person sees it on: how wide, and whether in colour. */
export function page(): { columns: number | undefined; colour: boolean } {
  const { columns, isTTY } = process.stdout;
  return { columns, colour: isTTY && !process.env.NO_COLOR };
}

/** Ends quietly when the reader has seen enough: `agentbox audit acme | head` is no failure. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
}
