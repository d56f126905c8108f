import { appendFileSync } from "node:fs";
import { oneLine } from "../../stack-file/printable.ts";

/** The variable that names a file to which calls are told by programs that somebody else starts: Pulumi's, and the steps of an `up`. */
const CALLS = "AGENT_SANDBOX_CALLS";

const file = process.env[CALLS];
let tell: ((line: string) => void) | undefined = file ? (line) => append(file, line) : undefined;

function append(file: string, line: string): void {
  try {
    appendFileSync(file, `${line}\n`);
  } catch {
    // Whoever wanted to read it has ended, and an `up` goes on without a reader.
  }
}

/**
 * Has each call to an engine told, once it has ended: its way or its words, how it ended and how long it took. What is sent in a body or on stdin is no part of it, and neither is an answer.
 * @param others a file to which programs that this one starts from now on tell theirs, a line each
 */
export function watchCalls(by: (line: string) => void, others?: string): void {
  tell = by;
  if (others !== undefined) process.env[CALLS] = others;
}

/** A call begins. @param words as a request or a command line begins @returns what tells how it ended */
export function callBegins(words: readonly string[]): (end: string) => void {
  if (!tell) return () => {};
  const begun = performance.now();
  const line = oneLine(words.join(" "));
  // A program for another shell is one of the words, now and then.
  const cut = line.length > MOST ? `${line.slice(0, MOST)}…` : line;
  let ended = false;
  return (end) => {
    // A request that is given up is closed as well.
    if (!ended) tell?.(`engine: ${cut}: ${oneLine(end)}, ${Math.round(performance.now() - begun)} ms`);
    ended = true;
  };
}

/** Characters of a call that are told. */
const MOST = 160;
