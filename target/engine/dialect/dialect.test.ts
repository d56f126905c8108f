import fc from "fast-check";
import { planAddresses } from "../../../capabilities/network/addresses.ts";
import { planLock } from "../../../plan/lock-container.ts";
import { names } from "../../../plan/names.ts";
import { renderSeccomp } from "../../../plan/seccomp.ts";
import type { Workload } from "../../../plan/workload.ts";
import type { Engine } from "../engine.ts";
import { dialects } from "./dialects.ts";

const engines: Engine[] = (["docker", "podman"] as const).flatMap((kind) =>
  [false, true].flatMap((rootless) =>
    (["none", "cdi", "nvidia"] as const).map((gpu) => ({
      kind,
      version: "1",
      host: "unix:///x",
      cli: kind,
      platform: "linux-x64" as const,
      rootless,
      selinux: rootless,
      gpu,
      runtimes: ["runc"],
      // On another machine than this there is none.
      ...(rootless && { seccompFile: "/c/seccomp-1.json" }),
    })),
  ),
);

const path = () => fc.stringMatching(/^\/[a-z]{1,8}$/);

const workload = (): fc.Arbitrary<Workload> =>
  fc.record({
    role: fc.constantFrom("agent" as const, "gateway" as const),
    name: fc.constant("acme-agent"),
    hostname: fc.constant("acme"),
    image: fc.constant("agent-sandbox/agent:0123456789ab"),
    user: fc.constant("1000:1000"),
    capabilities: fc.constant([]),
    environment: fc.dictionary(fc.stringMatching(/^[A-Z]{1,5}$/), fc.string()),
    sysctls: fc.constant({}),
    scratch: fc.array(fc.record({ at: path(), size: fc.constantFrom(2 ** 20, 2 ** 30), exec: fc.boolean() })),
    mounts: fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant("volume" as const),
          purpose: fc.constant("home"),
          source: fc.constant("acme-home"),
          at: path(),
          readOnly: fc.boolean(),
        }),
        fc.record({ kind: fc.constant("bind" as const), source: path(), at: path(), readOnly: fc.boolean() }),
      ),
    ),
    networks: fc.constant([{ name: "acme-inner", address: "10.208.0.3" }]),
    resolver: fc.constant("10.208.0.2"),
    published: fc.array(
      fc.record({
        address: fc.constantFrom("127.0.0.1", "0.0.0.0", "192.168.1.7"),
        port: fc.integer({ min: 1024, max: 65535 }),
      }),
    ),
    limits: fc.record({ memory: fc.constantFrom(2 ** 27, 2 ** 33), pids: fc.integer({ min: 64, max: 4096 }) }),
    ulimits: fc.constant({ sigpending: 64, core: 1 }),
    gpu: fc.oneof(
      fc.constant(false as const),
      fc.constant("all" as const),
      fc.record({ count: fc.integer({ min: 1, max: 8 }) }),
    ),
    restart: fc.constant("always" as const),
    stopGrace: fc.constant(2),
    labels: fc.constant({ "agent-sandbox.client": "acme", "agent-sandbox.role": "agent" }),
  });

test("every container of every dialect is hardened, whatever it is for", () => {
  fc.assert(
    fc.property(fc.constantFrom(...engines), workload(), (engine, plan) => {
      const spec = dialects[engine.kind].container(plan, engine);
      expect(spec.capabilities.drops).toEqual(["ALL"]);
      expect(spec.capabilities.adds).toEqual(plan.capabilities);
      const { json } = renderSeccomp(engine.platform);
      const seccomp = { docker: json, podman: engine.seccompFile }[engine.kind];
      expect(spec.securityOpts).toEqual(["no-new-privileges", ...(seccomp ? [`seccomp=${seccomp}`] : [])]);
      // Podman takes its own for all that is not said, so none is.
      const limits = { core: 1, sigpending: 64 };
      expect(spec.ulimits).toEqual(
        engine.kind === "docker" ? Object.entries(limits).map(([name, n]) => ({ name, soft: n, hard: n })) : [],
      );
      expect(spec.readOnly).toBe(true);
      expect(spec.memory).toBeGreaterThan(0);
      expect(spec.memorySwap).toBe(spec.memory);
      expect(spec.user).toBe(plan.user);
      expect(spec).not.toHaveProperty("privileged");
      for (const mode of ["networkMode", "pidMode", "ipcMode"]) expect(spec).not.toHaveProperty(mode);
      for (const options of Object.values(spec.tmpfs)) expect(options).toMatch(/nosuid,nodev,(no)?exec,size=\d+m$/);
      const placed = [
        ...spec.mounts.map(({ target, readOnly }) => [target, readOnly]),
        ...spec.volumes.map(({ containerPath, readOnly }) => [containerPath, readOnly]),
      ];
      const inOrder = (mounts: unknown[]) => mounts.map((mount) => JSON.stringify(mount)).sort();
      expect(inOrder(placed)).toEqual(inOrder(plan.mounts.map(({ at, readOnly }) => [at, readOnly])));
      expect(spec.ports.map(({ ip, external }) => ({ address: ip, port: external }))).toEqual(plan.published);
    }),
  );
});

