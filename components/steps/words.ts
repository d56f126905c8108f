import { appendFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { complain } from "../../host/say.ts";
import { printable } from "../../stack-file/printable.ts";
import type { Reach } from "../../target/engine/client.ts";
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

/** Pulumi shows what other steps said, too, and below that what was made: bin/pulumi says this once more when it has ended (setup/lifecycle.sh). */
function tellAtTheEnd(lines: readonly string[]): void {
  const file = process.env.AGENT_SANDBOX_FAILED;
  try {
    if (file) appendFileSync(file, lines.map((line) => `${printable(line)}\n`).join(""));
  } catch {
    // Pulumi has shown it.
  }
}
