import { execFileSync } from "node:child_process";
import { memory, processorTime, shimOf } from "./at-rest.ts";
import type { Checkouts } from "./checkouts.ts";
import { docker } from "./docker.ts";
import { median, seconds } from "./measure.ts";

/** One line of docs/fleet.md: the figure of each client, in the order in which they came. */
export interface FleetRow {
  what: string;
  unit: "s" | "MiB" | "ms";
  each: number[];
  /** What the empty program took beside the first clients and beside the last, where a command is measured: a machine that gets slower meanwhile slows both. */
  beside?: Ends;
}

interface Ends {
  first: number;
  last: number;
}

/** Clients at either end that are compared, by their median: one alone moves by a tenth. */
const AT_AN_END = 5;

/** What each of many clients of one project costs on one machine. They are removed at the end, whatever happens. */
export function* fleet(checkouts: Checkouts, count: number): Generator<FleetRow> {
  const clients = Array.from({ length: count }, (_, at) => `${checkouts.client}-${at + 1}`);
  const each = (what: string, work: (client: string) => void) => inTurn(checkouts, what, clients, work);
  const [up, destroy] = (["up", "destroy"] as const).map((word) => (client: string) => checkouts.sandbox(word, client));
  try {
    for (const client of clients) checkouts.allow([], {}, client);
    yield each("first `up`, images there", up!);
    yield each("`up` without changes", up!);
    for (const client of clients) checkouts.allow(["more.example.com"], {}, client);
    yield each("`up` with one host more", up!);
    yield* atRest(clients);
    yield { what: "disk: volumes and the containers' own layers", unit: "MiB", each: clients.map(disk) };
    yield { what: "disk: state of Pulumi", unit: "MiB", each: clients.map((client) => state(checkouts.state, client)) };
    yield each("`agentbox stop`", (client) => checkouts.agentbox("stop", client));
    yield each("`agentbox start`, proven", (client) => checkouts.agentbox("start", client));
    yield each("`destroy`", destroy!);
  } finally {
    for (const client of clients)
      if (docker("ps", "-aq", "--filter", `label=agent-sandbox.client=${client}`)) destroy!(client);
  }
}

function inTurn(
  checkouts: Checkouts,
  what: string,
  clients: readonly string[],
  work: (client: string) => void,
): FleetRow {
  const beside: number[] = [];
  const each = clients.map((client, at) => {
    const took = seconds(() => work(client));
    if (at < AT_AN_END || at >= clients.length - AT_AN_END) beside.push(seconds(() => checkouts.empty("up")));
    return took;
  });
  return { what, unit: "s", each, beside: ends(beside) };
}

export function ends(each: readonly number[]): Ends {
  return { first: median(each.slice(0, AT_AN_END)), last: median(each.slice(-AT_AN_END)) };
}

/** Of clients that nobody uses, health checks included. */
function* atRest(clients: readonly string[]): Generator<FleetRow> {
  const containers = clients.map((client) =>
    docker("ps", "--format", "{{.Names}}", "--filter", `label=agent-sandbox.client=${client}`).split("\n"),
  );
  const sum = (figures: number[]) => figures.reduce((all, one) => all + one, 0);
  const inside = memory(...containers.flat());
  const shims = containers.map((names) => names.map(shimOf));
  const used = () => [
    containers.map((names) => sum(names.map(processorTime))),
    shims.map((all) => sum(all.map((shim) => shim.processorTime()))),
  ];
  yield {
    what: "memory of its containers",
    unit: "MiB",
    each: containers.map((names) => sum(names.map((name) => inside[name]!))),
  };
  yield {
    what: "memory of the engine's keepers of them",
    unit: "MiB",
    each: shims.map((all) => sum(all.map((shim) => shim.memory()))),
  };
  const before = used();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAP * 1000);
  const after = used();
  for (const [at, what] of [
    "CPU a second of its containers",
    "CPU a second of their keepers, and of what these start",
  ].entries())
    yield { what, unit: "ms", each: clients.map((_, of) => (after[at]![of]! - before[at]![of]!) / NAP) };
}

/** Two minutes: twice what a watchdog looks at seldom, four health checks. */
const NAP = 120;

function disk(client: string): number {
  const own = ["--filter", `label=agent-sandbox.client=${client}`];
  const volumes = docker("volume", "ls", "-q", ...own)
    .split("\n")
    .filter(Boolean);
  const places = docker("volume", "inspect", "--format", "{{.Mountpoint}}", ...volumes).split("\n");
  const containers = docker("ps", "-aq", ...own)
    .split("\n")
    .filter(Boolean);
  const layers = docker("inspect", "--size", "--format", "{{.SizeRw}}", ...containers).split("\n");
  return mebibytes(...places, "-type", "f") + layers.reduce((all, bytes) => all + Number(bytes), 0) / 2 ** 20;
}

/** Its stack, and the history of it. */
function state(folder: string, client: string): number {
  return mebibytes(folder, "-type", "f", "(", "-name", `${client}.json*`, "-o", "-path", `*/${client}/*`, ")");
}

/** What files that `find` finds take on the disk. */
function mebibytes(...words: string[]): number {
  const blocks = execFileSync("find", [...words, "-printf", "%k\n"], { encoding: "utf8" });
  return blocks.split("\n").reduce((all, kibibytes) => all + Number(kibibytes), 0) / 1024;
}
