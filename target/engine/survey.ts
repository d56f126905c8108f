import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Platform } from "../../capabilities/image/lock.ts";
import { LABELS } from "../../gateway/contract.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { ALL_CONTAINERS, type Listed, nameOf, readBelongings } from "./belongings.ts";
import type { Inspected } from "./check-container.ts";
import type { Engine } from "./engine.ts";
import type { FoundNetwork } from "./network.ts";
import type { ListedContainer } from "./others.ts";
import type { Belonging } from "./ownership.ts";

// An import would make Node look at all that the module has, and with it load its WebSocket client: 60 ms (Node 24).
const http = process.getBuiltinModule("node:http");

/** What the engine says of itself and of the networks and images it has. */
export interface EngineSurvey {
  engine: Engine;
  /** The host name of the machine it runs on. */
  machine: string;
  /** What that machine has: CPUs, memory in bytes, and where the engine keeps images and volumes. */
  cpus: number;
  memory: number;
  root?: string;
  networks: { name: string; client?: string; subnets: string[]; found: FoundNetwork }[];
  /** Every client that has something on it, sorted. */
  clients: string[];
  /** All that carries a client's label. */
  belongings: Belonging[];
  /** What is there: tags of this product's images, and names of volumes. */
  present: string[];
  /** The containers that were asked for, by name; undefined where there is none. */
  containers: Record<string, Inspected | undefined>;
  /** All containers, with the names of volumes and the directories of the host that they mount. */
  listed: ListedContainer[];
  /** Of each network that was asked for, the names of the containers that are on it, running or not. */
  members: Record<string, string[]>;
}

const OUR_IMAGES = `/images/json?filters=${encodeURIComponent('{"reference":["agent-sandbox/*"]}')}`;

