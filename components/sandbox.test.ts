import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { renderBundle } from "../gateway/bundle.ts";
import { fromRanges } from "../gateway/port-ranges.ts";
import type { SandboxPlan } from "../plan/plan.ts";
import type { Workload } from "../plan/workload.ts";
import type { Engine } from "../target/engine/engine.ts";
import { planCase } from "../test/golden/render.ts";
import type { SandboxArgs } from "./sandbox.ts";
import type { ApplyPolicyWords } from "./steps/apply-policy.ts";
import { parseWords } from "./steps/text.ts";

const ROOT = join(__dirname, "..");

/** The same with their options, as pulumi is asked for them. */
const requests: Parameters<MockMonitor["registerResource"]>[0][] = [];
const placed: pulumi.runtime.MockResourceArgs[] = [];
const engine: Engine = {
  kind: "docker",
  version: "20.10.24",
  host: "unix:///run/x.sock",
  cli: "docker",
  platform: "linux-x64",
  rootless: false,
  selinux: false,
  gpu: "nvidia",
  runtimes: ["runc", "runsc"],
};

/** What a client of these words leads to. */
const stack = {
  config: {
    ...{
      "agent-sandbox:workspace": "/srv/acme",
      "agent-sandbox:agents": ["shell"],
      "agent-sandbox:gpu": "all",
      "agent-sandbox:runtime": "runsc",
    },
    "agent-sandbox:accept": ["limits.pids"],
    "agent-sandbox:secrets": { TOKEN: { env: "TOKEN" } },
  },
};
let plan: SandboxPlan;

const standing = (spec: string, changed: string[] = [], limits: string[] = []) => ({
  spec,
  labels: {},
  mayReturn: true,
  changed,
  limits,
  unseen: [],
});
const network = (name: string) => ({
  name,
  spec: { internal: true, options: {}, ipamConfigs: [] },
  hash: `${name}-spec`,
});
const networks = {
  inner: { ...network("acme-inner"), stands: true, changed: [] },
  outer: { ...network("acme-outer"), stands: false, changed: [] },
};
const standings = { agent: standing("a.1"), gateway: standing("g.1"), lock: standing("l.1") };

beforeAll(async () => {
  // The SDK's mocks do not know hooks (3.259); that they are called is the engine suites' to show.
  const register = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (request, done) {
    requests.push(request);
    return register.call(this, request, done);
  };
  const registered = (_request: unknown, done: (error: null, answer: object) => void) => done(null, {});
  Object.assign(MockMonitor.prototype, { registerResourceHook: registered, registerErrorHook: registered });
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        placed.push(args);
        return { id: `${args.name}-id`, state: { ...args.inputs, stdout: `out of ${args.name}`, stderr: "" } };
      },
      call: (args) => args.inputs,
    },
    "agent-sandbox",
    "acme",
    false,
  );
  const of = { name: "placed", client: "acme", stack, facts: { engine }, files: {} };
  const planned = await planCase(ROOT, of, "docker");
  if ("problems" in planned) throw new Error(planned.problems.join("\n"));
  plan = planned.plan;
  const { Sandbox } = await import("./sandbox.ts");
  const { providers } = await import("./providers.ts");
  const args: SandboxArgs = {
    plan,
    engine,
    placement: {
      ...{ present: [plan.images.base.tag], standings, networks, delivered: true, first: false },
      ...{ helpers: {}, strangers: [], namesakes: [], doubles: [] },
    },
    fingerprints: { TOKEN: "5c1e" },
    inForce: true,
    gitKeysThere: true,
  };
  new Sandbox("acme", args, { providers: providers(engine) });
  await pulumi.runtime.disconnect();
});

const inputs = (name: string) => {
  const found = placed.find((resource) => resource.name === name && !resource.type.startsWith("agent-sandbox:"));
  if (!found) throw new Error(`${name} was not placed; placed: ${placed.map(({ name }) => name).join(", ")}`);
  return found.inputs;
};
/** The text, also where it is kept from a preview: mocks show a secret as it is sent. */
const told = (stdin: string | { value: string }) => (typeof stdin === "string" ? stdin : stdin.value);
/** What a step's program is told. */
const words = (name: string) =>
  parseWords(told(inputs(name).stdin)).words as Record<string, unknown> &
    Record<"volumes" | "containers" | "limits", object>;

/** When a step found its product missing. */
const missing = (name: string) => inputs(name).environment.MISSING;

test("the sandbox is what the plan says: nothing more is placed", () => {
  expect(placed.map(({ type, name }) => `${type} ${name}`).sort()).toMatchSnapshot();
});

test("what a step runs is a program that is there, or a call of the engine's client", () => {
  const steps = placed.filter(({ type }) => type === "command:local:Command");
  const runs = steps.flatMap(({ inputs }) => [inputs.create, inputs.delete]).filter((run) => run && run !== ":");
  const programs = runs.flatMap((run: string) => /^node (\S+)$/.exec(run)?.[1] ?? []);
  expect(programs.filter((program: string) => !existsSync(join(ROOT, program)))).toEqual([]);
  expect([...new Set(programs.map((program: string) => basename(program, ".ts")))].sort()).toEqual([
    ...[
      "apply-policy",
      "bootstrap-base",
      "build-image",
      "deliver-secrets",
      "give-volumes",
      "place-network",
      "place-volumes",
    ],
    ...["probe-gpu", "probe-runtime", "prove-walls", "wipe"],
  ]);
  expect(runs.filter((run: string) => !run.startsWith("node "))).toEqual([expect.stringMatching(/^docker exec /)]);
});

