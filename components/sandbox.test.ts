import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type { SandboxPlan } from "../plan/plan.ts";
import type { Workload } from "../plan/workload.ts";
import type { Engine } from "../target/engine/engine.ts";

const placed: pulumi.runtime.MockResourceArgs[] = [];
const engine: Engine = {
  kind: "docker",
  version: "20.10.24",
  host: "unix:///run/x.sock",
  cli: "docker",
  platform: "linux-x64",
  rootless: false,
  selinux: false,
  gpu: "none",
};

const workload = (role: Workload["role"], more: Partial<Workload>): Workload => ({
  role,
  name: `acme-${role}`,
  hostname: role,
  image: `agent-sandbox/${role}:1`,
  user: "1000:1000",
  capabilities: [],
  environment: {},
  sysctls: {},
  scratch: [],
  mounts: [],
  networks: [{ name: "acme-inner", address: "10.208.0.3" }],
  published: [],
  limits: { memory: 2 ** 30, pids: 512 },
  ulimits: { core: 1 },
  gpu: false,
  restart: "unless-stopped",
  stopGrace: 1,
  labels: { "agent-sandbox.client": "acme", "agent-sandbox.role": role },
  ...more,
});

const image = (name: string) => ({
  name,
  tag: `agent-sandbox/${name}:1`,
  dockerfile: `FROM ${name}`,
  environment: { IMAGE_TAG: name },
});

const plan = {
  client: "acme",
  agents: ["shell"],
  addresses: {
    inner: "10.208.0.0/24",
    outer: "10.208.1.0/24",
    innerPool: "10.208.0.64/26",
    gateway: "10.208.0.2",
    agent: "10.208.0.3",
    vips: "10.208.0.128/25",
    host: "10.208.1.1",
  },
  images: { base: image("base"), runtime: image("runtime"), agent: image("agent"), gateway: image("gateway") },
  volumes: [
    {
      name: "acme-secrets",
      purpose: "secrets",
      labels: { "agent-sandbox.client": "acme", "agent-sandbox.role": "secrets" },
    },
  ],
  gateway: workload("gateway", {
    user: "0:0",
    networks: [{ name: "acme-outer" }, { name: "acme-inner", address: "10.208.0.2" }],
  }),
  agent: workload("agent", {
    mounts: [
      { kind: "volume", purpose: "home", source: "acme-home", at: "/home/dev", readOnly: false },
      { kind: "volume", purpose: "secrets", source: "acme-secrets", at: "/run/secrets", readOnly: true },
      { kind: "bind", source: "/srv/acme", at: "/workspace", readOnly: false },
    ],
  }),
  lock: workload("lock", { networks: [], hostNetwork: true }),
  egress: { destinations: [], endpoints: [] },
  bundle: { text: "==> names\napi.example.com\n", hash: "abc" },
  proof: { probes: ["shut tcp 198.51.100.1 443"], mounts: [], user: "1000:1000", networks: 1, gpu: false },
  secrets: [{ path: "TOKEN", source: { env: "TOKEN" }, key: "secrets.TOKEN" }],
  posture: {},
} as unknown as SandboxPlan;

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
  const { Sandbox } = await import("./sandbox.ts");
  new Sandbox("acme", {
    plan,
    engine,
    placement: {
      ...{ present: ["agent-sandbox/base:1"], standings, networks, first: false },
      ...{ strangers: [], namesakes: [], doubles: [] },
    },
    fingerprints: { TOKEN: "5c1e" },
    inForce: true,
  });
  await pulumi.runtime.disconnect();
});

const inputs = (name: string) => {
  const found = placed.find((resource) => resource.name === name && !resource.type.startsWith("agent-sandbox:"));
  if (!found) throw new Error(`${name} was not placed; placed: ${placed.map(({ name }) => name).join(", ")}`);
  return found.inputs;
};
/** What a step's program is told. */
const words = (name: string) => JSON.parse(inputs(name).stdin);

test("the sandbox is what the plan says: nothing more is placed", () => {
  expect(placed.map(({ type, name }) => `${type} ${name}`).sort()).toMatchSnapshot();
});

