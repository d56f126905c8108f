import { z } from "zod";
import type { Platform } from "../../capabilities/image/lock.ts";
import { LABELS } from "../../gateway/contract.ts";
import type { ListedContainer } from "../others.ts";
import type { Belonging } from "../ownership.ts";
import type { Address } from "./address.ts";
import {
  AT_REST,
  type FoundMount,
  type FoundNetwork,
  Image,
  Info,
  Inspected,
  Listed,
  Network,
  PodmanInfo,
  Version,
  Volumes,
} from "./answers.ts";
import { request } from "./api.ts";
import { ALL_CONTAINERS, nameOf, readBelongings } from "./belongings.ts";
import { dialects } from "./dialect/dialects.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { readGpuOffer } from "./gpu-offer.ts";
import { usersOf } from "./processes.ts";

/** What the engine says of itself and of the networks and images it has. */
export interface EngineSurvey {
  engine: Engine;
  /** The host name of the machine it runs on. */
  machine: string;
  /** What that machine has: CPUs, memory in bytes, and where the engine stores images and volumes. */
  cpus: number;
  memory: number;
  root?: string;
  /** The version of its kernel, and what its clock said when it was asked, as the engine writes them. */
  kernel?: string;
  clock?: string;
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

/**
 * Asks an engine what it is and what it has.
 * It sends six requests, and one for each network and each container, side by side over one socket: about 20 ms.
 * @param look names of containers to look at, a client whose helpers are, names of networks whose members are asked for, and of a container whose processes are
 * @throws EngineError when there is none, it does not answer, or this user may not ask it
 */
export async function surveyEngine(
  address: Address,
  look: { containers: readonly string[]; beside?: string; networks?: readonly string[]; processes?: string } = {
    containers: [],
  },
): Promise<EngineSurvey> {
  const { host, certificates } = address;
  const asked = request(address, "/version", Version);
  const { processes } = look;
  const inspectOne = async (name: string) => inspect(address, await asked, name, Inspected);
  const inspectAll = (names: readonly string[]) =>
    Promise.all(names.map(async (name) => [name, await inspectOne(name)] as const));
  const all = request(address, ALL_CONTAINERS, z.array(Listed));
  const looked = inspectAll(look.containers);
  const isBeside = ({ Labels }: Listed) =>
    look.beside !== undefined && Labels?.[LABELS.client] === look.beside && Labels[LABELS.role] === "beside";
  const [version, info, podmans, networks, images, { Volumes: volumes }, ours, own, beside, members, users] =
    await Promise.all([
      asked,
      request(address, "/info", Info),
      asked.then((version) => (podmanOf(version) ? request(address, "/v4.0.0/libpod/info", PodmanInfo) : undefined)),
      request(address, "/networks", z.array(Network)),
      request(address, OUR_IMAGES, z.array(Image.pick({ RepoTags: true }))),
      request(address, "/volumes", Volumes),
      all,
      looked,
      all.then((listed) => inspectAll(listed.filter(isBeside).map(nameOf))),
      Promise.all(
        (look.networks ?? []).map(
          async (name) =>
            [name, await request(address, containersOn(name), z.array(Listed.pick({ Names: true })))] as const,
        ),
      ),
      processes === undefined
        ? undefined
        : Promise.all([asked, looked]).then(([version, found]) =>
            // Of one that does not run, rootless Podman 4.3 answers nothing at all.
            found.some(([name, one]) => name === processes && one?.State.Status === "running")
              ? usersOf({ ...address, kind: podmanOf(version) ? "podman" : "docker" }, processes)
              : undefined,
          ),
    ]);
  const podman = podmanOf(version);
  if (podman) refuseCarried(address);
  const kind = podman ? "podman" : "docker";
  const gpus = readGpuOffer(host, version, info);
  // Podman lists no mounts: whoever runs, and is none of a client's by its role, is looked at.
  const mountsOf = async ({ Id, Labels, State, Mounts }: Listed): Promise<readonly FoundMount[]> => {
    if (!podman || Mounts?.length || State !== "running" || Labels?.[LABELS.role] !== undefined) return Mounts ?? [];
    try {
      return (await inspect(address, version, Id, Inspected.pick({ Mounts: true })))?.Mounts ?? [];
    } catch (error) {
      // One that the engine cannot tell of, for it is being removed, stops no `up`: this is read for a warning.
      if (error instanceof EngineError && error.status !== undefined) return [];
      throw error;
    }
  };
  const [belongings, mounts] = await Promise.all([
    readBelongings(networks, volumes ?? [], ours, inspectOne, podman === undefined),
    Promise.all(ours.map(mountsOf)),
  ]);
  const limitless = podmans ? limitlessPodman(podmans) : limitlessDocker(info);
  return {
    engine: {
      kind,
      version: podman?.Version ?? version.Version,
      host,
      ...(!podman && info.ID && { id: info.ID }),
      ...(certificates !== undefined && { certificates }),
      cli: podman ? "podman --remote" : "docker",
      platform: platform(version.Arch),
      rootless: podmans?.host.security?.rootless ?? says(info, "name=rootless"),
      selinux: says(info, "name=selinux"),
      runtimes: Object.keys(info.Runtimes ?? {}).sort(),
      gpu: dialects[kind].gpu(podman?.Version ?? version.Version, gpus),
      gpus,
      ...(limitless.length > 0 && { limitless }),
      ...(podmans?.host.networkBackend && { networks: podmans.host.networkBackend }),
    },
    machine: info.Name ?? "",
    cpus: info.NCPU ?? 0,
    memory: info.MemTotal ?? 0,
    ...(info.DockerRootDir && { root: info.DockerRootDir }),
    ...(info.KernelVersion && { kernel: info.KernelVersion }),
    ...(info.SystemTime && { clock: info.SystemTime }),
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
      ...(volumes ?? []).map(({ Name }) => Name),
    ],
    containers: Object.fromEntries(
      // One that does not run has no processes, and each engine says that in its own way.
      [...own, ...beside].map(([name, one]) => [
        name,
        one?.State.Status === "running" && users && name === look.processes ? { ...one, Users: users } : one,
      ]),
    ),
    listed: ours.map(({ Names, Labels, State }, index) => ({
      name: nameOf({ Names }),
      client: Labels?.[LABELS.client],
      role: Labels?.[LABELS.role],
      running: State === "running",
      atRest: AT_REST.includes(State),
      holds: (mounts[index] ?? []).map(({ Type, Name, Source, RW }) => ({
        ...(Type === "volume" ? Name && { volume: Name } : Source && { path: Source }),
        writes: RW ?? false,
      })),
    })),
    members: Object.fromEntries(members.map(([name, there]) => [name, there.map(nameOf).sort()])),
  };
}