test.each(["docker", "podman"] as const)(
  "what SELinux labels on %s is what a client has mounted, and never the system's",
  (kind) => {
    const bind = (source: string, at: string, readOnly: boolean, more: object = {}): Workload["mounts"][number] => ({
      ...{ kind: "bind", source, at, readOnly },
      ...more,
    });
    const mounts: Workload["mounts"] = [
      { kind: "volume", purpose: "home", source: "acme-home", at: "/home/dev", readOnly: false },
      bind("/home/ann/acme", "/workspace", false),
      bind("/home/ann/acme/.git/hooks", "/workspace/.git/hooks", true),
      bind("/home/ann/.config/agent-sandbox/empty", "/workspace/.env", true, { shared: true }),
      bind("/home/ann/docs", "/docs", true),
      bind("/srv/data", "/data", false),
      bind("/usr/bin/jq", "/usr/local/bin/jq", true, { file: true }),
    ];
    const [{ workload: plan }] = fc.sample(
      workload().map((workload) => ({ workload })),
      1,
    ) as [{ workload: Workload }];
    const labels = (selinux: boolean) => {
      const engine = { ...engines.find((one) => one.kind === kind)!, selinux };
      const { volumes } = dialects[kind].container({ ...plan, mounts }, engine);
      return volumes.flatMap(({ containerPath, selinuxRelabel }) =>
        selinuxRelabel ? [`${containerPath} ${selinuxRelabel}`] : [],
      );
    };
    expect(labels(false)).toEqual([]);
    expect(labels(true)).toEqual([
      ...["/workspace Z", "/workspace/.git/hooks Z", "/workspace/.env z", "/docs z", "/data Z"],
    ]);
  },
);

test("the lock is hardened like every other, stands in the host's network, and has one capability and nothing of the host's files", () => {
  for (const engine of engines.filter(({ kind, rootless }) => kind === "docker" || !rootless)) {
    const plan = planLock("acme", "agent-sandbox/gateway:1", engine)!;
    const spec = dialects[engine.kind].container(plan, engine);
    expect(spec).toMatchObject({
      capabilities: { drops: ["ALL"], adds: ["CAP_NET_ADMIN"] },
      securityOpts: expect.arrayContaining(["no-new-privileges"]),
      readOnly: true,
      networkMode: "host",
      entrypoints: ["lock"],
      envs: [expect.stringMatching(/^BRIDGE=asb-[0-9a-f]{10}$/), "CLIENT=acme"],
      ...{ networksAdvanced: [], mounts: [], volumes: [], ports: [], sysctls: {} },
      ...{ memory: 256, memorySwap: 256, restart: "always" },
      tmpfs: { "/run": "rw,nosuid,nodev,noexec,size=1m" },
    });
    for (const mode of ["pidMode", "ipcMode", "privileged", "devices"]) expect(spec).not.toHaveProperty(mode);
  }
});

test("the inner bridge is made by the name that the lock shuts, which fits an interface, and no two clients share", () => {
  const addresses = planAddresses("acme", [], [])!;
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{1,30}$/), { maxLength: 20 }), (clients) => {
      const bridges = clients.map((client) => names(client).bridge);
      expect(new Set(bridges).size).toBe(clients.length);
      for (const bridge of bridges) {
        expect(bridge.length).toBeLessThanOrEqual(15);
        for (const { innerNetwork } of Object.values(dialects))
          expect(innerNetwork(addresses, bridge).options).toMatchObject({ "com.docker.network.bridge.name": bridge });
      }
      for (const client of clients)
        expect(planLock(client, "x", engines[0]!)!.environment.BRIDGE).toBe(names(client).bridge);
    }),
  );
});

