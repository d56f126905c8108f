import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { complain, say } from "../../host/say.ts";

/** Runs a program and shows each line as it comes, for what takes minutes. @returns its status, and all it said; never throws */
export function runShown(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    child.on("error", ({ message }) => resolve({ code: 127, text: `${program} cannot be run: ${message}` }));
    for (const [stream, show] of [
      [child.stdout, say],
      [child.stderr, complain],
    ] as const)
      createInterface({ input: stream }).on("line", (line) => {
        // What differs from a plan comes as one line of all of it.
        const shown = line.length > MOST ? `${line.slice(0, MOST)}…` : line;
        lines.push(shown);
        show(shown);
      });
    child.on("close", (code) => resolve({ code: code ?? 1, text: lines.join("\n") }));
  });
}

/** Characters of a line that are shown. */
const MOST = 2000;