/** The engine cannot be used; the message says what was tried, and what to do. */
export class EngineError extends UserError {
  /** What the engine answered with, where it answered. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(3, message);
    this.status = status;
  }
}

/**
 * Asks the engine that DOCKER_HOST, the docker context or a well-known socket names, in this order.
 * Six requests, one for each network and one for each container, side by side over one socket: about 20 ms.
 * @param look names of containers to look at, of networks whose members are asked for, and of a container whose processes are
 * @throws EngineError when there is none, it does not answer, or this user may not ask it
 */
export async function surveyEngine(
  look: { containers: readonly string[]; networks?: readonly string[]; processes?: string } = { containers: [] },
): Promise<EngineSurvey> {
  const host = engineHost();
  const asked = get(host, "/version") as Promise<Version>;
  const { processes } = look;
  const inspectOne = async (name: string) => inspect(host, await asked, name);
  const [version, info, networks, images, volumes, ours, found, members, users] = (await Promise.all([
    asked,
    get(host, "/info"),
    get(host, "/networks"),
    get(host, OUR_IMAGES),
    get(host, "/volumes"),
    get(host, ALL_CONTAINERS),
    Promise.all(look.containers.map(async (name) => [name, await inspectOne(name)])),
    Promise.all(
      (look.networks ?? []).map(async (name) => [name, (await get(host, containersOn(name))) as Container[]] as const),
    ),
    processes === undefined ? undefined : asked.then((version) => usersOf(host, version, processes)),
  ])) as [
    ...[
      Version,
      Info,
      FoundNetwork[],
      Image[],
      Volumes,
      Listed[],
      [string, Inspected | undefined][],
      [string, Container[]][],
    ],
    string[] | undefined,
  ];
  const podman = podmanOf(version);
  const belongings = await readBelongings(networks, volumes.Volumes ?? [], ours, inspectOne);
  return {
    engine: {
      kind: podman ? "podman" : "docker",
      version: podman?.Version ?? version.Version,
      host,
      cli: podman ? "podman --remote" : "docker",
      platform: platform(version.Arch),
      rootless: info.SecurityOptions?.some((option) => option.startsWith("name=rootless")) ?? false,
      selinux: info.SecurityOptions?.some((option) => option.startsWith("name=selinux")) ?? false,
      gpu: info.CDISpecDirs?.length ? "cdi" : info.Runtimes?.nvidia ? "nvidia" : "none",
    },
    machine: info.Name ?? "",
    cpus: info.NCPU ?? 0,
    memory: info.MemTotal ?? 0,
    ...(info.DockerRootDir && { root: info.DockerRootDir }),
    networks: networks.map((network) => ({
      name: network.Name,
      ...(network.Labels?.[LABELS.client] && { client: network.Labels[LABELS.client] }),
      found: network,
      subnets: (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet?.includes(".") ? [Subnet] : [])),
    })),
    clients: [...new Set(belongings.map(({ client }) => client))].sort(),
    belongings,
    present: [
      ...images.flatMap(({ RepoTags }) => (RepoTags ?? []).map((tag) => tag.replace(/^localhost\//, ""))),
      ...(volumes.Volumes ?? []).map(({ Name }) => Name),
    ],
    containers: Object.fromEntries(
      found.map(([name, one]) => [name, one && users && name === look.processes ? { ...one, Users: users } : one]),
    ),
    listed: ours.map(({ Names, Labels, State, Mounts }) => ({
      name: nameOf({ Names }),
      client: Labels?.[LABELS.client],
      role: Labels?.[LABELS.role],
      running: State === "running",
      holds: (Mounts ?? []).map(({ Type, Name, Source, RW }) => ({
        ...(Type === "volume" ? Name && { volume: Name } : Source && { path: Source }),
        writes: RW ?? false,
      })),
    })),
    members: Object.fromEntries(members.map(([name, there]) => [name, there.map(nameOf).sort()])),
  };
}

const containersOn = (network: string) =>
  `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ network: [network] }))}`;

function podmanOf({ Components }: Version): { Version: string } | undefined {
  return Components?.find(({ Name }) => Name === "Podman Engine");
}

/**
 * The users that a container's processes have, told from outside it; nothing of one that does not run. Docker asks the host's own ps. Podman 4.3 starts
 * the *container's* ps for words that it does not know, and reads the kernel for its own: of the host's users that these name, root is the one that is surely
 * not the planned one.
 */
async function usersOf(host: string, version: Version, container: string): Promise<string[] | undefined> {
  const podman = podmanOf(version);
  try {
    const told = (await get(host, `/containers/${container}/top?ps_args=${podman ? "huser" : "-eo%20pid,uid"}`)) as {
      Processes?: string[][];
    };
    const users = [...new Set((told.Processes ?? []).map((words) => words.at(-1) ?? "?"))].sort();
    return podman ? users.flatMap((user) => (user === "root" ? "0" : [])) : users;
  } catch {
    return undefined;
  }
}

/** What the engine says of a container, or nothing when there is none of this name. @throws EngineError */
async function inspect(host: string, version: Version, name: string): Promise<Inspected | undefined> {
  // Podman's Docker-compatible answer leaves out the capabilities that a container has.
  const containers = podmanOf(version) ? "/v4.0.0/libpod/containers" : "/containers";
  try {
    return (await get(host, `${containers}/${name}/json`)) as Inspected;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** As the engine says it, Go's name of the architecture. */
function platform(arch: string): Platform {
  const found = ({ amd64: "linux-x64", arm64: "linux-arm64" } as const)[arch];
  if (found) return found;
  throw new EngineError(`the engine runs on ${arch}, and images/lock.yaml has packages for amd64 and arm64 only`);
}

interface Version {
  Version: string;
  Arch: string;
  Components?: { Name: string; Version: string }[];
}
interface Info {
  Name?: string;
  NCPU?: number;
  MemTotal?: number;
  DockerRootDir?: string;
  SecurityOptions?: string[];
  CDISpecDirs?: string[];
  Runtimes?: Record<string, unknown>;
}
interface Volumes {
  Volumes?: { Name: string; Labels?: Record<string, string> | null }[] | null;
}
interface Image {
  Id: string;
  RepoTags?: string[] | null;
  Created: number;
  Size: number;
  Labels?: Record<string, string> | null;
}

/** Where the engine answers: what the person chose, else the first well-known socket that exists. */
function engineHost(): string {
  const chosen = process.env.DOCKER_HOST || contextHost();
  if (chosen) return chosen;
  const sockets = [
    "/var/run/docker.sock",
    ...(process.env.XDG_RUNTIME_DIR ? [join(process.env.XDG_RUNTIME_DIR, "podman/podman.sock")] : []),
    "/run/podman/podman.sock",
  ];
  const found = sockets.find((socket) => existsSync(socket));
  if (!found)
    throw new EngineError(
      `no engine: DOCKER_HOST and the docker context name none, and there is no ${sockets.join(", ")}. Run \`make setup\`, or start Docker or Podman`,
    );
  return `unix://${found}`;
}

/** The endpoint of the docker context in use, as the docker client stores it; nothing for `default`. */
function contextHost(): string | undefined {
  const folder = process.env.DOCKER_CONFIG ?? join(homedir(), ".docker");
  const name = process.env.DOCKER_CONTEXT ?? readJson(join(folder, "config.json"))?.currentContext;
  if (!name || name === "default") return undefined;
  const meta = join(folder, "contexts/meta", createHash("sha256").update(name).digest("hex"), "meta.json");
  const host = readJson(meta)?.Endpoints?.docker?.Host;
  if (!host) throw new EngineError(`the docker context "${name}" is not there; see \`docker context ls\``);
  return host;
}

// biome-ignore lint/suspicious/noExplicitAny: the docker client's own files, of which two fields are read
function readJson(path: string): any {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** An image of this project on the engine, by its tags. */
export interface EngineImage {
  tags: string[];
  id: string;
  /** Seconds since 1970. */
  created: number;
  /** Bytes, layers shared with others included. */
  size: number;
  labels: Record<string, string>;
}

/** The images of this project that the engine has, and which containers were made of which image, by its id. */
export async function surveyImages(): Promise<{
  images: EngineImage[];
  containers: { name: string; image: string; client?: string }[];
}> {
  const host = engineHost();
  const [images, containers] = (await Promise.all([get(host, OUR_IMAGES), get(host, "/containers/json?all=1")])) as [
    Image[],
    Container[],
  ];
  return {
    images: images.map(({ RepoTags, Id, Created, Size, Labels }) => ({
      tags: (RepoTags ?? []).filter((tag) => tag.replace(/^localhost\//, "").startsWith("agent-sandbox/")),
      id: Id,
      created: Created,
      size: Size,
      labels: Labels ?? {},
    })),
    containers: containers.map((container) => ({
      name: nameOf(container),
      image: container.ImageID,
      ...(container.Labels?.[LABELS.client] && { client: container.Labels[LABELS.client] }),
    })),
  };
}

/**
 * Takes a tag away, and what only it held. Never by force: an image that a container was made of stays.
 * @throws EngineError with what the engine said
 */
export async function removeImage(tag: string): Promise<void> {
  await get(engineHost(), `/images/${encodeURI(tag)}`, "DELETE");
}

interface Container {
  Names: string[];
  ImageID: string;
  Labels?: Record<string, string> | null;
}

/** One question to the engine: its answer as data. @throws EngineError */
export function get(
  host: string,
  path: string,
  method: "GET" | "DELETE" | "POST" = "GET",
  words?: object,
): Promise<unknown> {
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url?.protocol !== "unix:" && url?.protocol !== "tcp:")
    throw new EngineError(`the engine's address ${host} is neither unix:// nor tcp://; give DOCKER_HOST one of these`);
  const target =
    url.protocol === "unix:" ? { socketPath: url.pathname } : { host: url.hostname, port: url.port || "2375" };
  return new Promise((resolve, reject) => {
    const fail = (message: string, status?: number) => reject(new EngineError(message, status));
    const request = http.request(
      {
        ...{ ...target, path, method, agent: false, timeout: method === "GET" ? 30_000 : 120_000 },
        ...(words && { headers: { "Content-Type": "application/json" } }),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          body += chunk;
        });
        // A connection that is cut in the midst of an answer has no end.
        response.on("close", () => response.complete || fail(`the engine at ${host} broke off its answer to ${path}`));
        response.on("end", () => {
          if (!response.complete) return;
          if (response.statusCode !== 200 && response.statusCode !== 201)
            return fail(
              `the engine at ${host} answers ${path} with ${response.statusCode}: ${body.trim()}`,
              response.statusCode,
            );
          try {
            resolve(JSON.parse(body));
          } catch {
            fail(
              `what answers at ${host} is no engine: it says ${JSON.stringify(body.slice(0, 60))} to ${path}. Point DOCKER_HOST to the engine itself`,
            );
          }
        });
      },
    );
    request.end(words && JSON.stringify(words));
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", (error: NodeJS.ErrnoException) => fail(unreachable(host, error)));
  });
}

function unreachable(host: string, error: NodeJS.ErrnoException): string {
  if (error.code === "EACCES")
    return `no permission on the engine's socket ${host}. Join the group that owns it (\`sudo usermod -aG docker $USER\`, then log in again), or use rootless Podman`;
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED")
    return `no engine answers at ${host} (${error.code}). Start it (\`make setup\` does on Debian and Ubuntu), or point DOCKER_HOST to one that runs`;
  return `the engine at ${host} cannot be asked: ${error.message}`;
}
