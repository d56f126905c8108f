import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { complain, say } from "../host/say.ts";
import type { Interrupts } from "./interrupts.ts";

/** How a program is run whose lines a person may read as they come. */
export interface Shown {
  /** Whether each line is shown as it comes. */
  show?: boolean;
  /** Who ends it when the person has seen enough; without one, the terminal does. */
  interrupts?: Interrupts;
  /** Variables of its environment besides this process's. */
  env?: Readonly<Record<string, string>>;
}

/** Runs a program and shows each line as it comes, for what takes minutes. @returns its status, and all it said; never throws */
export function runShown(
  program: string,
  args: readonly string[],
  cwd: string,
  { show: shown = true, interrupts, env }: Shown = {},
): Promise<{ code: number; text: string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    const stdout: string[] = [];
    const stderr: string[] = [];
    const child = spawn(program, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      detached: interrupts !== undefined,
      env: { ...process.env, ...env },
    });
    interrupts?.follow(child);
    child.on("error", ({ message }) =>
      resolve({ code: 127, text: `${program} cannot be run: ${message}`, stdout: "", stderr: "" }),
    );
    for (const [stream, show] of [
      [child.stdout, say],
      [child.stderr, complain],
    ] as const)
      createInterface({ input: stream }).on("line", (line) => {
        (stream === child.stdout ? stdout : stderr).push(line);
        // What differs from a plan comes as one line of all of it.
        const cut = line.length > MOST ? `${line.slice(0, MOST)}…` : line;
        lines.push(cut);
        if (shown) show(cut);
      });
    child.on("close", (code) => {
      const [text, out, err] = [lines, stdout, stderr].map((all) => all.join("\n")) as [string, string, string];
      resolve({ code: code ?? 1, text, stdout: out, stderr: err });
    });
  });
}

/** Characters of a line that are shown. */
const MOST = 2000;