test("a GPU is asked for in the words the engine knows", () => {
  const plan = fc.sample(workload(), { numRuns: 1, seed: 1 })[0]!;
  const asked = (gpu: Workload["gpu"], via: Engine["gpu"]) => {
    const { gpus, deviceRequests, devices } = dialects.docker.container({ ...plan, gpu }, { ...engines[0]!, gpu: via });
    return { gpus, deviceRequests, devices };
  };
  expect(asked(false, "cdi")).toEqual({});
  expect(asked("all", "cdi")).toEqual({ deviceRequests: [{ driver: "cdi", deviceIds: ["nvidia.com/gpu=all"] }] });
  expect(asked({ devices: [0, 2] }, "cdi")).toEqual({
    deviceRequests: [{ driver: "cdi", deviceIds: ["nvidia.com/gpu=0", "nvidia.com/gpu=2"] }],
  });
  expect(asked("all", "nvidia")).toEqual({ gpus: "all" });
  expect(asked({ count: 2 }, "nvidia")).toEqual({ gpus: "device=0,1" });
  expect(asked("all", "wsl")).toEqual({
    devices: [{ hostPath: "/dev/dxg", containerPath: "/dev/dxg", permissions: "rwm" }],
  });
});

test("the inner network is internal, without an address of the host where the engine would give it one", () => {
  const addresses = {
    inner: "10.208.0.0/24",
    outer: "10.208.1.0/24",
    innerPool: "10.208.0.64/26",
    gateway: "",
    agent: "",
    vips: "",
    host: "10.208.1.1",
  };
  for (const { innerNetwork } of Object.values(dialects)) expect(innerNetwork(addresses, "asb-1").internal).toBe(true);
  expect(dialects.docker.innerNetwork(addresses, "asb-1").options).toMatchObject({
    "com.docker.network.bridge.inhibit_ipv4": "true",
  });
});

test("a tmpfs of one user is that user's, in each engine's own words", () => {
  const owned = {
    ...fc.sample(workload(), 1)[0]!,
    scratch: [{ at: "/home/dev", size: 2 ** 30, exec: true, owner: "1000:1001" }],
  };
  const of = (kind: Engine["kind"]) => {
    const engine = engines.find((engine) => engine.kind === kind)!;
    return dialects[kind].container(owned, engine).tmpfs["/home/dev"];
  };
  expect(of("docker")).toBe("rw,nosuid,nodev,exec,size=1024m,uid=1000,gid=1001");
  expect(of("podman")).toBe("rw,nosuid,nodev,exec,size=1024m,U");
});

test("on Docker from 28 on, whose hardware addresses are random, it is the same", () => {
  const plan = fc.sample(workload(), { numRuns: 1, seed: 1 })[0]!;
  const on = (version: string) => dialects.docker.container(plan, { ...engines[0]!, version }).networksAdvanced;
  expect(on("28.5.2+dfsg4")).toEqual([
    { name: "acme-inner", ipv4Address: "10.208.0.3", macAddress: "02:42:0a:d0:00:03" },
  ]);
  expect(on("26.1.5")).toEqual([{ name: "acme-inner", ipv4Address: "10.208.0.3" }]);
});

test("on Podman whoever has a said address keeps the hardware address that goes with it", () => {
  const plan = fc.sample(workload(), { numRuns: 1, seed: 1 })[0]!;
  const podman = engines.find(({ kind }) => kind === "podman")!;
  const networks = [{ name: "acme-outer" }, { name: "acme-inner", address: "10.208.17.2" }];
  expect(dialects.podman.container({ ...plan, networks }, podman).networksAdvanced).toEqual([
    { name: "acme-outer" },
    { name: "acme-inner", ipv4Address: "10.208.17.2", macAddress: "02:42:0a:d0:11:02" },
  ]);
});

test("a port that Podman publishes is warned of where its networks are CNI's and root's, and not where they are netavark's or a user's", () => {
  const podman = engines.find(({ kind }) => kind === "podman")!;
  expect(dialects.podman.lacks({ ...podman, networks: "cni" }).inbound).toContain("CNI");
  expect(dialects.podman.lacks({ ...podman, networks: "netavark" })).not.toHaveProperty("inbound");
  expect(dialects.podman.lacks({ ...podman, networks: "cni", rootless: true })).not.toHaveProperty("inbound");
});

test("Podman is asked for networks without a resolver of its own, and for no address of the host on the inner one", () => {
  const addresses = planAddresses("acme", [], [])!;
  const { innerNetwork, outerNetwork, networkRequest } = dialects.podman;
  expect(networkRequest("acme-inner", innerNetwork(addresses, "asb-1"), {}).words).toEqual({
    ...{ name: "acme-inner", driver: "bridge", internal: true, dns_enabled: false, labels: {}, options: {} },
    ...{ network_interface: "asb-1", subnets: [{ subnet: addresses.inner }] },
  });
  expect(networkRequest("acme-outer", outerNetwork({ ...addresses, mtu: 1300 }), {}).words).toMatchObject({
    ...{ internal: false, dns_enabled: false, options: { mtu: "1300" } },
    subnets: [{ subnet: addresses.outer, gateway: addresses.host }],
  });
});
