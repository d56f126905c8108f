import fc from "fast-check";
import type { Declared } from "../capabilities/capability.ts";
import { type Agent, AgentSchema } from "../capabilities/image/agent.ts";
import { contributions } from "../capabilities/index.ts";
import { directoriesAbove, type Mask } from "../capabilities/masks/mask.ts";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import { PROFILES } from "../capabilities/profile/keys.ts";
import type { GatewayInput } from "../gateway/gateway-policy.ts";
import { parseSpec } from "../stack-file/spec.ts";
import { planAgent } from "./agent-container.ts";
import type { Facts } from "./facts.ts";
import { planGateway } from "./gateway-container.ts";
import { merge } from "./merge.ts";
import { mountPointProblems } from "./mount-point.ts";
import type { Workload } from "./workload.ts";

const addresses = { agent: "10.208.0.3", gateway: "10.208.0.2" } as AddressPlan;
const WORKSPACE = "/srv/acme";

interface Wanted {
  agents?: Agent[];
  masks?: Mask[];
  mounts?: { host: string; at: string; mode: "ro" | "rw" }[];
  profile?: (typeof PROFILES)[number];
}

/** What the agent of such a client has mounted, and the containers that have it. */
function sandbox({ agents = [], masks = [], mounts = [], profile = "standard" }: Wanted) {
  const { spec, problems } = parseSpec({ workspace: WORKSPACE, profile, mounts });
  expect(problems).toEqual([]);
  const facts = {
    workspace: { path: WORKSPACE, uid: 1000, gid: 1000, id: "1:1" },
    masks,
    above: directoriesAbove(masks).map((path) => ({ path, id: "4:4" })),
    nothing: { path: "/srv/nothing", id: "3:3" },
    mounts: mounts.map(({ host }) => ({ path: host, id: "2:2" })),
    networks: { own: [], taken: [], ways: [], clients: [], bridges: [] },
    machine: { cpus: 4, memory: 2 ** 36, processes: 32768, ports: [] },
    host: { addresses: [], steady: [], uplinks: [] },
    engine: { kind: "docker", gpu: "none" },
    images: { lock: { packages: {} } },
    warnings: [],
  } as unknown as Facts;
  const of = { client: "acme", spec: spec!, agents, tools: [], files: [] } as unknown as Declared;
  const added = merge(contributions(of, facts));
  const workloads: [Workload, Workload] = [
    planAgent("acme", "agent:1", addresses, added, facts),
    planGateway({ client: "acme", addresses, inbound: [] } as unknown as GatewayInput, profile, "gateway:1", false),
  ];
  return { added, workloads };
}

const workloads = (declared: Wanted) => sandbox(declared).workloads;
const problems = (declared: Wanted) => {
  const { added, workloads } = sandbox(declared);
  return [added, workloads[1]].flatMap(mountPointProblems);
};
const judged = (at: string, host = "/srv/docs", mode: "ro" | "rw" = "ro") =>
  problems({ mounts: [{ host, at, mode }] }).map(({ path, message }) => `${path} ${message}`);

const word = fc.stringMatching(/^[a-z.][a-z]{1,3}$/);
const below = (top: string) =>
  fc
    .array(fc.oneof(fc.constantFrom(".local", "state", ".config", "a"), word), { minLength: 1, maxLength: 4 })
    .map((names) => [top, ...names].join("/"));
const anyAgents = fc.uniqueArray(below("/home/dev"), { maxLength: 6 }).map((dirs) =>
  dirs.map((dir, index) =>
    AgentSchema.parse({
      name: `bot${index}`,
      description: "x",
      run: ["x"],
      state: [{ dir, purpose: `bot${index}` }],
    }),
  ),
);
const anyMasks = fc.uniqueArray(
  fc.record({
    path: below("").map((path) => path.slice(1)),
    kind: fc.constantFrom<Mask["kind"]>("file", "directory"),
    as: fc.constantFrom<Mask["as"]>("readonly", "empty"),
    id: fc.constant("5:5"),
  }),
  { maxLength: 6, selector: ({ path }) => path },
);
const anyMounts = fc.uniqueArray(
  fc.record({
    host: fc.oneof(below("/srv"), fc.constantFrom(WORKSPACE, `${WORKSPACE}/docs`, "/srv", "/opt")),
    at: fc.oneof(
      fc.constantFrom("/docs", "/data", "/docs/api", "/home", "/state", "/run", "/tmp/x", "/workspace/docs"),
      ...["/workspace", "/home/dev", "/state", "/docs", "/var/lib"].map(below),
    ),
    mode: fc.constantFrom<"ro" | "rw">("ro", "rw"),
  }),
  { maxLength: 4, selector: ({ at }) => at },
);

