import { Engine } from "../engine/engine.ts";
import { type Person, testPerson } from "../engine/person.ts";

/** What the suites' environment says of a rootless engine, besides its address: `Engine.within`. */
const WITHIN = "ENGINE_WITHIN";

export const tellWithin = (within: readonly string[]) => ({ [WITHIN]: JSON.stringify(within) });

/** The engine that a suite of the matrix is about, and who runs it and what belongs to it, where that is not root. */
export function engineUnderTest(): { engine: Engine; person?: Person } {
  const said = process.env[WITHIN];
  return said ? { engine: new Engine(undefined, JSON.parse(said)), person: testPerson() } : { engine: new Engine() };
}

/** What a stack's file has to say there: a user of this machine has no controller of cgroup v1, so no limit is held. */
export const accepted = (person: Person | undefined) => (person ? { accept: ["limits.memory", "limits.pids"] } : {});
