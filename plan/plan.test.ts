import fc from "fast-check";
import type { Service } from "../capabilities/egress/service.ts";
import type { Agent } from "../capabilities/image/agent.ts";
import { AgentSchema } from "../capabilities/image/agent.ts";
import type { ImageSources } from "../capabilities/image/image.ts";
import { overlaps } from "../capabilities/network/addresses.ts";
import { parseSpec } from "../stack-file/spec.ts";
import { declare } from "./declare.ts";
import type { Facts } from "./facts.ts";
import { mountPointProblems } from "./mount-point.ts";
import { planSandbox, type SandboxPlan } from "./plan.ts";
import { topics } from "./posture.ts";
import { renderPosture } from "./review/describe.ts";

const integrity = `sha512-${"A".repeat(86)}==`;
const tarball = { package: "x", version: "1.0.0", integrity, released: "2026-11-01" };
const agents: Agent[] = [
  AgentSchema.parse({
    name: "bot",
    description: "a bot",
    package: { lock: "bot", files: { bot: "bin/bot" } },
    run: ["bot"],
    state: [{ dir: "/home/dev/.bot", purpose: "bot" }],
    keys: ["BOT_KEY"],
    services: { api: ["model"] },
  }),
  AgentSchema.parse({ name: "shell", description: "a shell", run: ["bash"] }),
];
const service = (name: string, host: string): Service => ({
  name,
  description: name,
  hosts: [{ host, ports: [443], why: "test", source: "test", seen: "2026-11-21" }],
});
const services = [service("forge", "forge.example.com"), service("model", "api.model.example.com")];

const images: ImageSources = {
  lock: {
    base: { registry: null, suite: "trixie", epoch: 0 },
    packages: { node: { any: tarball }, npm: { any: tarball }, bot: { any: tarball } },
  },
  agents,
  agentNames: ["bot", "shell"],
  tools: [],
  toolNames: ["psql"],
  npmFolders: {},
  check: "",
  contexts: Object.fromEntries(
    ["base", "runtime", "gateway"].map((name) => [name, { dockerfile: `FROM ${name}`, hash: name }]),
  ) as ImageSources["contexts"],
};

const facts = (more: Partial<Facts> = {}): Facts => ({
  engine: {
    kind: "docker",
    version: "1",
    host: "unix:///x",
    cli: "docker",
    platform: "linux-x64",
    rootless: false,
    selinux: false,
    gpu: "none",
    runtimes: ["runc"],
  },
  workspace: { path: "/srv/acme", uid: 1000, gid: 1000, id: "1:1" },
  mounts: [],
  networks: { own: [], taken: [], ways: [], clients: [], bridges: [] },
  images,
  host: { addresses: [], steady: [], uplinks: [] },
  machine: { cpus: 4, memory: 16 * 2 ** 30, processes: 32768, ports: [] },
  now: 0,
  deployed: [],
  neighbours: [],
  kept: [],
  masks: [],
  above: [],
  opened: [],
  warnings: [],
  fingerprints: {},
  home: "/home/ann",
  project: "/srv/agent-sandbox",
  ...more,
});

/** What is wrong, declared and planned, and the plan where nothing is. */
function plan(client: string, raw: Record<string, unknown>, more?: Partial<Facts>) {
  const declared = declare(client, parseSpec({ workspace: "/srv/acme", agents: ["bot"], ...raw }).spec!, {
    ...images,
    ...{ guards: [], services, serviceNames: ["forge", "model"], files: [], whyShared: () => undefined },
  });
  const { plan, problems } = planSandbox(declared, facts(more));
  return { plan, problems: [...declared.problems, ...problems] };
}

function planned(client: string, raw: Record<string, unknown>, more?: Partial<Facts>): SandboxPlan {
  const { plan: found, problems } = plan(client, raw, more);
  expect(problems).toEqual([]);
  return found!;
}

const refused = (client: string, raw: Record<string, unknown>, more?: Partial<Facts>) =>
  plan(client, raw, more).problems.map(({ path, message }) => `${path}: ${message}`);

/** The facts of one kind, as they are told. */
const told = ({ posture }: SandboxPlan, topic: string) =>
  renderPosture(
    posture.facts.filter((fact) => fact.topic === topic),
    topics,
  )
    .split("\n")
    .map((line) => line.slice(topic.length).trim());