/** Whether an agent could put a link where a workload's mount point is or where one leads: told by walking each path, not by the rule. */
function canBeMoved({ mounts, scratch }: Workload): string | undefined {
  const points = new Map<string, { writable: boolean }>([
    ["", { writable: false }],
    ...scratch.map(({ at }) => [at, { writable: true }] as const),
    ...mounts.map(({ at, readOnly }) => [at, { writable: !readOnly }] as const),
  ]);
  for (const at of points.keys()) {
    let shown = "";
    const names = at.split("/").slice(1);
    for (const [index] of names.slice(0, -1).entries()) {
      const path = `/${names.slice(0, index + 1).join("/")}`;
      // A directory that is no mount point can be renamed by who writes the mount that it is in.
      if (points.has(path)) shown = path;
      else if (points.get(shown)!.writable) return `${at} by way of ${path}`;
    }
  }
  return undefined;
}

test("no mount point of any plan has a parent that an agent could move, whatever its agents, masks, mounts and profile", () => {
  let held = 0;
  fc.assert(
    fc.property(
      anyAgents,
      anyMasks,
      fc.oneof({ weight: 2, arbitrary: fc.constant<Wanted["mounts"]>([]) }, { weight: 3, arbitrary: anyMounts }),
      fc.constantFrom(...PROFILES),
      (agents, masks, mounts, profile) => {
        const declared = { agents, masks, mounts: profile === "lockdown" ? [] : mounts, profile };
        const found = problems(declared);
        if (declared.mounts?.length === 0) expect(found).toEqual([]);
        if (found.length > 0) return;
        held++;
        expect(workloads(declared).map(canBeMoved)).toEqual([undefined, undefined]);
      },
    ),
    { numRuns: 2000 },
  );
  expect(held).toBeGreaterThan(500);
});

test("state below the home, as it was once, is refused by the rule", () => {
  const [agent] = workloads({});
  const before = agent!.mounts.map((mount) =>
    mount.at === "/state/history" ? { ...mount, at: "/home/dev/.local/state/history" } : mount,
  );
  expect(mountPointProblems({ ...agent!, mounts: before })).toHaveLength(1);
  expect(canBeMoved({ ...agent!, mounts: before })).toBe("/home/dev/.local/state/history by way of /home/dev/.local");
});

test.each(["/workspace/docs", "/home/dev/docs", "/home/dev/.a/b", "/tmp/x", "/var/lib/agent-sandbox/x"])(
  "a mount at %s is refused, and the sentence names another place",
  (at) => {
    expect(judged(at)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^mounts\\[0\\] ${at} lies in /[a-z/-]+, where agents write: .*; choose a place of its own, like /docs$`,
        ),
      ),
    ]);
  },
);

test("a mount at a place of its own, or in one that is read-only, is fine", () => {
  expect(judged("/docs")).toEqual([]);
  expect(judged("/opt/docs", "/srv/docs", "rw")).toEqual([]);
  const nested = (mode: "ro" | "rw") =>
    problems({
      mounts: [
        { host: "/srv/docs", at: "/docs", mode },
        { host: "/opt/api", at: "/docs/api", mode: "ro" },
      ],
    });
  expect(nested("ro")).toEqual([]);
  expect(nested("rw")).toMatchObject([{ path: "mounts[1]" }]);
});

test("what lies in a directory that an agent writes is not mounted: a link there would decide what is", () => {
  for (const host of [WORKSPACE, `${WORKSPACE}/docs`])
    expect(judged("/docs", host)).toEqual([expect.stringMatching(/^mounts\[0\] .* lies in \/srv\/acme, which the/)]);
  expect(judged("/all", "/srv", "rw")).toEqual([
    expect.stringMatching(/^workspace \/srv\/acme lies in \/srv, which the/),
  ]);
});