test("no step goes on for ever, and a program of ours is steered by nothing of the person's shell", () => {
  const steps = requests.filter((request) => request.getType() === "command:local:Command");
  expect(steps.length).toBeGreaterThan(10);
  for (const request of steps) {
    const name = request.getName();
    const { stdin, environment } = inputs(name);
    const limits = request.getCustomtimeouts()!;
    expect([name, limits.getCreate(), limits.getUpdate(), limits.getDelete()]).toEqual([
      name,
      ...Array(3).fill(expect.stringMatching(/^\d+s$/)),
    ]);
    if (stdin) expect([name, environment]).toMatchObject([name, { NODE_OPTIONS: "", BASH_ENV: "", ENV: "" }]);
    // Pulumi would replace the step, and print all of it.
    expect([name, inputs(name).triggers]).toEqual([name, undefined]);
    expect(request.getHidediffsList()).toEqual(["environment"]);
  }
});

test("containers are on the client's own networks", () => {
  expect(inputs("acme-agent").networksAdvanced).toEqual([{ name: "acme-inner", ipv4Address: plan.addresses.agent }]);
  expect(inputs("acme-gateway").networksAdvanced).toEqual([
    { name: "acme-outer" },
    { name: "acme-inner", ipv4Address: plan.addresses.gateway },
  ]);
});

test("a network that is not there is made, and says of which spec it is", () => {
  expect(missing("acme-inner")).toBe("");
  expect(missing("acme-outer")).toMatch(/^at /);
  expect(words("acme-outer")).toMatchObject({
    ...{ client: "acme", name: "acme-outer", replace: false },
    labels: { "agent-sandbox.client": "acme", "agent-sandbox.role": "outer", "agent-sandbox.spec": "acme-outer-spec" },
  });
});

test("volumes are made with the label that tells whose they are", () => {
  expect(words("acme-volumes-place").volumes).toMatchObject({
    "acme-secrets": { "agent-sandbox.client": "acme", "agent-sandbox.role": "secrets" },
  });
  expect(Object.keys(words("acme-volumes-place").volumes)).toEqual(plan.volumes.map(({ name }) => name));
});

test("the agent publishes nothing and has no capability", () => {
  expect(inputs("acme-agent")).toMatchObject({ ports: [], capabilities: { drops: ["ALL"], adds: [] }, readOnly: true });
});

test("the policy goes to its step before it is compiled, whole, and again when the gateway is a new one", () => {
  expect(inputs("acme-firewall-init")).toMatchObject({
    create: "node components/steps/apply-policy.ts",
    environment: expect.objectContaining({ GATEWAY: "acme-gateway-id" }),
  });
  const { engine: _, gateway, inbound, ...policy } = words("acme-firewall-init") as never as ApplyPolicyWords;
  expect(gateway).toBe("acme-gateway");
  expect(renderBundle({ ...policy, inbound: fromRanges(inbound) })).toEqual(plan.bundle);
});

test("a secret's step knows its name, source and fingerprint, never its value", () => {
  process.env.TOKEN = "hunter2";
  expect(inputs("acme-credentials-deliver").stdin).toContain(
    '\n "files": {\n  "TOKEN": {"env":"TOKEN","fingerprint":"5c1e"},\n',
  );
  expect(JSON.stringify(placed)).not.toContain("hunter2");
});

test("the agent's volumes are given to the workspace's owner, and anew where one of them was made anew", () => {
  expect(inputs("acme-owner-give").create).toBe("node components/steps/give-volumes.ts");
  const written = plan.agent.mounts.filter(({ kind, readOnly }) => kind === "volume" && !readOnly);
  expect(words("acme-owner-give")).toMatchObject({
    ...{ owner: "1000:1000", image: plan.gateway.image, volumes: written.map(({ source }) => source) },
  });
  expect(missing("acme-owner-give")).toMatch(/^at /);
});

test("the canary runs again for a new gateway, a new agent, a new lock and a new policy", () => {
  expect(words("acme-canary-prove").after).toEqual([
    "out of acme-firewall-init",
    "acme-gateway-id",
    "acme-agent-id",
    "acme-lock-id",
  ]);
});

test("an image that is not there is built, one that is there is left alone", () => {
  expect(missing("acme-base-image-build")).toBe("");
  expect(missing("acme-gateway-image-build")).toMatch(/^at /);
});

test("secrets are delivered again into a volume that was made anew", () => {
  expect(missing("acme-credentials-deliver")).toMatch(/^at /);
});

test("limits are set on the containers that were just made, before the walls are proven", () => {
  const limits = ({ limits, restart }: Workload, id: string) => ({ id, ...limits, restart });
  expect(words("acme-canary-prove").limits).toEqual({
    // None of the agent: it is started by a runtime of its own, which need not know how (`limitsProcesses`); what is limited without one, the engine tests see.
    "acme-gateway": limits(plan.gateway, "acme-gateway-id"),
    "acme-lock": limits(plan.lock!, "acme-lock-id"),
  });
  expect(missing("acme-canary-prove")).toBe("");
});

test("a destroy ends by asking the engine what is left", () => {
  expect(inputs("acme-wipe")).toMatchObject({ create: ":", delete: "node components/steps/wipe.ts" });
  expect(words("acme-wipe")).toMatchObject({ client: "acme", engine: { cli: "docker" } });
});
