import type { ExpectedContainer } from "../../plan/expected.ts";
import type { Verdict } from "../../plan/proof/judge.ts";
import { seccompName } from "../../plan/seccomp.ts";
import { agentWith, PROFILE } from "../../test/inspected.ts";
import type { Inspected } from "./answers.ts";
import { type Check, checkContainer, checkDrift, checkNeighbours, checkWalls } from "./check-container.ts";
import { type Difference, narrows, neutral, widens } from "./difference.ts";

const { posture: planned, found: asPlanned } = agentWith({
  Type: "volume",
  Name: "acme-secrets",
  Source: "/var/lib/x",
  Destination: "/run/secrets",
  RW: false,
});

const says = (checks: readonly Check[]) => checks.flatMap(({ wrong }) => wrong.map(({ says }) => says));
const wrong = (found: Inspected) => says(checkContainer("agent", planned, found));

test("a container as planned has nothing wrong, on either engine", () => {
  expect(wrong(asPlanned())).toEqual([]);
  const podman = {
    ...asPlanned(),
    // As Podman 4.3 says it of a container without any.
    EffectiveCaps: null,
    HostConfig: {
      ...asPlanned().HostConfig,
      CapDrop: ["CAP_CHOWN", "CAP_KILL"],
      SecurityOpt: ["no-new-privileges", `seccomp=/x/agent-sandbox/seccomp-${seccompName(PROFILE).slice(7)}.json`],
    },
    Config: { Image: "localhost/agent-sandbox/agent:1", User: "1000:1000" },
  };
  expect(wrong(podman)).toEqual([]);
});

test.each<[string, (found: Inspected) => void, string]>([
  [
    "stopped",
    (f) => {
      f.State.Status = "exited";
    },
    "it is exited",
  ],
  [
    "of another image",
    (f) => {
      f.Config.Image = "evil:1";
    },
    "made of evil:1, not of agent-sandbox/agent:1",
  ],
  [
    "privileged",
    (f) => {
      f.HostConfig.Privileged = true;
    },
    "it is privileged",
  ],
  [
    "with a capability",
    (f) => {
      f.HostConfig.CapAdd = ["NET_ADMIN"];
    },
    "capability CAP_NET_ADMIN is not planned",
  ],
  [
    "with the engine's capabilities",
    (f) => {
      f.HostConfig.CapDrop = null;
    },
    "capability the engine's default ones is not planned",
  ],
  [
    "with a root that can be written",
    (f) => {
      f.HostConfig.ReadonlyRootfs = false;
    },
    "its root can be written",
  ],
  [
    "that may gain privileges",
    (f) => {
      f.HostConfig.SecurityOpt = null;
    },
    "no-new-privileges is missing",
  ],
  [
    "with a seccomp profile of somebody's",
    (f) => {
      f.HostConfig.SecurityOpt = ["no-new-privileges", 'seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'];
    },
    "seccomp profile sha256:1e91071efd3c is not planned",
  ],
  [
    "with the engine's own seccomp profile",
    (f) => {
      f.HostConfig.SecurityOpt = ["no-new-privileges"];
    },
    "seccomp profile as the engine has it is not planned",
  ],
  [
    "that sees all of /proc",
    (f) => {
      f.HostConfig.MaskedPaths = [];
    },
    "no path of /proc and /sys is masked",
  ],
  [
    "in a group of the host's",
    (f) => {
      f.HostConfig.GroupAdd = ["999"];
    },
    "it has more groups: 999",
  ],
  [
    "without seccomp",
    (f) => {
      f.HostConfig.SecurityOpt!.push("seccomp=unconfined");
    },
    "seccomp=unconfined",
  ],
  [
    "that runs as root",
    (f) => {
      f.Config.User = "";
    },
    "it runs as root, not as 1000:1000",
  ],
  [
    "that sees the host's processes",
    (f) => {
      f.HostConfig.PidMode = "host";
    },
    "PidMode is host",
  ],
  [
    "with a device",
    (f) => {
      f.HostConfig.Devices = [{ PathOnHost: "/dev/kvm" }];
    },
    "device /dev/kvm is not planned",
  ],
  [
    "with the engine's socket",
    (f) => {
      f.Mounts.push({ Type: "bind", Source: "/var/run/docker.sock", Destination: "/s", RW: true });
    },
    "mount /var/run/docker.sock (rw) at /s is not planned",
  ],
  [
    "whose secrets can be written",
    (f) => {
      f.Mounts[1]!.RW = true;
    },
    "mount acme-secrets (rw) at /run/secrets is not planned, but acme-secrets (ro)",
  ],
  [
    "on another network",
    (f) => {
      f.NetworkSettings.Networks!.bridge = {};
    },
    "network bridge is not planned",
  ],
  [
    "off its network",
    (f) => {
      f.NetworkSettings.Networks = {};
    },
    "network acme-inner is missing",
  ],
  [
    "with a published port",
    (f) => {
      f.HostConfig.PortBindings = { "22/tcp": [{ HostIp: "", HostPort: "22" }] };
    },
    "published port 0.0.0.0:22 is not planned",
  ],
  [
    "without a limit of processes",
    (f) => {
      f.HostConfig.PidsLimit = null;
    },
    "the limit of pids is none, not 512",
  ],
  [
    "with more processes",
    (f) => {
      f.HostConfig.PidsLimit = 50000;
    },
    "the limit of pids is 50000, not 512",
  ],
  [
    "with fewer CPUs",
    (f) => {
      f.HostConfig.NanoCpus = 5e8;
    },
    "the limit of cpus is 0.5, not none",
  ],
  [
    "with more memory",
    (f) => {
      f.HostConfig.Memory = 0;
    },
    "the limit of memory is 0MiB, not 1024MiB",
  ],
])("a container %s is found", (_what, sabotage, text) => {
  const found = asPlanned();
  sabotage(found);
  expect(wrong(found)).toContain(text);
});

