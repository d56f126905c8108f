import { appendFileSync } from "node:fs";
import { printableLines } from "../../stack-file/printable.ts";

/** Pulumi shows what other steps said, too, and below that what was made: bin/pulumi says this once more when it has ended (setup/lifecycle.sh). */
export function tellAtTheEnd(lines: readonly string[]): void {
  const file = process.env.AGENT_SANDBOX_FAILED;
  try {
    if (file) appendFileSync(file, lines.map((line) => `${printableLines(line)}\n`).join(""));
  } catch {
    // Pulumi has shown it.
  }
}
