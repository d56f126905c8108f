import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";

/**
 * How a program ended: by itself, with a status; or not, and then nothing is known, whatever it printed. `lost` is the kind of it, `why` continues a sentence that begins
 * with what was run.
 */
export type Ended = { stdout: string; stderr: string } & (
  | { code: number; lost?: never; why?: never }
  | { code?: never; lost: "missing" | "late" | "much" | "other"; why: string }
);

/** What a program is run with. */
export interface RunOptions {
  /** It may take so long. */
  seconds: number;
  /** Bytes that it may print on either stream; 256 MiB. */
  most?: number;
  cwd?: string;
  /** Its whole environment; without one, this process's. */
  env?: NodeJS.ProcessEnv;
  /** Whether it has a session of its own: it has no terminal to ask a person at, and what of it is left when it is given up ends with it. */
  apart?: boolean;
  /** What it reads. It is started meanwhile where that is not known yet; a promise of it never fails. */
  input?: string | Promise<string>;
}

/**
 * Runs a program to its end, or to its limit: then it is killed, and nobody waits for it any more. Node's own `timeout` sends a SIGTERM and waits, and takes what then
 * comes for the answer: of one that caught the signal `ok` came 3 s late, and whoever held its pipes open was waited for without end (measured). Never throws.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { seconds, most = 2 ** 28, cwd, env = process.env, apart = false, input }: RunOptions,
): Promise<Ended> {
  const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const text = (stream: keyof typeof printed) => Buffer.concat(printed[stream]).toString("utf8");
  return new Promise((resolve) => {
    const settle = (end: { code: number } | { lost: "missing" | "late" | "much" | "other"; why: string }) => {
      clearTimeout(limit);
      resolve({ ...end, stdout: text("stdout"), stderr: text("stderr") });
    };
    let child: ChildProcessWithoutNullStreams;
    try {
      child = spawn(program, args, { cwd, env, detached: apart });
    } catch (error) {
      // Words that are too long for the kernel, or hold a NUL.
      return resolve({ lost: "other", why: `cannot be run: ${(error as Error).message}`, stdout: "", stderr: "" });
    }
    const giveUp = (lost: "late" | "much", why: string) => {
      settle({ lost, why });
      child.kill("SIGKILL");
      if (apart) endAll(child);
      // What it has started may hold the pipes for as long as it likes.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
    };
    const limit = setTimeout(() => giveUp("late", `gave no answer in ${seconds} s`), seconds * 1000);
    for (const stream of ["stdout", "stderr"] as const) {
      let bytes = 0;
      child[stream]?.on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes > most) return giveUp("much", `printed more than ${most} bytes, and was ended`);
        printed[stream].push(part);
      });
    }
    child.on("error", ({ code, message }: NodeJS.ErrnoException) =>
      settle({ lost: code === "ENOENT" ? "missing" : "other", why: `cannot be run: ${message}` }),
    );
    child.on("close", (code, signal) =>
      settle(code === null ? { lost: "other", why: `was ended by ${signal}` } : { code }),
    );
    // A program that ended before it had read everything: its status tells what it was.
    child.stdin?.on("error", () => {});
    Promise.resolve(input).then((words) => child.stdin?.end(words));
  });
}

/** Ends whatever is left of a program's own session. */
function endAll({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
