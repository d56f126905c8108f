import type { Declared, Seen } from "../capabilities/capability.ts";
import { capabilities } from "../capabilities/index.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import { lacks } from "./lacks.ts";
import { type PostureFact, sortedFacts } from "./review/fact.ts";
import { graded, neutral, open, rights, type Topic, walls } from "./review/topic.ts";
import { ENGINES_OWN } from "./seccomp.ts";
import type { Mount, Workload } from "./workload.ts";

/** All that matters for security, a line a fact, sorted; of secrets it says where they come from, and never a value. */
export interface Posture {
  client: string;
  facts: readonly PostureFact[];
}

/** A sandbox as it is placed: what only an engine makes of a declaration. */
export interface Placed extends Seen {
  agent: Workload;
  gateway: Workload;
  lock?: Workload;
  engine: Engine;
}

/** What the stack file and the project's files say, without a host. */
export function declaredPosture(of: Declared): Posture {
  return { client: of.client, facts: declaredFacts(of) };
}

/** The posture of a planned sandbox: pure, from the plan alone. */
export function posture(of: Declared, placed: Placed): Posture {
  return { client: of.client, facts: sortedFacts([...declaredFacts(of, placed), ...placedFacts(placed)]) };
}

function declaredFacts(of: Declared, host?: Seen): PostureFact[] {
  return sortedFacts(Object.values(capabilities).flatMap(({ posture }) => posture?.(of, host) ?? []));
}

/** How what is placed compares. */
const placedTopics: Readonly<Record<string, Topic>> = {
  // Root of a container is nearer to the host than any other user of it.
  users: graded((says, than) => says === than || /^0:/.test(than), { unordered: "another user" }),
  capabilities: rights(),
  networks: rights(),
  places: graded((says, than) => rest(says) === rest(than) && (!says.startsWith("rw") || than.startsWith("rw")), {
    unordered: "something else is there",
  }),
  memory: graded((says, than) => says === than || than.endsWith(EXECUTABLE)),
  "system-calls": open("what it lets through is not compared", {
    marked: { word: "another filter", as: "unordered" },
  }),
  // What holds only where the engine can make it hold.
  walls: walls(),
  unenforced: rights(),
  engine: neutral(),
  addresses: neutral(),
  images: neutral({ marked: { word: "made of changed sources", as: "neutral" } }),
  kernel: open("it is a setting of the container's kernel"),
};

/** How facts compare that files alone declare, by their topics. */
export const declaredTopics: Readonly<Record<string, Topic>> = Object.assign(
  {},
  ...Object.values(capabilities).map((capability) => capability.topics),
);

/** How all facts of a posture compare. */
export const topics: Readonly<Record<string, Topic>> = { ...placedTopics, ...declaredTopics };

const EXECUTABLE = ", programs run from it";

function placedFacts({ agent, gateway, lock, engine, addresses }: Placed): PostureFact[] {
  const { hostRules } = lacks(engine);
  const all = { agent, gateway, ...(lock && { lock }) };
  return [
    ...Object.entries(all).flatMap(([role, workload]) => containerFacts(role, workload, engine)),
    ...(lock
      ? [{ topic: "walls", about: "host", says: "takes nothing from the agent's network" }]
      : [{ topic: "unenforced", about: "host NOT LOCKED", says: `(${hostRules})` }]),
    ...(dialects[engine.kind].limitsProcesses
      ? []
      : [{ topic: "unenforced", about: "pids", says: "as the engine has it" }]),
    { topic: "engine", about: "", says: engine.kind },
    { topic: "addresses", about: "inner", says: addresses.inner },
    { topic: "addresses", about: "outer", says: addresses.outer },
  ];
}

function containerFacts(role: string, workload: Workload, engine: Engine): PostureFact[] {
  const filter = dialects[engine.kind].seccomp(engine);
  const networks = workload.hostNetwork ? ["host"] : workload.networks.map(({ name }) => name);
  return [
    { topic: "images", about: role, says: "", mark: workload.image },
    { topic: "users", about: role, says: workload.user },
    ...workload.capabilities.map((name) => ({ topic: "capabilities", about: `${role} ${name}`, says: "" })),
    ...networks.map((name) => ({ topic: "networks", about: `${role} ${name}`, says: "" })),
    ...workload.mounts
      .filter((mount) => !isDeclared(role, mount))
      .map(({ at, source, readOnly }) => ({
        ...{ topic: "places", about: `${role} ${at}`, says: `${readOnly ? "ro" : "rw"} (${source})` },
      })),
    ...workload.scratch.map(({ at, exec }) => ({
      ...{ topic: "memory", about: `${role} ${at}`, says: `rw${exec ? EXECUTABLE : ""}` },
    })),
    ...Object.entries(workload.sysctls).map(([name, says]) => ({ topic: "kernel", about: `${role} ${name}`, says })),
    {
      topic: "system-calls",
      about: role,
      says: filter ? "filtered" : ENGINES_OWN,
      ...(filter && { mark: filter.name }),
    },
  ];
}

/** Mounts that a capability tells of: the client's own directories, and masks over them. */
function isDeclared(role: string, { kind, at }: Mount): boolean {
  return role === "agent" && (kind === "bind" || at.startsWith("/workspace/"));
}

function rest(says: string): string {
  return says.slice(2);
}