test.each<[string, (found: Inspected) => void, Difference["class"][]]>([
  [
    "a capability more",
    (f) => {
      f.HostConfig.CapAdd = ["NET_ADMIN"];
    },
    ["widens"],
  ],
  ["a mount more", (f) => f.Mounts.push({ Type: "bind", Source: "/etc", Destination: "/e", RW: false }), ["widens"]],
  [
    "a mount that can be written",
    (f) => {
      f.Mounts[1]!.RW = true;
    },
    ["widens"],
  ],
  [
    "a mount of something else",
    (f) => {
      f.Mounts[1]!.Name = "other";
    },
    ["unordered"],
  ],
  ["a mount less", (f) => f.Mounts.pop(), ["narrows"]],
  [
    "no network",
    (f) => {
      f.NetworkSettings.Networks = {};
    },
    ["narrows"],
  ],
  [
    "less memory",
    (f) => {
      f.HostConfig.Memory = f.HostConfig.MemorySwap = 2 ** 20;
    },
    ["neutral"],
  ],
  [
    "no limit of memory",
    (f) => {
      f.HostConfig.Memory = f.HostConfig.MemorySwap = 0;
    },
    ["widens"],
  ],
  [
    "fewer CPUs",
    (f) => {
      f.HostConfig.NanoCpus = 5e8;
    },
    // Also told as what the limits say of it.
    ["narrows", "narrows"],
  ],
  [
    "another image",
    (f) => {
      f.Config.Image = "x:1";
    },
    ["unordered"],
  ],
  [
    "another user",
    (f) => {
      f.Config.User = "1001:1001";
    },
    ["unordered"],
  ],
  [
    "root",
    (f) => {
      f.Config.User = "0:0";
    },
    ["widens"],
  ],
])("what differs has its class: %s", (_what, sabotage, classes) => {
  const found = asPlanned();
  sabotage(found);
  expect(checkContainer("agent", planned, found).flatMap(({ wrong }) => wrong.map((one) => one.class))).toEqual(
    classes,
  );
});

test("a mask that is gone uncovers what it lay over, and a lock that does not run opens the host", () => {
  const masked = { ...planned, mounts: { ...planned.mounts, "/workspace/.env": "/empty (ro)" } };
  const mounts = checkContainer("agent", masked, asPlanned()).find(({ what }) => what.endsWith("mounts"));
  expect(mounts?.wrong).toEqual([widens("mount /empty (ro) at /workspace/.env is missing")]);
  const runs = (role: string) =>
    checkContainer(role, planned, { ...asPlanned(), State: { Status: "exited" } })[0]?.wrong;
  expect([runs("lock"), runs("gateway"), runs("agent")]).toEqual(
    [widens, narrows, narrows].map((as) => [as("it is exited")]),
  );
});

