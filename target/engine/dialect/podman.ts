import type { AddressPlan } from "../../../capabilities/network/addresses.ts";
import { renderSeccomp } from "../../../plan/seccomp.ts";
import type { Workload } from "../../../plan/workload.ts";
import type { Engine } from "../engine.ts";
import type { ContainerSpec, Dialect } from "./dialect.ts";
import { docker } from "./docker.ts";

/** Podman 4.3 and later, through its Docker-compatible API. What it reads back differently was measured on 4.3.1. */
export const podman: Dialect = {
  container,
  // Seen on 4.3.1; owned by root, as the image has them.
  scratch: ["/run", "/var/tmp"],
  // `podman update` of 4.3 does not know --pids-limit. Its own default holds: 2048 (pids_limit in containers.conf).
  limitsProcesses: false,
  // Its API takes a path, not a text, of its own machine (4.3). Where that is another one, its own profile holds, which allows namespaces.
  seccomp: ({ platform, seccompFile }) => (seccompFile ? renderSeccomp(platform) : undefined),
  // Its API has no update before 5.1, so nothing is live.
  live: ["destroyGraceSeconds"],
  drifting: [
    "capabilities",
    "cpus",
    "deviceRequests",
    "dns",
    "dnsOpts",
    "entrypoints",
    "envs",
    "gpus",
    "healthcheck",
    "hostname",
    "image",
    "labels",
    "logDriver",
    "logOpts",
    "memory",
    "memorySwap",
    "mounts",
    "networkMode",
    "ports",
    "readOnly",
    "restart",
    "securityOpts",
    "sysctls",
    "tmpfs",
    "user",
    "usernsMode",
    "volumes",
  ],
  // Read back with {driver: "host-local"}, with the gateway "<nil>" where there is none, and without the bridge's name.
  driftingNetwork: ["ipamOptions", "ipamConfigs", "options"],
  innerNetwork: (addresses: AddressPlan, bridge: string) => ({
    internal: true,
    options: { "com.docker.network.bridge.name": bridge },
    // No range for the engine's own choice: CNI takes no address from outside it, and both members' are said.
    ipamConfigs: [{ subnet: addresses.inner }],
  }),
  outerNetwork: docker.outerNetwork,
};

function container(workload: Workload, engine: Engine): ContainerSpec {
  const spec = docker.container(workload, engine);
  return {
    ...spec,
    securityOpts: ["no-new-privileges", ...(engine.seccompFile ? [`seccomp=${engine.seccompFile}`] : [])],
    // With any limit said, 4.3 leaves out the defaults of containers.conf and takes its own, nofile of a million among them, which it may not set
    // where it has no CAP_SYS_RESOURCE: then nothing starts (measured).
    ulimits: [],
    // A tmpfs takes no uid here; with U it belongs to the user the container runs as.
    tmpfs: Object.fromEntries(
      Object.entries(spec.tmpfs).map(([at, options]) => [at, options.replace(/uid=\d+,gid=\d+/, "U")]),
    ),
    networksAdvanced: spec.networksAdvanced.map((network) => ({
      ...network,
      ...(network.ipv4Address && { macAddress: hardwareAddress(network.ipv4Address) }),
    })),
    // `mounts` are read back as null; `volumes` never are. SELinux hosts need the relabel.
    mounts: [],
    volumes: workload.mounts.map((mount) => ({
      ...(mount.kind === "volume" ? { volumeName: mount.source } : { hostPath: mount.source }),
      containerPath: mount.at,
      readOnly: mount.readOnly,
      // What several containers mount cannot be private to one.
      ...(engine.selinux && mount.kind === "bind" && { selinuxRelabel: mount.shared ? "z" : "Z" }),
    })),
    // Rootless, the workspace's owner is the user that runs Podman: the agent has to be that user, too.
    ...(engine.rootless &&
      workload.role === "agent" && { usernsMode: `keep-id:uid=${workload.user.replace(":", ",gid=")}` }),
    logDriver: "k8s-file",
    logOpts: {},
  };
}

/**
 * The hardware address that goes with an IPv4 address, as Docker makes them. Podman's own are random: the agent went on sending to the
 * one of the gateway before, for 6 to 35 seconds after each restart (measured).
 */
function hardwareAddress(address: string): string {
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return ["02", "42", ...bytes].join(":");
}
