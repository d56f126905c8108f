import type { AddressPlan } from "../../../capabilities/network/addresses.ts";
import { CDI_KIND, GENERATE, gpuIds } from "../../../plan/gpu-ids.ts";
import { renderSeccomp } from "../../../plan/seccomp.ts";
import type { Gpu, Workload } from "../../../plan/workload.ts";
import { WSL_DEVICE } from "../../../plan/wsl-gpu.ts";
import type { Engine, GpuOffer } from "../engine.ts";
import type { ContainerSpec, Dialect, NetworkSpec } from "./dialect.ts";
import { hardwareAddress } from "./hardware-address.ts";
import { relabel } from "./relabel.ts";
import { unheld } from "./unheld.ts";

const MIB = 2 ** 20;

/** Docker Engine 20.10 and later. */
export const docker: Dialect = {
  container,
  scratch: [],
  limitsProcesses: isChanged,
  // The folders of CDI are named (since 25) with or without a spec in them, so where devices are known and there are none, CDI is no way.
  gpu: (_version, { cdi, runtime, devices, host }) =>
    cdi && devices?.length !== 0 ? "cdi" : runtime ? "nvidia" : host?.wsl?.dxg ? "wsl" : "none",
  tried: "20.10",
  toConfine: 'write {"selinux-enabled": true} into /etc/docker/daemon.json, and restart Docker',
  lacks: ({ version, gpu, gpus, selinux, limitless }) => ({
    ...unheld(
      limitless,
      "`docker info` says that the kernel, or the cgroups that a rootless Docker was given, have no such limit",
    ),
    ...(gpu === "none" && { gpu: withoutGpu(Number.parseInt(version, 10), gpus) }),
    // A label is asked for in words between colons.
    ...(selinux && { colons: "Docker on a host with SELinux mounts nothing" }),
  }),
  seccomp: ({ platform }) => renderSeccomp(platform),
  // The engine resolves a tag to an id when it reads a container back. The provider writes CPUs in nine decimals and cuts them by counting
  // noughts: "1" is read back as "1.0", 20 as "20.", 0.05 as "0.1" (nanoInt64ToDecimalString of 5.2.0).
  drifting: ["image", "cpus"],
  driftingNetwork: [],
  live: (workload) => [
    ...(isChanged(workload) ? (["memory", "memorySwap"] as const) : []),
    "restart",
    "destroyGraceSeconds",
  ],
  innerNetwork: (addresses: AddressPlan, bridge: string) => ({
    internal: true,
    options: {
      // Without it the host has an address on the bridge, and every service of the host is open to the agent (measured on 20.10).
      "com.docker.network.bridge.inhibit_ipv4": "true",
      // The lock's rules name the bridge before it exists, so its name is fixed.
      "com.docker.network.bridge.name": bridge,
    },
    // A router's address that nobody has. Docker takes one anyway, but reads it back only after its own restart (20.10). Without this line an
    // `up --refresh` after a reboot would replace the network and every container on it.
    ipamConfigs: [
      { subnet: addresses.inner, ipRange: addresses.innerPool, gateway: addresses.inner.replace(/0\/24$/, "1") },
    ],
  }),
  outerNetwork: (addresses: AddressPlan) => ({
    internal: false,
    options: { ...(addresses.mtu && { "com.docker.network.driver.mtu": String(addresses.mtu) }) },
    ipamConfigs: [{ subnet: addresses.outer, gateway: addresses.host }],
  }),
  networkRequest: (name, spec, labels) => ({
    path: "/networks/create",
    words: {
      Name: name,
      CheckDuplicate: true,
      Driver: "bridge",
      Internal: spec.internal,
      Options: spec.options,
      IPAM: { Driver: "default", Config: spec.ipamConfigs.map(written) },
      Labels: labels,
    },
  }),
};

/** Whether limits are set of a container while it runs. That is the runtime's part, and one of the client's choice need not know how: runsc has no `update` (20221219, 20240729). */
function isChanged({ runtime }: Pick<Workload, "runtime">): boolean {
  return runtime === undefined;
}

/** A range of addresses in the engine's own words. */
export function written({ subnet, ipRange, gateway }: NetworkSpec["ipamConfigs"][number]) {
  return { Subnet: subnet, ...(ipRange && { IPRange: ipRange }), ...(gateway && { Gateway: gateway }) };
}

