import type { ContainerPosture } from "../../plan/posture.ts";
import type { Verdict } from "../../plan/proof/judge.ts";
import { seccompName } from "../../plan/seccomp.ts";
import { agentWith, PROFILE } from "../../test/inspected.ts";
import type { Inspected } from "./answers.ts";
import { checkContainer, checkDrift, checkNeighbours, checkWalls } from "./check-container.ts";

const { posture: planned, found: asPlanned } = agentWith({
  Type: "volume",
  Name: "acme-secrets",
  Source: "/var/lib/x",
  Destination: "/run/secrets",
  RW: false,
});

const wrong = (found: Inspected) => checkContainer("agent", planned, found).flatMap((check) => check.wrong);

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
    'it has devices: [{"PathOnHost":"/dev/kvm"}]',
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
    "mount acme-secrets (rw) at /run/secrets is not planned",
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

test("a leak and a mute gateway are found, what could not be seen is told as that, and a site that is down is neither", () => {
  const verdict = (word: Verdict["verdict"]) => ({ verdict: word, what: `${word} thing` });
  expect(checkWalls([verdict("ok"), verdict("down")])).toEqual({
    what: "walls: 1 of 2 looks and probes as they should be; down: down thing",
    wrong: [],
  });
  expect(checkWalls([verdict("LEAK"), verdict("mute")]).wrong).toEqual(["LEAK LEAK thing", "mute mute thing"]);
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
  expect(checkDrift(lines, "an hour ago")).toMatchObject({
    wrong: [],
    mended: ["2026-11-21T09:00:00Z packet rules: reloaded"],
  });
});

test("who else is on the agent's network is found, and who is missing", () => {
  expect(checkNeighbours("acme-inner", ["a", "g"], ["g", "a"]).wrong).toEqual([]);
  expect(checkNeighbours("acme-inner", ["a", "g"], ["g", "x"]).wrong).toEqual([
    "container x is not planned",
    "container a is missing",
  ]);
});

test("the network of the host is the lock's alone, and no other container's may stand in for it", () => {
  const lock: ContainerPosture = { ...planned, networks: ["host"] };
  const found = (NetworkMode: string, of: ContainerPosture) => {
    const { HostConfig, ...rest } = asPlanned();
    const NetworkSettings = { Networks: { [of.networks[0]!]: {} } };
    return checkContainer("x", of, { ...rest, HostConfig: { ...HostConfig, NetworkMode }, NetworkSettings }).flatMap(
      (check) => check.wrong,
    );
  };
  expect(found("host", lock)).toEqual([]);
  // As Podman 4.3 says it.
  const nameless = { ...asPlanned(), NetworkSettings: { Networks: {} } };
  const host = { ...nameless.HostConfig, NetworkMode: "host" };
  expect(checkContainer("x", lock, { ...nameless, HostConfig: host }).flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(found("container:1", lock)).toEqual(["NetworkMode is container:1"]);
  expect(found("bridge", lock)).toEqual(["NetworkMode is bridge"]);
  expect(found("host", planned)).toEqual(["NetworkMode is host"]);
});