/** Podman's own client wants the socket's path in an `ssh://` and keys of its own for it, and takes no certificates by the variables of Docker's. @throws EngineError */
function refuseCarried({ host, certificates }: Address): void {
  if (!host.startsWith("ssh://") && certificates === undefined) return;
  throw new EngineError(
    `Podman answers at ${host}, and its client is reached neither by ssh:// nor with TLS from here. Have ssh bring its socket here, and name that: \`ssh -N -L /run/user/1000/far.sock:/run/user/1000/podman/podman.sock ${host.startsWith("ssh://") ? host.slice("ssh://".length) : "HOST"}\`, and engine: unix:///run/user/1000/far.sock`,
  );
}

/** Whether Docker's API says this of its security. */
function says({ SecurityOptions }: Info, option: string): boolean {
  return SecurityOptions?.some((said) => said.startsWith(option)) ?? false;
}

function limitlessDocker({ MemoryLimit, PidsLimit, CpuCfsQuota }: Info): NonNullable<Engine["limitless"]> {
  const held = { memory: MemoryLimit, pids: PidsLimit, cpus: CpuCfsQuota };
  return LIMITS.filter((limit) => held[limit] === false);
}

/**
 * Podman answers the question that Docker's API has with what root could limit, and takes a limit that it cannot hold without a word (4.3.1, rootless, cgroup v1: "Resource
 * limits are not supported and ignored on cgroups V1 rootless systems"). Its own API tells what was given to it: of none it says null (Go), or
 * nothing, and never that it has all.
 */
function limitlessPodman({ host: { cgroupControllers } }: PodmanInfo): NonNullable<Engine["limitless"]> {
  const needs = { memory: "memory", pids: "pids", cpus: "cpu" };
  return LIMITS.filter((limit) => !cgroupControllers?.includes(needs[limit]));
}

const LIMITS = ["memory", "pids", "cpus"] as const;

const containersOn = (network: string) =>
  `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ network: [network] }))}`;

function podmanOf({ Components }: Version): { Version: string } | undefined {
  return Components?.find(({ Name }) => Name === "Podman Engine");
}

/** What the engine says of a container, or nothing when there is none of this name. @throws EngineError */
async function inspect<Schema extends z.ZodType>(
  address: Address,
  version: Version,
  name: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  // Podman's Docker-compatible answer leaves out the capabilities that a container has.
  const containers = podmanOf(version) ? "/v4.0.0/libpod/containers" : "/containers";
  try {
    return await request(address, `${containers}/${name}/json`, schema);
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
export async function surveyImages(address: Address): Promise<{
  images: EngineImage[];
  containers: { name: string; image: string; client?: string }[];
}> {
  const [images, containers] = await Promise.all([
    request(address, OUR_IMAGES, z.array(Image)),
    request(
      address,
      ALL_CONTAINERS,
      z.array(Listed.pick({ Names: true, Labels: true }).extend({ ImageID: z.string() })),
    ),
  ]);
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
 * @returns why it stays; nothing where it is gone
 * @throws EngineError when the engine gave no answer, or another than these
 */
export async function removeImage(address: Address, tag: string): Promise<string | undefined> {
  try {
    await request(address, `/images/${encodeURI(tag)}`, z.unknown(), { method: "DELETE" });
    return undefined;
  } catch (error) {
    // Gone meanwhile is gone; a container that was made of it a moment ago keeps it, for nothing is forced.
    if (error instanceof EngineError && error.status === 404) return undefined;
    if (error instanceof EngineError && error.status === 409) return error.message;
    throw error;
  }
}