function container(workload: Workload, engine: Engine): ContainerSpec {
  return {
    name: workload.name,
    image: workload.image,
    hostname: workload.hostname,
    ...(workload.program && { entrypoints: [...workload.program] }),
    ...(workload.arguments && { command: [...workload.arguments] }),
    user: workload.user,
    readOnly: true,
    capabilities: { drops: ["ALL"], adds: [...workload.capabilities] },
    // The profile's text: this engine takes no path.
    securityOpts: ["no-new-privileges", `seccomp=${renderSeccomp(engine.platform).json}`],
    envs: Object.entries(workload.environment)
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
    sysctls: { ...workload.sysctls },
    // `noexec` is Docker's own default for a tmpfs. The options are written out, so that they are the same on every engine.
    tmpfs: Object.fromEntries(
      workload.scratch.map(({ at, size, exec, owner }) => [
        at,
        [`rw,nosuid,nodev,${exec ? "exec" : "noexec"},size=${size / MIB}m`, ...(owner ? [owned(owner)] : [])].join(),
      ]),
    ),
    mounts: workload.mounts
      .filter((mount) => !relabel(mount, engine))
      .map(({ kind, source, at, readOnly }) => ({ type: kind, source, target: at, readOnly })),
    // The API's mounts have no label.
    volumes: workload.mounts.flatMap((mount) => {
      const selinuxRelabel = relabel(mount, engine);
      if (!selinuxRelabel) return [];
      return [{ hostPath: mount.source, containerPath: mount.at, readOnly: mount.readOnly, selinuxRelabel }];
    }),
    networksAdvanced: workload.networks.map(({ name, address }) => ({
      name,
      ...(address && { ipv4Address: address }),
      ...(address && Number.parseInt(engine.version, 10) >= 28 && { macAddress: hardwareAddress(address) }),
    })),
    ...(workload.hostNetwork && { networkMode: "host" as const }),
    dns: workload.resolver ? [workload.resolver] : [],
    // One second, so that a restart of the gateway's DNS is a short pause, not the resolver's default of five.
    dnsOpts: workload.resolver ? ["timeout:1", "attempts:3"] : [],
    ports: workload.published.map(({ address, port }) => ({
      internal: port,
      external: port,
      ip: address,
      protocol: "tcp",
    })),
    memory: workload.limits.memory / MIB,
    // Equal to memory (no swap), or the engine reads back twice the value and every up shows a change.
    memorySwap: workload.limits.memory / MIB,
    ulimits: Object.entries(workload.ulimits)
      .map(([name, limit]) => ({ name, soft: limit, hard: limit }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(workload.limits.shm && { shmSize: workload.limits.shm / MIB }),
    ...(workload.limits.cpus && { cpus: String(workload.limits.cpus) }),
    ...gpu(workload.gpu, engine),
    ...(workload.runtime && { runtime: workload.runtime }),
    restart: workload.restart,
    destroyGraceSeconds: workload.stopGrace,
    mustRun: true,
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
    ...(workload.health && {
      healthcheck: {
        tests: ["CMD", ...workload.health.command],
        interval: `${workload.health.interval}s`,
        timeout: `${workload.health.timeout}s`,
        retries: workload.health.retries,
        startPeriod: `${workload.health.startPeriod}s`,
      },
    }),
    labels: Object.entries(workload.labels)
      .map(([label, value]) => ({ label, value }))
      .sort((a, b) => (a.label < b.label ? -1 : 1)),
  };
}

function owned(owner: string): string {
  const [uid, gid] = owner.split(":");
  return `uid=${uid},gid=${gid}`;
}

/** The first version that knows CDI; until 27 it is off by itself (measured on 26.1.5 and 28.5.2). */
const CDI_SINCE = 25;

function withoutGpu(major: number, offer: GpuOffer | undefined): string {
  if (offer?.cdi)
    return `CDI is on, and no CDI spec names a GPU (${GENERATE} was not run). Install the NVIDIA Container Toolkit where it is missing, and run ${GENERATE}`;
  if (major >= CDI_SINCE)
    return `CDI is off, and it has no NVIDIA runtime. Install the NVIDIA Container Toolkit, write {"features": {"cdi": true}} into /etc/docker/daemon.json, restart Docker, and run ${GENERATE}`;
  return `it is older than Docker ${CDI_SINCE}, so it knows no CDI, and it has no NVIDIA runtime. Install the NVIDIA Container Toolkit, run \`sudo nvidia-ctk runtime configure --runtime=docker\`, and restart Docker`;
}

/** A GPU as CDI devices where the engine has CDI, else as the device request that NVIDIA's runtime answers. */
function gpu(gpu: Gpu, engine: Engine): Pick<ContainerSpec, "gpus" | "deviceRequests" | "devices"> {
  if (gpu === false) return {};
  if (engine.gpu === "wsl")
    return { devices: [{ hostPath: WSL_DEVICE, containerPath: WSL_DEVICE, permissions: "rwm" }] };
  const ids = gpuIds(gpu);
  if (engine.gpu === "cdi")
    return { deviceRequests: [{ driver: "cdi", deviceIds: ids.map((id) => `${CDI_KIND}${id}`) }] };
  // The provider puts the quotation marks around several ids that the engine's own option wants (5.2.0, normalizeGPUOptionString), and reads them back without.
  return { gpus: gpu === "all" ? "all" : `device=${ids.join(",")}` };
}
