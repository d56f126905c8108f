import type { Declared, Seen } from "../capabilities/capability.ts";
import { isIdentity } from "../capabilities/git/facts.ts";
import { capabilities } from "../capabilities/index.ts";
import { mib } from "../capabilities/limits/facts.ts";
import { emptySources, maskOf, showsItself } from "../capabilities/masks/mask.ts";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import type { Engine } from "../target/engine/engine.ts";
import { specHash } from "./hash.ts";
import type { HelperPlan } from "./helpers.ts";
import { lacks } from "./lacks.ts";
import { type PostureFact, sortedFacts } from "./review/fact.ts";
import { BY_OWNER, graded, neutral, open, rights, TOGETHER, type Topic, walls } from "./review/topic.ts";
import { ENGINES_OWN } from "./seccomp.ts";
import type { Mount, Workload } from "./workload.ts";

/** All that matters for security, a line a fact, sorted; of secrets it says where they come from, and never a value. */
export interface Posture {
  client: string;
  facts: readonly PostureFact[];
}

/** A sandbox as it is placed: what only an engine makes of a declaration. */
export interface Placed extends Seen {
  lock?: Workload;
  helpers?: readonly HelperPlan[];
  engine: Engine;
  addresses: AddressPlan;
}

/** What the stack file and the project's files say, without a host. */
export function declaredPosture(of: Declared): Posture {
  return { client: of.client, facts: declaredFacts(of) };
}

/** The posture of a planned sandbox: pure, from the plan alone. */
export function posture(of: Declared, placed: Placed): Posture {
  return { client: of.client, facts: sortedFacts([...declaredFacts(of, placed), ...placedFacts(of, placed)]) };
}

function declaredFacts(of: Declared, placed?: Seen): PostureFact[] {
  return sortedFacts(Object.values(capabilities).flatMap(({ posture }) => posture?.(of, placed) ?? []));
}

/** How what is placed compares. */
const placedTopics: Readonly<Record<string, Topic>> = {
  // What holds only where the engine can make it hold: first, for of a new sandbox a screen has no room for all.
  unenforced: rights(),
  walls: walls(),
  // Root of a container is nearer to the host than any other user of it.
  users: graded((says, than) => says === than || /^0:/.test(than), { ...TOGETHER, unordered: "another user" }),
  capabilities: rights(BY_OWNER),
  networks: rights({ ...BY_OWNER, unordered: "somebody else answers" }),
  places: graded((says, than) => rest(says) === rest(than) && (!says.startsWith("rw") || than.startsWith("rw")), {
    ...BY_OWNER,
    unordered: "something else is there",
  }),
  memory: graded((says, than) => says === than || than.endsWith(EXECUTABLE), BY_OWNER),
  "system-calls": open("what it lets through is not compared", {
    ...TOGETHER,
    marked: { word: "another filter", as: "unordered" },
  }),
  // What gateway and lock may use of the machine: no file says it.
  "own-limits": walls(() => true, TOGETHER),
  "own-gpu": rights(),
  "per-process": walls((says, than) => limitsIn(says).every(([name, most]) => most >= limitOf(than, name)), {
    group: ({ says }) => says,
    together: (facts) => facts.map(({ about }) => about),
  }),
  engine: neutral(),
  addresses: neutral(TOGETHER),
  images: neutral({ ...TOGETHER, marked: { word: "made of changed sources", as: "neutral" } }),
  kernel: open("it is a setting of the container's kernel", BY_OWNER),
  containers: open("what it runs decides what it guards", {
    ...TOGETHER,
    marked: { word: "it is run in another way", as: "unordered" },
  }),
};

/** How facts compare that files alone declare, by their topics. */
export const declaredTopics: Readonly<Record<string, Topic>> = Object.assign(
  {},
  ...Object.values(capabilities).map((capability) => capability.topics),
);