const whole = {
  agents: ["bot", "shell"],
  egress: { allow: ["forge", "docs.example.com"], lan: { db: "192.168.1.2:5432", ai: "192.168.1.3:11434" } },
  secrets: { B: { env: "B" }, A: { env: "A" } },
  ports: [8081, 8080],
};

test("the same input gives the same plan, and order never matters", () => {
  const shuffled = {
    agents: ["shell", "bot"],
    egress: { allow: ["docs.example.com", "forge"], lan: { ai: "192.168.1.3:11434", db: "192.168.1.2:5432" } },
    secrets: { A: { env: "A" }, B: { env: "B" } },
    ports: [8080, 8081],
  };
  expect(planned("acme", shuffled)).toEqual(planned("acme", whole));
});

test("no two clients share a name, an address or a volume", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        // A client of the name of one of its endpoints is refused.
        fc
          .stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/)
          .filter((client) => !Object.hasOwn(whole.egress.lan, client) && client !== "host"),
        { minLength: 2, maxLength: 8 },
      ),
      (clients) => {
        const taken: string[] = [];
        const all = clients.flatMap((client) => {
          const { addresses, volumes, agent, gateway } = planned(client, whole, {
            networks: { own: [], taken: [...taken], ways: [], clients: [], bridges: [] },
          });
          taken.push(addresses.inner, addresses.outer);
          return [addresses.inner, addresses.outer, agent.name, gateway.name, ...volumes.map(({ name }) => name)];
        });
        expect(new Set(all).size).toBe(all.length);
      },
    ),
    { numRuns: 25 },
  );
});

test("a change of policy, ports or secrets touches nothing of the agent's container, and one of limits nothing but these", () => {
  const { agent } = planned("acme", {});
  const limited = planned("acme", { limits: { memory: "4GiB", cpus: 2, pids: 500 } }).agent;
  expect(limited).toEqual({ ...agent, limits: { memory: 4 * 2 ** 30, cpus: 2, pids: 500 } });
  for (const change of [
    { egress: { allow: ["forge"] } },
    { ports: [8080] },
    { secrets: { A: { env: "A" } } },
    { resolvers: ["10.0.0.53"] },
  ])
    expect(planned("acme", { agents: ["bot"], ...change }).agent).toEqual(planned("acme", { agents: ["bot"] }).agent);
  expect(agent.published).toEqual([]);
});

test("the agent has one neighbour, no capability and one writable directory of the host", () => {
  const { agent } = planned(
    "acme",
    { mounts: [{ host: "/srv/docs", at: "/docs" }] },
    { mounts: [{ path: "/srv/docs", id: "2:1" }] },
  );
  expect(agent.networks).toEqual([{ name: "acme-inner", address: expect.stringMatching(/\.3$/) }]);
  expect(agent.capabilities).toEqual([]);
  expect(agent.mounts.filter(({ kind, readOnly }) => kind === "bind" && !readOnly).map(({ source }) => source)).toEqual(
    ["/srv/acme"],
  );
});

test("offline, the gateway has no way out; a published port gives it an outer side and nothing else", () => {
  const offline = (raw: object) => planned("acme", { profile: "offline", ...raw });
  expect(offline({}).gateway.networks.map(({ name }) => name)).toEqual(["acme-inner"]);
  expect(offline({ ports: [8080] }).gateway.networks.map(({ name }) => name)).toEqual(["acme-outer", "acme-inner"]);
  expect(offline({ ports: [8080] }).egress).toEqual({ destinations: [], grants: [], endpoints: [], web: false });
});