test.each<[string, string, Partial<Inspected["HostConfig"]>, string[]]>([
  ["all, by CDI", "all", { DeviceRequests: [{ Driver: "cdi", DeviceIDs: ["nvidia.com/gpu=all"] }] }, []],
  ["all, by NVIDIA's runtime", "all", { DeviceRequests: [{ Driver: "", Count: -1 }] }, []],
  ["two", '{"devices":[0,2]}', { DeviceRequests: [{ DeviceIDs: ["0", "2"] }] }, []],
  ["as Podman tells of one", '{"count":1}', { Devices: [{ PathOnHost: "/dev/nvidia0" }] }, []],
  [
    "as Podman tells of one with what lies in folders",
    '{"count":1}',
    {
      Devices: ["nvidiactl", "nvidia-caps/nvidia-cap1", "nvidia-caps-imex-channels/channel0"].map((name) => ({
        PathOnHost: `/dev/${name}`,
      })),
    },
    [],
  ],
  ["all, by WSL2's one device", "all", { Devices: [{ PathOnHost: "/dev/dxg" }], DeviceRequests: null }, []],
  [
    "WSL2's device beside those of NVIDIA's runtime",
    "all",
    { Devices: [{ PathOnHost: "/dev/dxg" }], DeviceRequests: [{ Count: -1 }] },
    ["device /dev/dxg is not planned"],
  ],
  ["none is there", "all", { DeviceRequests: null }, ["device all is missing"]],
  [
    "another one",
    '{"devices":[0]}',
    { DeviceRequests: [{ DeviceIDs: ["1"] }] },
    ["device 1 is not planned", "device 0 is missing"],
  ],
  ["none is planned", "none", { DeviceRequests: [{ Count: -1 }] }, ["device all is not planned"]],
  [
    "a disk beside it",
    "all",
    { Devices: [{ PathOnHost: "/dev/sda" }], DeviceRequests: [{ Count: -1 }] },
    ["device /dev/sda is not planned"],
  ],
  [
    "a disk beside it, on Podman",
    "all",
    { Devices: [{ PathOnHost: "/dev/nvidia0" }, { PathOnHost: "/dev/sda" }] },
    ["device /dev/sda is not planned"],
  ],
])("a GPU is compared with the one that was planned: %s", (_what, gpu, devices, told) => {
  const found = asPlanned();
  Object.assign(found.HostConfig, devices);
  expect(says(checkContainer("agent", { ...planned, gpu }, found))).toEqual(told);
});

test("what files in memory may take is compared where it was planned", () => {
  const limits = { ...planned.limits, tmp: "2048MiB", shm: "128MiB" };
  const look = (more: Partial<Inspected["HostConfig"]>) => {
    const found = asPlanned();
    Object.assign(found.HostConfig, more);
    return checkContainer("agent", { ...planned, limits }, found).filter(({ what }) => what.includes("memory of"));
  };
  const checks = (one: object, other: object) => [
    { what: "agent: memory of /tmp", wrong: [], ...one },
    { what: "agent: memory of /dev/shm", wrong: [], ...other },
  ];
  expect(look({ Tmpfs: { "/tmp": "rw,nosuid,size=2048m,exec" }, ShmSize: 2 ** 27 })).toEqual(checks({}, {}));
  expect(look({ Tmpfs: { "/tmp": "size=4g" }, ShmSize: 2 ** 26 })).toEqual(
    checks(
      { wrong: [neutral("files in /tmp may take 4096MiB of the memory, not 2048MiB")] },
      { wrong: [neutral("files in /dev/shm may take 64MiB of the memory, not 128MiB")] },
    ),
  );
  const unseen = "the engine does not tell how much it is";
  expect(look({})).toEqual(checks({ unseen }, { unseen }));
  expect(checkContainer("agent", planned, asPlanned()).map(({ what }) => what)).not.toContain("agent: memory of /tmp");
});

