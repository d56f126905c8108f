import { posix } from "node:path";
import { isMapping } from "../../stack-file/mapping.ts";
import { assignment } from "./container.ts";
import { type HandMade, type HandMadeMount, handMade, leaveRights } from "./hand-made.ts";

/**
 * What a compose file says of one service. Nothing of it is built or run, and no variable in it is put in its place.
 * @param folder of the file: relative paths count from there
 * @param wanted the service, where there are several
 * @returns why it cannot be read
 */
export function fromCompose(file: string, content: unknown, folder: string, wanted?: string): HandMade | string {
  const services = isMapping(content) && isMapping(content.services) ? content.services : undefined;
  if (!services) return "has no services; it is no compose file";
  const names = Object.keys(services);
  const name = wanted ?? (names.length === 1 ? names[0] : undefined);
  const service = name === undefined ? undefined : services[name];
  if (name === undefined || !isMapping(service))
    return `has ${wanted === undefined ? "several services" : `no service "${wanted}"`}; say which: --service ${names.join(", --service ")}`;
  const deploy = mapping(mapping(service.deploy).resources);
  const limits = mapping(deploy.limits);
  const devices = texts(service.devices).map((device) => device.split(":")[0] ?? "");
  const gpu =
    service.gpus !== undefined ||
    devices.some((path) => path.startsWith("/dev/nvidia")) ||
    list(mapping(deploy.reservations).devices).some((one) => texts(mapping(one).capabilities).includes("gpu"));
  const number = (value: unknown) => (Number(value) > 0 ? Number(value) : undefined);
  const [cpus, memory, pids, shm] = [
    number(service.cpus ?? limits.cpus),
    bytes(service.mem_limit ?? limits.memory),
    number(service.pids_limit ?? limits.pids),
    bytes(service.shm_size),
  ];
  const mounts = list(service.volumes).map((one) => mountOf(one, folder));
  return {
    ...handMade(`${file}, service ${name}`),
    words: [name, ...texts(service.image), ...texts(service.command), ...texts(service.entrypoint)],
    ...(typeof service.image === "string" && { image: service.image }),
    ...(typeof service.working_dir === "string" && { workdir: service.working_dir }),
    mounts: mounts.flatMap((mount) => (typeof mount === "object" ? [mount] : [])),
    environment: isMapping(service.environment)
      ? Object.entries(service.environment).map(([key, value]) => [key, value === null ? undefined : String(value)])
      : texts(service.environment).map(assignment),
    ports: list(service.ports).flatMap(portOf),
    limits: { ...(cpus && { cpus }), ...(memory && { memory }), ...(pids && { pids }), ...(shm && { shm }) },
    gpu,
    resolvers: texts(service.dns),
    left: [
      ...leaveRights({
        privileged: service.privileged === true,
        capabilities: texts(service.cap_add),
        network: texts(service.network_mode)[0],
        namespaces: ["pid", "ipc", "uts"].flatMap((kind) => texts(service[kind]).map((value) => `${kind} ${value}`)),
        devices: devices.filter((path) => !path.startsWith("/dev/nvidia")),
        security: texts(service.security_opt).filter((option) => /unconfined|disable/.test(option)),
        user: texts(service.user)[0],
        groups: texts(service.group_add),
        hosts: isMapping(service.extra_hosts) ? Object.keys(service.extra_hosts) : texts(service.extra_hosts),
        sysctls: isMapping(service.sysctls) ? Object.keys(service.sysctls) : texts(service.sysctls),
      }),
      ...mounts.flatMap((mount) =>
        typeof mount === "string"
          ? [{ what: `volume ${mount}`, why: "it is written in a way that is not read here" }]
          : [],
      ),
      ...[...texts(service.env_file), ...list(service.env_file).flatMap((one) => texts(mapping(one).path))].map(
        (path) => ({
          what: `env_file ${path}`,
          why: "its values may be secrets and are not read; plain ones go to `environment`, secrets to `secrets: {NAME: {file: …}}`",
        }),
      ),
      ...(service.build !== undefined
        ? [
            {
              what: "build",
              why: "nothing of it is built; `tools`, `image.packages` and `image.extend` are what an image here is made of",
            },
          ]
        : []),
      ...[...texts(service.command).slice(0, 1), ...texts(service.entrypoint).slice(0, 1)].map((what) => ({
        what: `command ${what}`,
        why: NEVER_RUN,
      })),
      ...Object.keys(service)
        .filter((key) => !READ.includes(key) && !WITHOUT_MEANING.includes(key))
        .map((key) => ({ what: `key ${key}`, why: "nothing of it is read here; look whether a sandbox needs it" })),
      ...names
        .filter((other) => other !== name)
        .map((other) => ({ what: `service ${other}`, why: asHelper(other, mapping(services[other])) })),
    ],
  };
}