test("in lockdown no secret, mount, token or endpoint is handed over, and nothing of a session is kept", () => {
  const given = {
    profile: "lockdown",
    secrets: { A: { env: "A" } },
    git: { token: { env: "T" } },
    // Each of these is wrong besides, and not told: it is to go.
    mounts: [{ host: "/srv/docs", at: "/etc" }],
    egress: { lan: { host: "127.0.0.1:5432", db: "192.168.7.7:1" }, host: [5432, 2375] },
    dotfiles: { ".vimrc": "~/.vimrc" },
  };
  const found = refused("acme", given, {
    mounts: [{ path: "/home/ann", id: "2:1" }],
    host: { addresses: ["192.168.7.7"], steady: [], uplinks: [] },
  });
  expect(found.map((line) => line.split(":")[0]).sort()).toEqual([
    ...["dotfiles", "egress.host", "egress.lan", "git.token", "mounts", "secrets"],
  ]);
  expect(found[0]).toMatch(/but profile is "lockdown"; remove it, or choose profile standard/);
  const { agent, volumes } = planned("acme", { profile: "lockdown", egress: { allow: ["forge"] } });
  expect(agent.mounts.map(({ at, readOnly }) => `${at} ${readOnly ? "ro" : "rw"}`)).toEqual([
    "/run/refusals ro",
    "/run/secrets ro",
    "/workspace rw",
  ]);
  expect(volumes.map(({ purpose }) => purpose)).toEqual(["audit", "policy", "refusals", "secrets"]);
  expect(agent.scratch).toContainEqual({ at: "/home/dev", size: 2 ** 30, exec: true, owner: "1000:1000" });
});

test("a token for git is what offline has no use for: it is not told to open a name that the profile refuses", () => {
  const git = { token: { env: "T" }, tokens: { "github.com": { env: "T" } } };
  expect(refused("acme", { profile: "offline", git })).toEqual(
    ["git.token", "git.tokens"].map(
      (key) => `${key}: needs a way out, but profile is "offline"; remove it, or choose profile standard`,
    ),
  );
});

test("the open web is loud: first of what may leave", () => {
  const web = planned("acme", { profile: "web", egress: { allow: ["forge"] } });
  expect(told(web, "egress")[0]).toBe("ANY PUBLIC HOST 80,443 (profile web)");
  expect(web.warnings).toEqual([]);
  expect(planned("acme", whole).warnings).toEqual([]);
});

test("no name leads to the host: its public addresses are in the policy, what comes and goes is not", () => {
  const { bundle, proof } = planned("acme", whole, {
    host: { addresses: ["10.1.1.1", "198.51.100.7", "45.67.8.1"], steady: ["198.51.100.7", "10.1.1.1"], uplinks: [] },
  });
  expect(bundle.text).toContain("198.51.100.7 private");
  expect(bundle.text).not.toMatch(/45\.67\.8\.1|10\.1\.1\.1/);
  expect(proof.probes).toContain("shut tcp 198.51.100.7 22");
});

test("the posture names what is open, mounted and delivered, and no value", () => {
  const { facts } = planned("acme", whole, { fingerprints: { A: "5c1e" } }).posture;
  expect(renderPosture(facts, topics)).toMatchSnapshot();
  // What is compared and never shown.
  const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(facts.flatMap(({ topic, about, mark }) => (mark ? [[topic, about, mark]] : []))).toEqual([
    ["agents", "bot", hash],
    ["base", "", hash],
    ...["agent", "gateway", "lock"].map((role) => ["containers", role, expect.stringMatching(/^[0-9a-f]{16}$/)]),
    ...["agent", "gateway", "lock"].map((role) => ["images", role, expect.stringMatching(/^agent-sandbox\/\w+:/)]),
    ["secrets", "A", "5c1e"],
    ["settings", "bot file", hash],
    ["settings", "shell file", hash],
    ...["agent", "gateway", "lock"].map((role) => ["system-calls", role, expect.stringMatching(/^sha256:/)]),
    ...["base", "node", "npm"].map((name) => ["versions", name, hash]),
  ]);
});

test("a package that images/lock.yaml has for another platform alone is a problem of that file", () => {
  const packages = { ...images.lock.packages, bot: { "linux-arm64": tarball } };
  const { problems } = plan("acme", { gpu: "all" }, { images: { ...images, lock: { ...images.lock, packages } } });
  expect(problems.map(({ file, path }) => [file, path])).toEqual(
    expect.arrayContaining([
      ["images/lock.yaml", "packages.bot.linux-x64"],
      [undefined, "gpu"],
    ]),
  );
});