/** How all facts of a posture compare, by their topics, in the order in which they are told: what a client asks for, and then what is placed. */
export const topics: Readonly<Record<string, Topic>> = {
  ...declaredTopics,
  ...placedTopics,
};

const EXECUTABLE = ", programs run from it";

function placedFacts(of: Declared, placed: Placed): PostureFact[] {
  const { agent, gateway, lock, engine, addresses } = placed;
  const helpers = Object.fromEntries((placed.helpers ?? []).map(({ name, workload }) => [`helper-${name}`, workload]));
  const { hostRules } = lacks(engine);
  const all = { agent, gateway, ...(lock && { lock }), ...helpers };
  return [
    ...Object.entries(all).flatMap(([role, workload]) => containerFacts(role, workload, placed)),
    ...agent.mounts.filter((mount) => !isTold(mount, of, placed)).map((mount) => placeFact("agent", mount)),
    ...Object.entries({ gateway, ...(lock && { lock }) }).flatMap(([role, workload]) => ownFacts(role, workload)),
    ...Object.entries(helpers).flatMap(([role, { mounts }]) => mounts.map((mount) => placeFact(role, mount))),
    ...Object.entries({ agent, ...(lock && { lock }), ...helpers }).flatMap(([role, workload]) =>
      publishedFacts(role, workload),
    ),
    ...(lock
      ? [{ topic: "walls", about: "host", says: "takes nothing from the agent's network" }]
      : [{ topic: "unenforced", about: "host NOT LOCKED", says: `(${hostRules})` }]),
    ...unheldFacts(all, engine),
    { topic: "engine", about: "", says: engine.kind },
    { topic: "addresses", about: "inner", says: addresses.inner },
    { topic: "addresses", about: "outer", says: addresses.outer },
  ];
}

/** Limits that no container of this engine has (of CPUs, where some container is to have one), or none but the engine's own, and those that a runtime which cannot set them leaves to the ones it starts. */
function unheldFacts(all: Readonly<Record<string, Workload>>, engine: Engine): PostureFact[] {
  const { limits = {} } = lacks(engine);
  const fact = (about: string, says: string): PostureFact => ({ topic: "unenforced", about, says });
  const workloads = Object.entries(all);
  const without = workloads.filter(([, workload]) => !dialects[engine.kind].limitsProcesses(workload));
  const ofProcesses =
    without.length === workloads.length
      ? [fact("pids", "as the engine has it")]
      : without.map(([role]) => fact(`${role} pids NOT LIMITED`, "(its runtime need not know how)"));
  return [
    ...(limits.pids === undefined ? ofProcesses : []),
    ...Object.entries(limits)
      .filter(([limit]) => limit !== "cpus" || workloads.some(([, workload]) => workload.limits.cpus !== undefined))
      .map(([limit, why]) => fact(`${limit} NOT LIMITED`, `(${why})`)),
  ];
}

/** What is told of each container. */
function containerFacts(role: string, workload: Workload, { engine, addresses }: Placed): PostureFact[] {
  const dialect = dialects[engine.kind];
  const filter = dialect.seccomp(engine);
  const networks = [...(workload.hostNetwork ? ["host"] : []), ...workload.networks.map(({ name }) => name)];
  const answers = workload.resolver === addresses.gateway ? "the gateway" : String(workload.resolver);
  const ofProcesses = dialect.container(workload, engine).ulimits.map(({ name, hard }) => `${name} ${hard}`);
  return [
    { topic: "images", about: role, says: "", mark: workload.image },
    {
      topic: "containers",
      about: role,
      says: workload.program ? `runs ${workload.program.join(" ")}` : "",
      mark: howRun(workload, addresses),
    },
    { topic: "users", about: role, says: workload.user },
    ...workload.capabilities.map((name) => ({ topic: "capabilities", about: `${role} ${name}`, says: "" })),
    ...networks.map((name) => ({ topic: "networks", about: `${role} ${name}`, says: "" })),
    ...workload.scratch.map(({ at, exec }) => ({
      ...{ topic: "memory", about: `${role} ${at}`, says: `rw${exec ? EXECUTABLE : ""}` },
    })),
    ...Object.entries(workload.sysctls).map(([name, says]) => ({ topic: "kernel", about: `${role} ${name}`, says })),
    ...(workload.resolver === undefined ? [] : [{ topic: "networks", about: `${role} names from`, says: answers }]),
    ofProcesses.length > 0
      ? { topic: "per-process", about: role, says: ofProcesses.join(", ") }
      : { topic: "unenforced", about: `${role} limits of each process`, says: ENGINES_OWN },
    {
      topic: "system-calls",
      about: role,
      says: filter ? "filtered" : ENGINES_OWN,
      ...(filter && { mark: filter.name }),
    },
  ];
}

