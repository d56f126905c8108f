import { text } from "node:stream/consumers";
import { complain } from "../../host/say.ts";
import type { Reach } from "../../target/engine/client.ts";
import { tellAtTheEnd } from "./at-the-end.ts";
import { parseWords } from "./text.ts";

/** What every step is told: which engine it is for. The rest are words of its own. */
export interface StepWords {
  engine: Reach;
  /** Texts of several lines, by name. */
  texts: Readonly<Record<string, string>>;
}

/**
 * Runs a step: its words are on stdin (text.ts), written by the component that placed it, and nothing of the person's environment is one of them. A failure is
 * one sentence, behind the lines that are its cause and without a stack trace: it ends the command that Pulumi ran, and the next `up` runs the step again.
 */
export async function runStep<Words extends StepWords>(work: (words: Words) => Promise<void>): Promise<void> {
  try {
    const { words, texts } = parseWords(await text(process.stdin));
    await work({ ...(words as Words), texts });
  } catch (error) {
    const { message, cause } = error as Error;
    const lines = [...(Array.isArray(cause) ? cause.map(String) : []), message];
    for (const line of lines) complain(line);
    tellAtTheEnd(lines);
    process.exitCode = 1;
  }
}
