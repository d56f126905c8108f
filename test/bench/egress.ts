import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Internet } from "../engine/internet/internet.ts";
import { memory, processorTime } from "./at-rest.ts";
import type { Checkouts } from "./checkouts.ts";
import { docker } from "./docker.ts";
import { median, paired, type Row } from "./measure.ts";
import { PlainBridge } from "./plain-bridge.ts";

const SITE = "allowed.test";
const AGAINST = "the same image on a plain bridge";
const CLIENT = readFileSync(join(import.meta.dirname, "client.mjs"));

/** What the gateway costs: the agent against a container of the same image on a plain bridge, to the same fake internet. */
export function* egress(checkouts: Checkouts, internet: Internet): Generator<Row> {
  const agent = `${checkouts.client}-agent`;
  const plain = new PlainBridge(checkouts.client, checkouts.images().agent, internet);
  try {
    const against = (kind: string, count: number, runs: number) =>
      paired(
        runs,
        () => measure(agent, kind, count),
        () => measure(plain.name, kind, count),
      );
    yield {
      what: "gateway at rest",
      unit: "MiB",
      ours: memory(`${checkouts.client}-gateway`)[`${checkouts.client}-gateway`]!,
      budget: "≤ 15 MiB",
      against: "",
    };
    yield {
      what: "gateway at rest, CPU a second",
      unit: "ms",
      ours: idle(`${checkouts.client}-gateway`),
      budget: "≤ 1.5 ms",
      against: "",
    };
    const row = { unit: "ms", against: AGAINST } as const;
    yield { ...row, what: "new TLS connection, p50", ...against("fresh", 100, 7), budget: "≤ 1.5" };
    yield { ...row, what: "request on a kept connection, p50", ...against("kept", 500, 7), budget: "≤ 1.2" };
    yield { ...row, what: "1 GiB over TLS", unit: "MB/s", ...against("bytes", 2 ** 30, 3), budget: "≥ 0.9" };
    yield manyNames(checkouts, agent);
    yield {
      what: "first allowed request after the gateway's start",
      unit: "s",
      ours: firstRequest(checkouts),
      budget: "≤ 1.0 s",
      against: "",
    };
  } finally {
    plain.remove();
  }
}

/** From the call that starts the gateway to the first whole answer, the agent trying without a pause. */
function firstRequest({ client }: Checkouts): number {
  const times = Array.from({ length: 5 }, () => {
    docker("stop", `${client}-gateway`);
    const start = Date.now();
    docker("start", `${client}-gateway`);
    return (measure(`${client}-agent`, "first", 0) - start) / 1000;
  });
  return median(times);
}

/** The same connection, the policy one of 10 and of 10,000 names; afterwards it is the one of before, for a start takes longer with so many. */
function manyNames(checkouts: Checkouts, agent: string): Row {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `n${i}.example.com`);
  const fresh = () => median(Array.from({ length: 5 }, () => measure(agent, "fresh", 100)));
  const at = (count: number) => {
    checkouts.allow(names(count));
    checkouts.apply(checkouts.bundle());
    return fresh();
  };
  const [few, many] = [at(10), at(10_000)];
  checkouts.allow([]);
  checkouts.apply(checkouts.bundle());
  return {
    what: "new TLS connection, p50, 10,000 names allowed",
    unit: "ms",
    ours: many,
    other: few,
    budget: "≈ 1",
    against: "10 names allowed",
  };
}

/** What client.mjs prints: milliseconds, MB/s, or the time of the first answer. */
function measure(container: string, kind: string, count: number): number {
  const said = execFileSync(
    "docker",
    ["exec", "-i", container, "node", "--input-type=module", "-", SITE, kind, String(count)],
    {
      input: CLIENT,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  return Number(said);
}

/** Processor time of a container that nobody uses, its health check included, over two minutes: twice what its watchdog looks at seldom. Milliseconds a second. */
function idle(container: string): number {
  const nap = 120;
  const before = processorTime(container);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, nap * 1000);
  return (processorTime(container) - before) / nap;
}