test("processes are judged of the agent alone, and those that could not be seen are no proof of anything", () => {
  const processes = (Users: Inspected["Users"], role = "agent", Status = "running") =>
    checkContainer(role, planned, { ...asPlanned(), State: { Status }, Users }).filter(({ what }) =>
      what.endsWith("processes"),
    );
  const what = "agent: processes";
  expect(processes({ seen: ["0", "1000"] })).toEqual([{ what, wrong: [widens("a process runs as user 0")] }]);
  expect(processes({ seen: ["1000"] })).toEqual([{ what, wrong: [] }]);
  expect(processes({ unseen: "500: no ps" })).toEqual([{ what, wrong: [], unseen: "500: no ps" }]);
  expect(processes(undefined)).toMatchObject([{ wrong: [], unseen: expect.any(String) }]);
  expect(processes(undefined, "gateway")).toEqual([]);
  expect(processes(undefined, "agent", "exited")).toEqual([]);
});

test("rules are the lock's, and only where its health check has told", () => {
  const rules = (role: string, Status?: string) =>
    checkContainer(role, planned, {
      ...asPlanned(),
      State: { Status: "running", Health: Status ? { Status } : null },
    }).filter(({ what }) => what.endsWith(": rules"));
  expect(rules("lock", "unhealthy")).toEqual([{ what: "lock: rules", wrong: [widens("its rules are not in force")] }]);
  expect(rules("lock", "healthy")).toEqual([{ what: "lock: rules", wrong: [] }]);
  for (const told of [rules("lock", "starting"), rules("lock"), rules("gateway", "unhealthy")])
    expect(told).toEqual([]);
});

test("a leak and a mute gateway are found, what could not be seen is told as that, and a site that is down is neither", () => {
  const verdict = (word: Verdict["verdict"]) => ({ verdict: word, what: `${word} thing` });
  expect(checkWalls([verdict("ok"), verdict("down")])).toEqual({
    what: "walls: 1 looks and probes: all walls hold; 1 way out gave no answer (down thing)",
    wrong: [],
  });
  expect(checkWalls([verdict("LEAK"), verdict("mute")]).wrong).toEqual([
    widens("LEAK LEAK thing"),
    narrows("mute mute thing"),
  ]);
  expect(checkWalls([verdict("unseen")])).toMatchObject({ wrong: [], unseen: "unseen thing" });
});

test("drift that was mended is told, and other lines are not", () => {
  const line = {
    time: "2026-11-21T09:00:00.000Z",
    client: "acme",
    address: "",
    port: 0,
    up: 0,
    down: 0,
    ms: 0,
    verdict: "deny",
  } as const;
  const lines = [
    { ...line, kind: "drift", name: "packet rules", reason: "reloaded" } as const,
    { ...line, kind: "tls", name: "x", reason: "domain" } as const,
  ];
  expect(checkDrift(lines)).toMatchObject({
    wrong: [],
    mended: ["2026-11-21T09:00:00Z packet rules: reloaded"],
  });
});

test("who else is on the agent's network is found, and who is missing", () => {
  expect(checkNeighbours("acme-inner", ["a", "g"], ["g", "a"]).wrong).toEqual([]);
  expect(checkNeighbours("acme-inner", ["a", "g"], ["g", "x"]).wrong).toEqual([
    widens("container x is not planned"),
    narrows("container a is missing"),
  ]);
});

test("the network of the host is the lock's alone, and no other container's may stand in for it", () => {
  const lock: ExpectedContainer = { ...planned, networks: ["host"] };
  const found = (NetworkMode: string, of: ExpectedContainer) => {
    const { HostConfig, ...rest } = asPlanned();
    const NetworkSettings = { Networks: { [of.networks[0]!]: {} } };
    return says(checkContainer("x", of, { ...rest, HostConfig: { ...HostConfig, NetworkMode }, NetworkSettings }));
  };
  expect(found("host", lock)).toEqual([]);
  // As Podman 4.3 says it.
  const nameless = { ...asPlanned(), NetworkSettings: { Networks: {} } };
  const host = { ...nameless.HostConfig, NetworkMode: "host" };
  expect(says(checkContainer("x", lock, { ...nameless, HostConfig: host }))).toEqual([]);
  expect(found("container:1", lock)).toEqual(["NetworkMode is container:1"]);
  expect(found("bridge", lock)).toEqual(["NetworkMode is bridge"]);
  expect(found("host", planned)).toEqual(["NetworkMode is host"]);
});
