import { COMMIT } from "../../gateway/contract.ts";
import type { Reach } from "./client.ts";

/** One call of the engine's client, for a shell. A program of ours in between would only hand it on, and be one more that starts. */
export interface Call {
  command: string;
  environment: Readonly<Record<string, string>>;
}

/** Hands a policy to a gateway that runs. It reads the bundle, and says which policy is in force then. The commit is said as the environment has it at the time. */
export function applyPolicy(engine: Reach, gateway: string): Call {
  return call(engine, `exec --interactive --env ${COMMIT} ${gateway} apply`);
}

/** Asks a lock whether its rules are in force. */
export function checkLock(engine: Reach, lock: string): Call {
  return call(engine, `exec ${lock} lock check`);
}

function call({ cli, host }: Reach, words: string): Call {
  return { command: `${cli} ${words}`, environment: { DOCKER_HOST: host, CONTAINER_HOST: host } };
}
