import { variablesOf } from "./address.ts";
import type { Reach } from "./client.ts";

/** One call of the engine's client, for a shell. A program of ours in between would only hand it on, and be one more that starts. */
export interface Call {
  command: string;
  environment: Readonly<Record<string, string>>;
}

/** Asks a lock whether its rules are in force. */
export function checkLock(engine: Reach, lock: string): Call {
  return call(engine, `exec ${lock} lock check`);
}

function call(engine: Reach, words: string): Call {
  return { command: `${engine.cli} ${words}`, environment: variablesOf(engine) };
}