test("containers are on the client's own networks", () => {
  expect(inputs("acme-agent").networksAdvanced).toEqual([{ name: "acme-inner", ipv4Address: "10.208.0.3" }]);
  expect(inputs("acme-gateway").networksAdvanced).toEqual([
    { name: "acme-outer" },
    { name: "acme-inner", ipv4Address: "10.208.0.2" },
  ]);
});

test("a network that is not there is made, and says of which spec it is", () => {
  expect(inputs("acme-inner").triggers).toEqual([""]);
  expect(inputs("acme-outer").triggers).toEqual([expect.stringMatching(/^missing at /)]);
  expect(words("acme-outer")).toMatchObject({
    ...{ client: "acme", name: "acme-outer", replace: false },
    labels: { "agent-sandbox.client": "acme", "agent-sandbox.role": "outer", "agent-sandbox.spec": "acme-outer-spec" },
  });
});

test("volumes are made with the label that tells whose they are", () => {
  expect(words("acme-volumes-place").volumes).toEqual({ "acme-secrets": plan.volumes[0]!.labels });
});

test("the agent publishes nothing and has no capability", () => {
  expect(inputs("acme-agent")).toMatchObject({ ports: [], capabilities: { drops: ["ALL"], adds: [] }, readOnly: true });
});

test("the policy goes to the gateway as text on stdin, again when the gateway is a new one", () => {
  expect(inputs("acme-firewall-init")).toMatchObject({
    create: "docker exec -i acme-gateway apply",
    stdin: plan.bundle.text,
    environment: expect.objectContaining({ GATEWAY: "acme-gateway-id" }),
  });
});

test("a secret's step knows its name, source and fingerprint, never its value", () => {
  process.env.TOKEN = "hunter2";
  expect(inputs("acme-credentials-deliver").stdin).toContain(
    '\n "files": {\n  "TOKEN": {"env":"TOKEN","fingerprint":"5c1e"}\n }\n',
  );
  expect(JSON.stringify(placed)).not.toContain("hunter2");
});

test("the agent's volumes are given to the workspace's owner, and given anew to nobody else", () => {
  expect(inputs("acme-owner-give").create).toBe("node components/steps/give-volumes.ts");
  expect(words("acme-owner-give")).toMatchObject({
    ...{ owner: "1000:1000", image: "agent-sandbox/gateway:1", volumes: ["acme-home"] },
  });
  expect(inputs("acme-owner-give").triggers ?? []).toEqual([]);
});

test("the canary runs again for a new gateway, a new agent, a new lock and a new policy", () => {
  expect(inputs("acme-canary-prove").triggers).toEqual([
    "out of acme-firewall-init",
    "acme-gateway-id",
    "acme-agent-id",
    "acme-lock-id",
  ]);
});

test("an image that is not there is built, one that is there is left alone", () => {
  expect(inputs("acme-base-image-build").triggers).toEqual([""]);
  expect(inputs("acme-gateway-image-build").triggers).toEqual([expect.stringMatching(/^missing at /)]);
});

test("secrets are delivered again into a volume that was made anew", () => {
  expect(inputs("acme-credentials-deliver").triggers).toEqual([expect.stringMatching(/^missing at /)]);
});

test("limits are set on the containers that were just made", () => {
  expect(words("acme-limits-set").containers).toEqual({
    "acme-agent": { id: "acme-agent-id", memory: 2 ** 30, pids: 512, restart: "unless-stopped" },
    "acme-gateway": { id: "acme-gateway-id", memory: 2 ** 30, pids: 512, restart: "unless-stopped" },
    "acme-lock": { id: "acme-lock-id", memory: 2 ** 30, pids: 512, restart: "unless-stopped" },
  });
  expect(inputs("acme-limits-set").triggers).toEqual([""]);
});

test("a destroy ends by asking the engine what is left", () => {
  expect(inputs("acme-wipe")).toMatchObject({ create: ":", delete: "node components/steps/wipe.ts" });
  expect(words("acme-wipe")).toMatchObject({ client: "acme", engine: { cli: "docker" } });
});