test("the lock is planned, and judged and shown with the other containers", () => {
  const plan = planned("acme", {});
  const { lock, posture, warnings } = plan;
  expect(lock).toMatchObject({ role: "lock", name: "acme-lock", hostNetwork: true, mounts: [] });
  const ofLock = posture.facts.filter(({ about }) => /^lock( |$)/.test(about));
  expect(ofLock.map(({ topic, about, says }) => [topic, about, says].join(" ").trim())).toEqual([
    "capabilities lock CAP_NET_ADMIN",
    "containers lock runs lock",
    "images lock",
    "memory lock /run rw",
    "networks lock host",
    "own-limits lock memory 256MiB",
    "own-limits lock pids 32",
    "per-process lock core 1, msgqueue 1, sigpending 2048",
    "system-calls lock filtered",
    "users lock 0:0",
  ]);
  expect(told(plan, "walls")).toEqual(["host takes nothing from the agent's network"]);
  expect(plan.expected.lock).toMatchObject({
    ...{ capabilities: ["CAP_NET_ADMIN"], networks: ["host"], mounts: {}, published: [] },
  });
  expect(warnings).toEqual([]);
});

test("where no lock can be, a warning and the posture say so, and nothing is believed", () => {
  const engine = { ...facts().engine, kind: "podman" as const, rootless: true };
  const plan = planned("acme", {}, { engine });
  expect(plan.lock).toBeUndefined();
  expect(plan.expected).not.toHaveProperty("lock");
  expect(plan.posture.facts.filter(({ topic, about }) => topic === "walls" || /^lock/.test(about))).toEqual([]);
  expect(told(plan, "unenforced")).toContainEqual(expect.stringMatching(/^host NOT LOCKED \(rootless Podman/));
  expect(plan.warnings).toEqual([
    { path: "engine", message: expect.stringContaining("is not locked: rootless Podman") },
  ]);
});

test("a port that Podman may publish on the wrong network is warned of", () => {
  const engine = { ...facts().engine, kind: "podman" as const };
  expect(planned("acme", { ports: [8080] }, { engine }).warnings).toEqual([
    { path: "ports", message: expect.stringContaining("CNI") },
  ]);
  expect(planned("acme", {}, { engine }).warnings).toEqual([]);
  expect(planned("acme", { ports: [8080] }).warnings).toEqual([]);
});

test("where the engine cannot limit processes, the posture claims no limit", () => {
  const engine = { ...facts().engine, kind: "podman" as const };
  const podman = planned("acme", { limits: { pids: 99 } }, { engine });
  expect(podman.expected.agent.limits.pids).toBe("as the engine has it");
  expect(told(podman, "unenforced")).toContain("pids as the engine has it");
  const docker = planned("acme", { limits: { pids: 99 } });
  expect(docker.expected.agent.limits.pids).toBe("99");
  expect(told(docker, "unenforced")).toEqual([""]);
});

test.each([
  ["Acme", {}, /not a client's name/],
  ["a", {}, /not a client's name/],
  ["acme", { agents: ["bott"] }, /agents\[0\]: "bott" is not an agent. Did you mean "bot"\?/],
  ["acme", { tools: ["psqll"] }, /tools\[0\]: "psqll" is not a tool set. Did you mean "psql"\?/],
  [
    "acme",
    { tools: ["psql"], image: { packages: ["tree"], ref: `x.example/y@sha256:${"0".repeat(64)}` } },
    /tools: adds to the image of this project, and image.ref takes another one(.*\n)*.*image.packages: adds to/,
  ],
  ["acme", { ports: [8080, "8080-8081"] }, /ports: publishes 8080 twice/],
  ["acme", { ports: [5353] }, /ports: 5353 is the gateway.s own resolver/],
  ["acme", { gpu: "all" }, /gpu: "all" is asked for, but the engine \(docker 1\) does not offer it: /],
  [
    "acme",
    { profile: "offline", egress: { allow: ["forge"] } },
    /egress.allow: needs a way out, but profile is "offline"; remove it/,
  ],
  ["acme", { profile: "offline", egress: { from: "~/x.yaml" } }, /egress.from: needs a way out/],
  [
    "acme",
    { egress: { lan: { db: "127.0.0.1:5432" } } },
    /egress.lan.db: 127.0.0.1 is this sandbox's own loopback.*egress.host/,
  ],
  ["acme", { egress: { lan: { db: "169.254.169.254:80" } } }, /egress.lan.db: .*link-local/],
  ["acme", { egress: { lan: { dns: "8.8.8.8:53" } } }, /egress.lan.dns: 8.8.8.8 is a public address.*egress.allow/],
  ["acme", { egress: { lan: { meta: "168.63.129.16:80" } } }, /egress.lan.meta: .*never opened/],
  ["acme", { egress: { lan: { meta: "100.100.100.200:80" } } }, /egress.lan.meta: .*never opened/],
  ["acme", { egress: { host: [2375] } }, /egress.host\[0\]: 2375 is Docker's API.*\(guardrail no-root-port\)/],
  ["acme", { egress: { lan: { db: "0.0.0.0:80" } } }, /egress.lan.db: .*0.0.0.0\/8/],
  ["acme", { egress: { lan: { db: "239.0.0.1:80" } } }, /egress.lan.db: .*multicast/],
  ["acme", { egress: { lan: { db: "255.255.255.255:80" } } }, /egress.lan.db: .*broadcast/],
  ["acme", { egress: { lan: { db: "10.209.3.3:80" } } }, /egress.lan.db: .*the sandboxes' own networks/],
  ["acme", { egress: { lan: { db: "192.168.7.7:80" } } }, /egress.lan.db: .*engine's host itself.*egress.host/],
  [
    "acme",
    { egress: { lan: { host: "192.168.1.2:80" }, host: [5432] } },
    /egress.lan.host: "host" is the name of the engine's host/,
  ],
])("%s %j is refused with the key and the fix", (client, raw, message) => {
  const host = { addresses: ["192.168.7.7"], steady: [], uplinks: [] };
  expect(refused(client, raw, { host }).join("\n")).toMatch(message);
});

test.each([
  [["/docs", "/docs"], "mounts[0]"],
  [["/workspace"], "workspace"],
  [["/tmp"], "limits.tmp"],
  [["/home/dev"], "agents"],
])("two mounts at one place are refused, and what has it is named: %j", (places, by) => {
  const mounts = places.map((at) => ({ host: "/srv/a", at }));
  const found = mounts.map(() => ({ path: "/srv/a", uid: 1000, gid: 1000, id: "3:1" }));
  expect(refused("acme", { mounts }, { mounts: found })).toEqual([
    `mounts[${places.length - 1}]: ${places.at(-1)} has something mounted already (${by}); choose another place in the sandbox`,
  ]);
});

test("all that is wrong is told at once: what is declared, what the host says, taken places, guardrails and mount points", () => {
  const mounts = ["/docs", "/docs", "/ssh", "/workspace/x"].map((at) => ({ host: "/srv/a", at }));
  const sources = ["/srv/a", "/srv/a", "/home/ann/.ssh", "/srv/a"].map((path) => ({ path, id: "3:1" }));
  const told = refused(
    "acme",
    { mounts, ports: [8080], gpu: "all", tools: ["psqll"], egress: { host: [2375] } },
    { mounts: sources, machine: { ...facts().machine, ports: [{ port: 8080, by: "globex" }] } },
  );
  expect(told.map((line) => line.split(":")[0])).toEqual([
    ...["tools[0]", "ports", "gpu", "mounts[1]", "mounts[2]", "egress.host[0]", "mounts[3]"],
  ]);
});

test("of what is mounted the host's own is the agent's alone: gateway and lock mount nothing of it, and nothing of theirs can be led elsewhere", () => {
  const { gateway, lock } = planned("acme", whole);
  for (const { mounts, scratch } of [gateway, lock!]) {
    expect(mounts.filter(({ kind }) => kind === "bind")).toEqual([]);
    expect(mountPointProblems({ mounts, scratch })).toEqual([]);
  }
});

test("a file that would lie in another one, or at its place, is refused before anything is delivered", () => {
  expect(refused("acme", { dotfiles: { ".config": "~/a", ".config/git/config": "~/b" } })).toEqual([
    "dotfiles..config/git/config: is delivered as home/.config/git/config, and dotfiles..config as the file home/.config; leave one of them out",
  ]);
  // Told by its own capability, and once.
  const twice = { environment: { X_URL: "1" }, secrets: { X_URL: { env: "X", export: true } } };
  expect(refused("acme", twice)).toEqual([expect.stringMatching(/^environment.X_URL: is exported by secrets.X_URL/)]);
});

test("a workspace that is another client's is refused", () => {
  expect(
    refused("acme", {}, { neighbours: [{ client: "globex", what: "workspace", path: "/srv/acme" }] }).join(),
  ).toMatch(
    /workspace: \/srv\/acme is shared with client globex \(its workspace \/srv\/acme\).*guardrail no-shared-workspace/,
  );
});

test("a range of its own moves a client's networks there, and a LAN where they were is reached", () => {
  const { addresses } = planned("acme", {
    addresses: "192.168.64.0/18",
    egress: { lan: { db: "10.209.3.3:5432" } },
  });
  for (const subnet of [addresses.inner, addresses.outer]) expect(overlaps(subnet, "192.168.64.0/18")).toBe(true);
  expect(refused("acme", { addresses: "192.168.64.0/18", egress: { lan: { db: "192.168.65.1:80" } } }).join()).toMatch(
    /egress.lan.db: .*the sandboxes' own networks \(192.168.64.0\/18\).*agent-sandbox:addresses/,
  );
});

test("another client's network is no endpoint, whatever range it is of", () => {
  const networks = { own: [], taken: ["172.20.3.0/24"], ways: [], clients: ["172.20.3.0/24"], bridges: [] };
  expect(refused("acme", { egress: { lan: { db: "172.20.3.3:80" } } }, { networks }).join()).toMatch(
    /egress.lan.db: .*the sandboxes' own networks \(172.20.3.0\/24\)/,
  );
});

test("a VPN over the whole range is told at the key that names another, with what is in the way", () => {
  expect(
    refused(
      "acme",
      {},
      {
        networks: {
          own: [],
          taken: [],
          ways: [{ network: "10.0.0.0/8", interface: "tun0" }],
          clients: [],
          bridges: [],
        },
      },
    ),
  ).toEqual([
    expect.stringMatching(
      /^addresses: .* no free pair .* in 10.208.0.0\/12.*\(10.0.0.0\/8\).*agent-sandbox:addresses: 172/,
    ),
  ]);
});

test("a network of the engine that comes over those of a client moves them, and the preview says so", () => {
  const { addresses, warnings } = planned("acme", {});
  expect(warnings).toEqual([]);
  const own = [addresses.inner, addresses.outer];
  for (const other of [addresses.inner, addresses.outer, addresses.inner.replace(/\.\d+\/24/, ".128/25")]) {
    const moved = planned("acme", {}, { networks: { own, taken: [other], ways: [], clients: [], bridges: [] } });
    if (!overlaps(other, addresses.inner) && !overlaps(other, addresses.outer)) continue;
    expect(own).not.toContain(moved.addresses.inner);
    expect(moved.warnings).toMatchObject([
      { path: "addresses", message: expect.stringContaining(`its networks move to ${moved.addresses.inner}`) },
    ]);
  }
  const beside = planned("acme", {}, { networks: { own, taken: ["10.0.0.0/24"], ways: [], clients: [], bridges: [] } });
  expect([beside.addresses, beside.warnings]).toEqual([addresses, []]);
});

test("a VPN that comes over networks of a client that runs moves nothing, is told, and is kept clear of by a client that is new or says another range", () => {
  const { addresses } = planned("acme", {});
  const own = [addresses.inner, addresses.outer];
  const networks = {
    own,
    taken: [],
    ways: [{ network: "10.208.0.0/13", interface: "tun0" }],
    clients: [],
    bridges: [],
  };
  const stays = planned("acme", {}, { networks });
  expect(stays.addresses).toEqual(addresses);
  expect(stays.warnings).toEqual([
    {
      path: "addresses",
      message: expect.stringContaining(
        `${own.join(" and ")} of this client are also where this host now reaches other machines (10.208.0.0/13 by tun0;`,
      ),
    },
  ]);
  expect(stays.warnings[0]?.message).toMatch(/Nothing was moved.*agent-sandbox:addresses: 172.20.0.0\/16$/);
  for (const moved of [
    planned("acme", {}, { networks: { ...networks, own: [] } }),
    planned("acme", { addresses: "172.20.0.0/16" }, { networks }),
  ]) {
    expect(overlaps(moved.addresses.inner, "10.208.0.0/13")).toBe(false);
    expect(moved.warnings).toEqual([]);
  }
});
