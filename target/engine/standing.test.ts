import { LABELS } from "../../gateway/contract.ts";
import type { Workload } from "../../plan/workload.ts";
import { agentWith } from "../../test/inspected.ts";
import type { Inspected } from "./answers.ts";
import { policyInForce } from "./check-container.ts";
import type { Engine } from "./engine.ts";
import { judgeStanding, type Standing } from "./standing.ts";

const engine = { kind: "docker", gpu: "none" } as unknown as Engine;
const workload = (id: string, memory = 2 ** 30) =>
  ({
    role: "agent",
    name: "acme-agent",
    hostname: "acme",
    image: "agent-sandbox/agent:1",
    user: "1000:1000",
    capabilities: [],
    environment: {},
    sysctls: {},
    scratch: [],
    mounts: [
      { kind: "bind", source: "/srv/acme", at: "/workspace", readOnly: false, id: "1:1" },
      { kind: "bind", source: "/srv/acme/.env", at: "/workspace/.env", readOnly: true, id },
    ],
    networks: [{ name: "acme-inner", address: "10.208.0.3" }],
    published: [],
    limits: { memory, pids: 512 },
    ulimits: {},
    gpu: false,
    restart: "unless-stopped",
    stopGrace: 5,
    labels: {},
  }) as unknown as Workload;
const { posture, found: asPlanned } = agentWith({
  Type: "bind",
  Source: "/srv/acme/.env",
  Destination: "/workspace/.env",
  RW: false,
});
const judge = (of: Workload, found: Inspected | undefined, was = true) =>
  judgeStanding(of, posture, engine, found, was, "later");

/** The container that was made when this was its standing. */
const made = ({ spec, labels }: Standing): Inspected => {
  const found = asPlanned();
  return { ...found, Config: { ...found.Config, Labels: { ...labels, [LABELS.spec]: spec } } };
};

const first = judgeStanding(workload("2:1"), posture, engine, undefined, false, "first");

test("a container that is there as planned keeps its spec's label, so nothing is replaced", () => {
  expect(judge(workload("2:1"), made(first))).toEqual({ ...first, changed: [], mayReturn: true, limits: [] });
});

test("a container that is not there is placed: without a word the first time, with one when it was there", () => {
  expect(first.changed).toEqual([]);
  expect(judge(workload("2:1"), undefined)).toMatchObject({
    spec: first.spec.replace("first", "later"),
    changed: ["acme-agent: it is not there any more; it is placed anew"],
  });
});

test.each<[string, (found: Inspected) => void, RegExp]>([
  ["stopped", (f) => Object.assign(f.State, { Status: "exited" }), /it is exited/],
  ["in a loop of restarts", (f) => Object.assign(f.State, { Status: "restarting" }), /it is restarting/],
  [
    "attached to another network",
    (f) => Object.assign(f.NetworkSettings.Networks!, { bridge: {} }),
    /network bridge is not planned/,
  ],
  [
    "given another address",
    (f) => Object.assign(f.NetworkSettings.Networks!, { "acme-inner": { IPAddress: "10.208.0.77" } }),
    /its address on acme-inner is 10\.208\.0\.77, not 10\.208\.0\.3/,
  ],
  [
    "given another name",
    (f) => Object.assign(f.NetworkSettings.Networks!, { "acme-inner": { Aliases: ["evil.test"] } }),
    /it is also called evil\.test on acme-inner/,
  ],
  // Docker sets none of these back on a container that runs.
  ["given CPUs where no limit is planned", (f) => Object.assign(f.HostConfig, { NanoCpus: 1e8 }), /it has 0\.1 CPUs/],
  [
    "given a quota of the CPUs",
    (f) => Object.assign(f.HostConfig, { CpuQuota: 10_000 }),
    /its quota of the CPUs is 10000 of 100000/,
  ],
  ["bound to a node", (f) => Object.assign(f.HostConfig, { CpusetMems: "0" }), /bound to the memory of node 0/],
  ["given memory of its own", (f) => Object.assign(f.HostConfig, { MemoryReservation: 1 }), /is reserved for it/],
  ["held short of kernel memory", (f) => Object.assign(f.HostConfig, { KernelMemory: 1 }), /memory of the kernel is 1/],
  ["given a capability", (f) => Object.assign(f.HostConfig, { CapAdd: ["NET_ADMIN"] }), /CAP_NET_ADMIN is not planned/],
])("a container that was %s is placed anew, and it is said", (_what, sabotage, why) => {
  const found = made(first);
  sabotage(found);
  const standing = judge(workload("2:1"), found);
  expect(standing.spec).not.toBe(first.spec);
  expect(standing.changed.join("\n")).toMatch(why);
  expect(standing.mayReturn).toBe(false);
});