/** What is told of gateway and lock, on which a client has no word; of the agent's container, capabilities tell it. */
function ownFacts(role: string, { mounts, limits, gpu }: Workload): PostureFact[] {
  const said = Object.entries({ ...limits, ...(gpu !== false && { gpu: JSON.stringify(gpu) }) });
  return [
    ...mounts.map((mount) => placeFact(role, mount)),
    ...said.map(([name, value]) => ({
      topic: name === "gpu" ? "own-gpu" : "own-limits",
      about: `${role} ${name}`,
      says: name === "memory" ? mib(Number(value)) : String(value),
    })),
  ];
}

/** Ports of a container itself: those of the agent that a client asks for are the gateway's. */
function publishedFacts(role: string, { published }: Workload): PostureFact[] {
  return published.map(({ address, port }) => ({ topic: "ports", about: `${role} ${address}:${port}`, says: "" }));
}

function placeFact(role: string, { at, source, readOnly }: Mount): PostureFact {
  return { topic: "places", about: `${role} ${at}`, says: `${readOnly ? "ro" : "rw"} (${source})` };
}

/** Mounts of the agent that a capability tells of: the workspace, the client's own directories, and masks. */
function isTold(mount: Mount, { client, spec }: Declared, { agent, facts }: Placed): boolean {
  const { at, kind, readOnly } = mount;
  if (at === "/workspace") return !readOnly;
  // One that shows a part of the workspace once more, to be written, keeps it from being moved away.
  if (maskOf(mount, agent.mounts, emptySources(client, facts)) || (showsItself(mount, agent.mounts) && !readOnly))
    return true;
  return kind === "bind" && spec.mounts.some((declared) => declared.at === at);
}

/** What tells two ways to run a container apart, besides what other facts tell: all that a container has, or will have. */
function howRun(workload: Workload, addresses: AddressPlan): string {
  const others = Object.entries(workload).filter(([part]) => !TOLD.includes(part as keyof Workload));
  const variables = Object.entries(workload.environment).filter(([name]) => !isIdentity(name));
  return specHash({
    ...Object.fromEntries(others),
    // Its address moves with the client's networks.
    environment: variables.map(([name, value]) => [name, value === addresses.gateway ? "its own address" : value]),
  }).slice(0, 16);
}

/** What facts tell of a container, or its name does, which is fixed. */
const TOLD: readonly (keyof Workload)[] = [
  ...(["role", "name", "hostname", "labels", "image", "program", "user", "capabilities", "environment"] as const),
  ...(["sysctls", "scratch", "mounts", "networks", "hostNetwork", "resolver", "published"] as const),
  ...(["limits", "ulimits", "gpu"] as const),
];

/** `core 1, sigpending 2048` as pairs. */
function limitsIn(says: string): [name: string, most: number][] {
  return says.split(", ").map((one) => [one.split(" ")[0] ?? "", Number(one.split(" ")[1])]);
}

/** As much as there is, where nothing is said. */
function limitOf(says: string, name: string): number {
  return limitsIn(says).find(([other]) => other === name)?.[1] ?? Number.POSITIVE_INFINITY;
}

function rest(says: string): string {
  return says.slice(2);
}