/** Keys of a service that are carried over, or told of each by itself. */
const READ: readonly string[] = [
  ...["image", "build", "command", "entrypoint", "working_dir", "volumes", "environment", "env_file", "ports", "cpus"],
  ...["mem_limit", "pids_limit", "shm_size", "gpus", "deploy", "dns", "privileged", "cap_add", "network_mode", "pid"],
  ...["ipc", "uts", "devices", "security_opt", "user", "group_add", "extra_hosts", "sysctls"],
];

/** What a sandbox decides by itself, or what makes no difference to what is in it. */
const WITHOUT_MEANING: readonly string[] = [
  ...["container_name", "restart", "stdin_open", "tty", "depends_on", "init", "hostname", "cap_drop", "read_only"],
  ...[
    "labels",
    "healthcheck",
    "stop_grace_period",
    "stop_signal",
    "networks",
    "expose",
    "pull_policy",
    "platform",
    "profiles",
  ],
];

export const NEVER_RUN = "a sandbox idles until somebody enters it, and what an agent starts is its own";

/** How a service beside the agent is declared, as far as its own lines say that. Its variables are not shown: they may be secrets. */
function asHelper(name: string, { image, build, volumes, ports, expose }: Record<string, unknown>): string {
  const volume = list(volumes)
    .map((one) => mountOf(one, "/"))
    .find((mount) => typeof mount === "object" && mount.kind === "volume");
  const said = [...list(ports).flatMap((port) => portOf(port).map(({ container }) => container)), ...texts(expose)];
  const open = new Set(said.map((port) => Number(port.replace(/\/tcp$/, ""))).filter((port) => port > 0));
  const lines = [
    build === undefined
      ? `image: ${texts(image)[0]?.replace(/(@.*|:[^/:]*)$/, "") ?? "IMAGE"}@sha256:…`
      : "image: {packages: […], extend: FRAGMENT}",
    ...(typeof volume === "object" ? [`volume: ${volume.at}`] : []),
    ...(open.size > 0 ? [`ports: [${[...open].join(", ")}]`] : []),
  ];
  return `a container beside the agent is a helper: agent-sandbox:helpers: {${name}: {${lines.join(", ")}}} (docs/helpers.md)`;
}

function list(said: unknown): unknown[] {
  return Array.isArray(said) ? said : [];
}

/** A text, or those of a list. */
export function texts(said: unknown): string[] {
  return [said].flat().flatMap((one) => (typeof one === "string" || typeof one === "number" ? [String(one)] : []));
}

export function mapping(said: unknown): Record<string, unknown> {
  return isMapping(said) ? said : {};
}

/** `./src:/app:ro`, or in its long form; its text where it is neither. */
function mountOf(said: unknown, folder: string): HandMadeMount | string {
  if (isMapping(said)) {
    const { type, source, target, read_only } = said;
    if (typeof source !== "string" || typeof target !== "string" || (type !== "bind" && type !== "volume"))
      return JSON.stringify(said);
    return {
      kind: type,
      source: type === "bind" ? ofHost(source, folder) : source,
      at: target,
      readOnly: read_only === true,
    };
  }
  const [source, at, mode = "", ...more] = typeof said === "string" ? said.split(":") : [];
  if (!source || !at?.startsWith("/") || more.length > 0) return String(said);
  const bind = /^[./~]/.test(source);
  return {
    kind: bind ? "bind" : "volume",
    source: bind ? ofHost(source, folder) : source,
    at,
    readOnly: mode.split(",").includes("ro"),
  };
}

function ofHost(path: string, folder: string): string {
  return path.startsWith("~") ? path : posix.resolve(folder, path);
}

/** `127.0.0.1:8080:80`, `8080:80/tcp`, `80`, or the long form. */
function portOf(said: unknown): HandMade["ports"] {
  if (isMapping(said)) {
    const { target, published = target, host_ip, protocol = "tcp" } = said;
    return [
      {
        host: String(published),
        container: `${target}/${protocol}`,
        everywhere: !/^127\./.test(String(host_ip ?? "")),
      },
    ];
  }
  const parts = String(said).split(":");
  const container = parts.pop() ?? "";
  const host = parts.pop() ?? container.replace(/\/.*/, "");
  return [{ host, container, everywhere: !/^127\./.test(parts.join(":")) }];
}

/** `512m`, `2gb`, a number of bytes. */
export function bytes(said: unknown): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(String(said ?? "")) ?? [];
  return number === undefined ? undefined : Number(number) * 2 ** (10 * " kmg".indexOf(unit.toLowerCase() || " "));
}
