import type { AddressPlan } from "../../../capabilities/network/addresses.ts";
import { GENERATE } from "../../../plan/gpu-ids.ts";
import { renderSeccomp } from "../../../plan/seccomp.ts";
import type { Workload } from "../../../plan/workload.ts";
import type { Engine } from "../engine.ts";
import type { ContainerSpec, Dialect } from "./dialect.ts";
import { docker } from "./docker.ts";
import { hardwareAddress } from "./hardware-address.ts";
import { relabel } from "./relabel.ts";
import { unheld } from "./unheld.ts";

/** Podman 4.3 and later, through its Docker-compatible API. What it reads back differently was measured on 4.3.1. */
export const podman: Dialect = {
  container,
  // Seen on 4.3.1; owned by root, as the image has them.
  scratch: ["/run", "/var/tmp"],
  // `podman update` of 4.3 does not know --pids-limit. Its own default holds: 2048 (pids_limit in containers.conf).
  limitsProcesses: () => false,
  // Where nobody lists devices, the container that tries them decides. Before 5.4 its API takes such a request and drops it without a word (4.3.1, measured).
  gpu: (version, { devices, host }) =>
    handsOutCdi(version) && devices?.length !== 0 ? "cdi" : host?.wsl?.dxg ? "wsl" : "none",
  tried: "4.3",
  toConfine: "write label = true into containers.conf, and start Podman's service again",
  lacks: ({ version, gpu, rootless, limitless, networks }) => ({
    ...unheld(
      limitless,
      "`podman info` names no cgroup controller for it, as of rootless Podman with cgroup v1; with cgroup v2 systemd delegates it to the user (Delegate=)",
    ),
    ...(gpu === "none" && {
      gpu: handsOutCdi(version)
        ? `no CDI spec names a GPU (${GENERATE} was not run). Install the NVIDIA Container Toolkit where it is missing, and run ${GENERATE}`
        : "Podman before 5.4 takes a request for a GPU through its API and gives none. Use Podman 5.4 or later, or Docker",
    }),
    // Its Docker-compatible API takes the field and uses the engine's own (4.3.1).
    runtime:
      "Podman has one for all its containers (`runtime` in containers.conf), and its API chooses none for one of them",
    // Measured on 4.3.1: CNI sends what comes to the port to the gateway's address on the inner network, which the host has no route to; netavark sends it to the outer one
    // (5.4.2: an answer from 127.0.0.1). Rootless, a program of Podman's in the gateway's own network namespace asks there (4.3.1).
    ...(networks !== "netavark" &&
      !rootless && {
        inbound:
          "Podman with CNI networks (`podman info` says networkBackend: cni) publishes them on the wrong one of the gateway's networks: a connection to 127.0.0.1 is then sent out by this machine's default route. Use Podman with netavark, or Docker",
      }),
    // Its client writes a mount as words between colons.
    colons: "Podman mounts nothing",
    // A container's "host" network is the host's there, where it has no rights, and not the one that the bridges are in.
    ...(rootless && {
      // What listens on all addresses of the machine is reached at each of its own on 4.3.1 with slirp4netns, and neither there nor at 10.0.2.2. With pasta (5.4.2) the address of the
      // machine's way out is the namespace's own, the others lead to the machine, and so does 169.254.1.2, which is of a range that no policy opens.
      hostServices:
        "rootless Podman has its networks in a network namespace of its own, where the address that stands for this machine leads nowhere",
      // Measured on 4.3.1, by root with NET_RAW in the agent's network: datagrams and connections that were handed to the bridge's hardware address came to a service of the machine. On 5.4.2 with
      // netavark none did.
      hostRules:
        "rootless Podman has its bridges in a network namespace of its own, where no rule of ours can be loaded; whatever listens there takes what the agent sends to everybody, and whoever writes frames themselves in the agent's network, which takes root's rights that no agent has, is routed to this machine and its networks",
    }),
  }),
  // Its API takes no text, but a path on the engine's machine (4.3). When that is another machine, Podman's own profile holds, which allows namespaces.
  seccomp: ({ platform, seccompFile }) => (seccompFile ? renderSeccomp(platform) : undefined),
  // Its API cannot change a running container before 5.1.
  live: () => ["destroyGraceSeconds"],
  drifting: [
    "capabilities",
    "command",
    "cpus",
    "deviceRequests",
    "devices",
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
    // Netavark (1.4) listens for names on each network that Docker's API made, and gives the bridge an address for it. There it asks the machine's resolver, also for who is on an
    // internal network: a way out for data.
    options: { "com.docker.network.bridge.name": bridge },
    // No range that the engine may choose from: CNI refuses an address outside of it, and both members have fixed addresses.
    ipamConfigs: [{ subnet: addresses.inner }],
  }),
  outerNetwork: docker.outerNetwork,
  // By its own API: what Docker's makes has Podman's resolver, for which netavark gives the host an address on the bridge, an internal one too (5.4.2: 10.98.3.1,
  // and `host.containers.internal` in /etc/hosts led there). Without the resolver, and without a gateway's address, the host has none (D-141).
  networkRequest: (name, { internal, options, ipamConfigs }, labels) => ({
    path: "/v4.0.0/libpod/networks/create",
    words: {
      ...{ name, driver: "bridge", internal, dns_enabled: false, labels },
      ...(options[NAME] && { network_interface: options[NAME] }),
      options: { ...(options[MTU] && { mtu: options[MTU] }) },
      subnets: ipamConfigs.map(({ subnet, gateway }) => ({ subnet, ...(gateway && { gateway }) })),
    },
  }),
};

function handsOutCdi(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > 5 || (major === 5 && minor >= 4);
}

const NAME = "com.docker.network.bridge.name";
const MTU = "com.docker.network.driver.mtu";

function container(workload: Workload, engine: Engine): ContainerSpec {
  const spec = docker.container(workload, engine);
  return {
    ...spec,
    securityOpts: ["no-new-privileges", ...(engine.seccompFile ? [`seccomp=${engine.seccompFile}`] : [])],
    // Once any limit is given, 4.3 leaves out the defaults of containers.conf and takes its own. One of these, a million open files, it cannot set without
    // CAP_SYS_RESOURCE, and then nothing starts (measured).
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
      ...(relabel(mount, engine) && { selinuxRelabel: relabel(mount, engine) }),
    })),
    // Rootless, the workspace's owner is the user that runs Podman: the agent has to be that user, too.
    ...(engine.rootless &&
      workload.role === "agent" && { usernsMode: `keep-id:uid=${workload.user.replace(":", ",gid=")}` }),
    logDriver: "k8s-file",
    logOpts: {},
  };
}
