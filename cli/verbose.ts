import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { complain } from "../host/say.ts";
import { target } from "../target/target.ts";
import { followLines } from "./pulumi/follow.ts";

let done = () => {};

/** Ends that before this process becomes another program, which runs no handler of an exit. */
export function endTelling(): void {
  done();
}

/** Has each call to an engine told on stderr until this program ends, those of programs that it starts too: an `up` is Pulumi's, which starts the program and its steps. */
export function tellCalls(): void {
  let folder: string;
  try {
    folder = mkdtempSync(join(tmpdir(), "agent-sandbox-calls-"));
  } catch (error) {
    complain(`agentbox: calls of programs that this one starts are not told: ${(error as Error).message}`);
    target.watch(complain);
    return;
  }
  const file = join(folder, "calls");
  target.watch(complain, file);
  const stop = followLines(file, complain);
  done = () => {
    stop();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", done);
  // A signal that nobody else waits for ends a program without that.
  const end = (signal: NodeJS.Signals) => {
    if (process.listenerCount(signal) > 1) return;
    done();
    process.off(signal, end);
    process.kill(process.pid, signal);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}
