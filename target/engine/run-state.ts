import { setTimeout as pause } from "node:timers/promises";
import { names } from "../../plan/names.ts";
import type { ListedContainer } from "../others.ts";
import { type Reach, runClient } from "./client.ts";
import { livePolicy } from "./live-policy.ts";

/** Seconds that a container's programs have to end in, before the engine kills them. */
const GRACE = 10;

/** Seconds that a gateway has to put its saved policy in force: 0.1 on a quiet machine, and as long as a whole restart of the machine keeps it from it. */
const PATIENCE = 60;

/** A client's containers that are there, in the order in which they start: nobody runs before who watches him. They stop in the other one. */
export interface Crew {
  lock: ListedContainer[];
  gateway: ListedContainer[];
  helpers: ListedContainer[];
  agent: ListedContainer[];
}

/** Finds them in what an engine lists. Pure. */
export function crewOf(client: string, listed: readonly ListedContainer[]): Crew {
  const own = listed.filter((one) => one.client === client);
  const named = (name: string) => own.filter((one) => one.name === name);
  return {
    lock: named(names(client).lock),
    gateway: named(names(client).gateway),
    helpers: own.filter(({ role }) => role === "beside"),
    agent: named(names(client).agent),
  };
}

/**
 * Stops those of a client's containers that are not at rest: its agent, its helpers, its gateway. The lock stays, so that what it shuts is shut while nothing runs.
 * @param told is handed the name of each container that was stopped
 * @returns what the engine said against it
 */
export async function stopCrew(engine: Reach, crew: Crew, told: (name: string) => void): Promise<string[]> {
  const troubles: string[] = [];
  for (const these of [crew.agent, crew.helpers, crew.gateway])
    troubles.push(...(await each(engine, ["stop", "--time", String(GRACE)], these.filter(isAwake), told)));
  return troubles;
}

/**
 * Starts those of a client's containers that do not run: its lock, its gateway, and once that has its policy in force, its helpers and its agent.
 * @param told is handed the name of each container that was started
 * @returns why not all of it runs; the agent then does not
 */
export async function startCrew(
  engine: Reach,
  client: string,
  crew: Crew,
  told: (name: string) => void,
): Promise<string[]> {
  const missing = (["gateway", "agent"] as const).filter((role) => crew[role].length === 0);
  if (missing.length > 0) return missing.map((role) => `there is no container ${names(client)[role]}`);
  for (const these of [crew.lock, crew.gateway]) {
    const troubles = await each(engine, ["start"], these.filter(isStill), told);
    if (troubles.length > 0) return troubles;
  }
  const why = await awaitPolicy(engine, client);
  if (why !== undefined) return [why];
  for (const these of [crew.helpers, crew.agent]) {
    const troubles = await each(engine, ["start"], these.filter(isStill), told);
    if (troubles.length > 0) return troubles;
  }
  return [];
}

const isAwake = ({ atRest }: ListedContainer): boolean => !atRest;
// One that is paused, too: the engine says that it does not start it, and whoever asked hears so.
const isStill = ({ running }: ListedContainer): boolean => !running;

async function each(
  engine: Reach,
  words: readonly string[],
  containers: readonly ListedContainer[],
  told: (name: string) => void,
): Promise<string[]> {
  const ends = await Promise.all(
    containers.map(async ({ name }) => {
      const said = await runClient(engine, [...words, name], { seconds: GRACE + 60 });
      if (said.ok) told(name);
      return said.ok ? [] : [`${name}: ${said.why}`];
    }),
  );
  return ends.flat();
}

/** Waits until a gateway has a policy in force. @returns why it has none */
async function awaitPolicy(engine: Reach, client: string): Promise<string | undefined> {
  const end = Date.now() + PATIENCE * 1000;
  for (;;) {
    const look = await livePolicy(engine, client);
    if ("seen" in look && look.seen !== undefined) return undefined;
    if (Date.now() > end) {
      const why = "unseen" in look ? `could not be asked for its policy: ${look.unseen}` : "has no policy in force";
      return `${names(client).gateway} ${why} after ${PATIENCE} s`;
    }
    await pause(200);
  }
}