test("names that the engine itself gives a container are its own", () => {
  const Id = "a8696d8567b344143b977e2a451921e8aa08a39362d7d8c13829e3ab8748f9d6";
  const found = Object.assign(made(first), { Id, Name: "/acme-agent" });
  found.Config.Hostname = "acme";
  found.NetworkSettings.Networks = {
    "acme-inner": { IPAddress: "10.208.0.3", Aliases: ["a8696d8567b3", "acme", "acme-agent"], Links: null },
  };
  expect(judge(workload("2:1"), found).changed).toEqual([]);
});

test("limits that were changed by hand are set again, and nothing is replaced", () => {
  const found = made(first);
  Object.assign(found.HostConfig, { PidsLimit: 50_000 });
  expect(judge(workload("2:1"), found)).toMatchObject({
    spec: first.spec,
    changed: [],
    limits: ["acme-agent: the limit of pids is 50000, not 512; it is set again"],
  });
});

test("limits that are as the last up set them, and planned otherwise now, were changed by nobody's hand", () => {
  const found = made(first);
  Object.assign(found.HostConfig, { PidsLimit: 600 });
  const of = (limits: Partial<typeof posture.limits>) =>
    judgeStanding(workload("2:1"), posture, engine, found, true, "later", {
      ...posture,
      limits: { ...posture.limits, ...limits } as never,
    });
  expect(of({ pids: "600" })).toMatchObject({ spec: first.spec, changed: [], limits: [] });
  expect(of({ pids: "700" }).limits).toEqual(["acme-agent: the limit of pids is 600, not 512; it is set again"]);
});

test("limits that were changed by hand on Podman, which sets none while a container runs, are placed anew", () => {
  const podman = { kind: "podman", gpu: "none" } as unknown as Engine;
  const on = (found: Inspected | undefined) => judgeStanding(workload("2:1"), posture, podman, found, true, "later");
  const before = on(undefined);
  const found = made(before);
  expect(on(found)).toMatchObject({ spec: before.spec, changed: [], limits: [] });
  Object.assign(found.HostConfig, { Memory: 2 ** 31 });
  expect(judgeStanding(workload("2:1"), posture, podman, found, true, "again")).toMatchObject({
    spec: before.spec.replace("later", "again"),
    changed: ["acme-agent: the limit of memory is 2048MiB, not 1024MiB; it is placed anew"],
    limits: [],
  });
});

test("whose processes an agent's are is told where the engine does not say it, and replaces nothing", () => {
  const found = { ...made(first), Users: { unseen: "answers with 500: no ps" } };
  expect(judge(workload("2:1"), found)).toMatchObject({
    ...{ spec: first.spec, changed: [] },
    unseen: ["agent: processes could not be seen: answers with 500: no ps"],
  });
});

test("a file that was replaced under its mask is told, and mounted anew", () => {
  const standing = judge(workload("3:1"), made(first));
  expect(standing.spec).not.toBe(first.spec);
  expect(standing.changed).toEqual([expect.stringMatching(/^mask lifted: \/workspace\/\.env was replaced/)]);
  expect(JSON.parse(standing.labels[LABELS.sources]!)).toEqual({ "/workspace": "1:1", "/workspace/.env": "3:1" });
});

test("what is masked since the container was made is told, and the container may come back", () => {
  const planned = workload("2:1");
  const more = { kind: "bind", source: "/srv/acme/x", at: "/workspace/x", readOnly: true, id: "9:9" } as const;
  expect(judge({ ...planned, mounts: [...planned.mounts, more] }, made(first))).toMatchObject({
    changed: [expect.stringMatching(/^mask new: \/workspace\/x is masked from now on/)],
    mayReturn: true,
  });
});

test("a container under our name that no up made is told", () => {
  const found = made(first);
  found.Config.Labels = {};
  expect(judge(workload("2:1"), found).changed).toEqual([expect.stringContaining("no up of this version made")]);
});

test("a label that somebody wrote by hand is no reason to fail", () => {
  const found = made(first);
  found.Config.Labels = { [LABELS.spec]: "x", [LABELS.sources]: "{" };
  expect(judge(workload("2:1"), found).changed).toEqual([]);
});

test("an edit that another spec is made of replaces without a word; a live one does not replace", () => {
  expect(judge({ ...workload("2:1"), hostname: "other" }, made(first))).toMatchObject({ changed: [] });
  expect(judge({ ...workload("2:1"), hostname: "other" }, made(first)).spec).not.toBe(first.spec);
  expect(judge(workload("2:1", 2 ** 31), made(first)).spec).toBe(first.spec);
});

test("the policy in force is what the gateway's last health check said", () => {
  const told = (Output: string, Status = "healthy") => ({
    State: { Status: "running", Health: { Status, Log: [{ Output: "policy x" }, { Output }] } },
  });
  const hash = "a".repeat(64);
  expect(policyInForce(told(`policy ${hash} live\n`) as Inspected)).toBe(hash);
  for (const found of [
    told("no round yet"),
    told(`policy ${hash} live\n`, "starting"),
    { State: { Status: "running" } },
    undefined,
  ])
    expect(policyInForce(found as Inspected | undefined)).toBeUndefined();
});
