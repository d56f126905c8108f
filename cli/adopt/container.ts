import type { AskedFor } from "../../target/engine/answers.ts";
import { type HandMade, handMade, leaveRights } from "./hand-made.ts";

/** What an engine tells of a container. @param ofImage variables that its image has set: nobody asked for them here */
export function fromContainer(name: string, found: AskedFor, ofImage: readonly string[]): HandMade {
  const { Config, HostConfig: host, NetworkSettings } = found;
  const modes = (["PidMode", "IpcMode", "UTSMode"] as const).flatMap((mode) =>
    /^(host|container:)/.test(host[mode] ?? "") ? [`${mode} ${host[mode]}`] : [],
  );
  const devices = (host.Devices ?? []).flatMap(({ PathOnHost }) => PathOnHost ?? []);
  const gpu = (host.DeviceRequests ?? []).length > 0 || devices.some((path) => path.startsWith("/dev/nvidia"));
  return {
    ...handMade(`container ${name}`),
    words: [name, Config.Image, ...(Config.Cmd ?? []), ...[Config.Entrypoint ?? []].flat()],
    image: Config.Image,
    ...(Config.WorkingDir && { workdir: Config.WorkingDir }),
    mounts: found.Mounts.flatMap(({ Type, Name, Source, Destination, RW }) =>
      Type === "bind" || Type === "volume"
        ? [{ kind: Type, source: Type === "volume" ? (Name ?? "") : Source, at: Destination, readOnly: !RW } as const]
        : [],
    ),
    environment: (Config.Env ?? []).filter((one) => !ofImage.includes(one)).map(assignment),
    ports: Object.entries(host.PortBindings ?? {}).flatMap(([container, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => ({
        ...{ host: HostPort, container, everywhere: !/^(127\.|::1$)/.test(HostIp) },
      })),
    ),
    limits: {
      ...(host.Memory > 0 && { memory: host.Memory }),
      ...(host.NanoCpus && { cpus: host.NanoCpus / 1e9 }),
      ...(host.PidsLimit && host.PidsLimit > 0 && { pids: host.PidsLimit }),
      ...(host.ShmSize && host.ShmSize > 2 ** 26 && { shm: host.ShmSize }),
    },
    gpu,
    resolvers: host.Dns ?? [],
    left: [
      ...leaveRights({
        privileged: host.Privileged,
        capabilities: host.CapAdd ?? [],
        network: host.NetworkMode,
        namespaces: modes,
        devices: devices.filter((path) => !path.startsWith("/dev/nvidia")),
        security: (host.SecurityOpt ?? []).filter((option) => /unconfined|disable/.test(option)),
        user: Config.User || "root",
        groups: host.GroupAdd ?? [],
        hosts: host.ExtraHosts ?? [],
        sysctls: Object.keys(host.Sysctls ?? {}),
      }),
      ...Object.keys(NetworkSettings.Networks ?? {})
        .filter((network) => !/^(bridge|host|none|podman)$/.test(network))
        .map((network) => ({ what: `network ${network}`, why: BESIDE })),
    ],
  };
}

export const BESIDE =
  "what else is on it is no neighbour of a sandbox: what is the client's own is declared under helpers (docs/helpers.md), what others use too in egress.host or egress.lan";

/** `NAME=value`, or `NAME` alone, whose value is the person's. */
export function assignment(text: string): [name: string, value: string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
