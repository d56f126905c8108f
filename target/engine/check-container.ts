import type { AuditLine } from "../../gateway/audit-line.ts";
import { liveIn } from "../../gateway/contract.ts";
import type { ExpectedContainer } from "../../plan/expected.ts";
import { describeProof } from "../../plan/proof/describe.ts";
import { sizeOf } from "../../plan/proof/engine-mounts.ts";
import type { Verdict } from "../../plan/proof/judge.ts";
import type { Class } from "../../plan/review/compare.ts";
import { foundSeccomp } from "../../plan/seccomp.ts";
import type { Inspected } from "./answers.ts";
import { foundDevices, plannedGpus } from "./devices.ts";
import { type Difference, differences, narrows, neutral, unordered, widens } from "./difference.ts";

/** One thing that was looked at. It holds when nothing is wrong and it could be seen. */
export interface Check {
  what: string;
  /** How it differs from the plan. */
  wrong: Difference[];
  /** Why it could not be looked at: then it is neither as planned nor not. */
  unseen?: string;
  /** What was repaired and holds again. */
  mended?: string[];
}

/** Compares a container with its posture: nothing may be weaker, and nothing be there that was not planned. */
export function checkContainer(role: string, planned: ExpectedContainer, found: Inspected): Check[] {
  const host = found.HostConfig;
  const gpus = plannedGpus(planned.gpu);
  const check = (what: string, ...wrong: (Difference | false)[]): Check => ({
    what: `${role}: ${what}`,
    wrong: wrong.filter((one) => one !== false),
  });
  return [
    check("runs", found.State.Status !== "running" && withoutIt(role)(`it is ${found.State.Status}`)),
    check(
      "image",
      // An image that the person gave has another tag on the engine than in the stack file.
      planned.image.startsWith("agent-sandbox/") &&
        bare(found.Config.Image) !== planned.image &&
        unordered(`made of ${found.Config.Image}, not of ${planned.image}`),
    ),
    check(
      "rights",
      host.Privileged && widens("it is privileged"),
      ...differences("capability", planned.capabilities, capabilities(found)),
      !host.ReadonlyRootfs && widens("its root can be written"),
      !(host.SecurityOpt ?? []).some((option) => /^no-new-privileges(:true)?$/.test(option)) &&
        widens("no-new-privileges is missing"),
      ...(host.SecurityOpt ?? []).filter((option) => /unconfined|disable/.test(option)).map(widens),
      // What a filter lets through is not compared.
      ...differences("seccomp profile", [planned.seccomp], [foundSeccomp(host.SecurityOpt)], {
        more: "unordered",
        less: "unordered",
      }),
      host.MaskedPaths?.length === 0 && widens("no path of /proc and /sys is masked"),
      (host.GroupAdd ?? []).length > 0 && widens(`it has more groups: ${host.GroupAdd?.join(", ")}`),
      // What a name holds back is not compared.
      planned.runtime !== undefined &&
        host.Runtime !== planned.runtime &&
        unordered(
          `the engine starts it by ${host.Runtime || "a runtime of its own choice"}, not by ${planned.runtime}`,
        ),
      found.Config.User !== planned.user &&
        ofUser(found.Config.User)(`it runs as ${found.Config.User || "root"}, not as ${planned.user}`),
    ),
    check(
      "namespaces",
      ...(["PidMode", "IpcMode", "UTSMode", "NetworkMode"] as const).map(
        // A container that is planned in the host's network is in no other container's.
        (mode) =>
          (mode === "NetworkMode" && planned.networks.includes("host")
            ? host[mode] !== "host"
            : /^(host|container:)/.test(host[mode] ?? "")) && widens(`${mode} is ${host[mode]}`),
      ),
    ),
    check("devices", ...differences("device", gpus, foundDevices(host, gpus))),
    check("mounts", ...mountDifferences(planned, found)),
    check("networks", ...differences("network", planned.networks, networksOf(found)), ...otherNames(found)),
    check("ports", ...differences("published port", planned.published, published(found))),
    check(
      "shares of the machine",
      Boolean(host.CpuShares) && neutral(`its share of the CPUs is ${host.CpuShares}`),
      Boolean(host.CpusetCpus) && neutral(`it is bound to the CPUs ${host.CpusetCpus}`),
      Boolean(host.CpusetMems) && neutral(`it is bound to the memory of node ${host.CpusetMems}`),
      Boolean(host.BlkioWeight) && neutral(`its weight on disks is ${host.BlkioWeight}`),
      Boolean(host.MemoryReservation) && neutral(`memory of ${host.MemoryReservation} bytes is reserved for it`),
      Boolean(host.KernelMemory) && neutral(`its memory of the kernel is ${host.KernelMemory} bytes`),
      ...cpusByHand(planned.limits, host),
    ),
    // On a kernel of its own it has no processes that the engine's machine knows: Docker 20.10 lists the machine's own for gVisor's. The proof looks at those that can be seen.
    ...(role === "agent" && found.State.Status === "running" && planned.runtime === undefined
      ? [processes(role, planned.user, found.Users)]
      : []),
    // One that has told nothing yet is asked by whoever wants to know (verify).
    ...(role === "lock" && ["healthy", "unhealthy"].includes(found.State.Health?.Status ?? "")
      ? [check("rules", found.State.Health?.Status === "unhealthy" && widens("its rules are not in force"))]
      : []),
    ...memoryPlaces(role, planned.limits, host),
    check("limits", ...limits(planned.limits, host), ...restarts(role, host)),
  ];
}

/** What it means that a container does not run, or is not there. Without its lock the host is open to the agent; without the others nothing runs, or nothing leaves. */
export function withoutIt(role: string): (says: string) => Difference {
  return role === "lock" ? widens : narrows;
}

/** Root of a container is nearer to the host than any other user of it. */
function ofUser(user: string): (says: string) => Difference {
  return /^(0|root)?(:|$)/.test(user) ? widens : unordered;
}

/**
 * The hash of the policy that the gateway's last health check found in force; nothing where none has told. Of a gateway that was started anew Docker keeps the words of
 * before, and says of it that it is starting (20.10).
 */
export function policyInForce(found: Inspected | undefined): string | undefined {
  const health = found?.State.Health;
  return health?.Status === "healthy" ? liveIn(health.Log?.at(-1)?.Output ?? "") : undefined;
}

/** Whoever runs in the agent's container is its user: gateway and lock have users of their own making. */
function processes(role: string, user: string, users: Inspected["Users"]): Check {
  const what = `${role}: processes`;
  if (!users) return { what, wrong: [], unseen: "nobody asked whose they are" };
  if ("unseen" in users) return { what, wrong: [], unseen: users.unseen };
  const others = users.seen.filter((other) => other !== user.split(":")[0]);
  return { what, wrong: others.map((other) => ofUser(other)(`a process runs as user ${other}`)) };
}

/** What files in /tmp and /dev/shm may take of the memory, where that was planned. No engine sets it of a container that runs. */
function memoryPlaces(
  role: string,
  { tmp, shm }: ExpectedContainer["limits"],
  { Tmpfs, ShmSize }: Inspected["HostConfig"],
): Check[] {
  const places: [at: string, planned: string | undefined, bytes: number | undefined][] = [
    ["/tmp", tmp, sizeOf((Tmpfs?.["/tmp"] ?? "").split(","))],
    ["/dev/shm", shm, ShmSize],
  ];
  return places.flatMap(([at, planned, bytes]) => {
    if (planned === undefined) return [];
    const what = `${role}: memory of ${at}`;
    if (bytes === undefined) return [{ what, wrong: [], unseen: "the engine does not tell how much it is" }];
    const found = `${bytes / 2 ** 20}MiB`;
    return [
      {
        what,
        wrong: found === planned ? [] : [neutral(`files in ${at} may take ${found} of the memory, not ${planned}`)],
      },
    ];
  });
}

/**
 * Every limit that an engine sets of a container that runs, as it was planned, and none more or less. What the engine does not let us set is not compared. That
 * there is a limit keeps one client from the others; how high it is, is a matter of the machine's size.
 */
function limits(
  wanted: ExpectedContainer["limits"],
  { Memory, PidsLimit, NanoCpus }: Inspected["HostConfig"],
): Difference[] {
  const found: [name: string, value: string, none: boolean][] = [
    ["memory", `${Memory / 2 ** 20}MiB`, Memory === 0],
    ["pids", PidsLimit && PidsLimit > 0 ? String(PidsLimit) : "none", !PidsLimit || PidsLimit < 0],
    ["cpus", NanoCpus ? String(NanoCpus / 1e9) : "none", !NanoCpus],
  ];
  return found
    .filter(([name, value]) => value !== (wanted[name] ?? "none") && !/^as the engine/.test(wanted[name] ?? ""))
    .map(([name, value, none]) => ({
      class: none ? "widens" : wanted[name] === undefined ? "narrows" : "neutral",
      says: `the limit of ${name} is ${value}, not ${wanted[name] ?? "none"}`,
    }));
}

/**
 * What somebody changed of the CPUs by hand: a limit where none was planned, or an option that excludes the planned one (a quota). Docker cannot take either back
 * while the container runs (`docker update --cpus 0` changes nothing, `--cpus 2` after a quota is a conflict; 20.10).
 */
function cpusByHand(
  planned: ExpectedContainer["limits"],
  { NanoCpus, CpuQuota, CpuPeriod }: Inspected["HostConfig"],
): Difference[] {
  if (NanoCpus) return planned.cpus ? [] : [narrows(`it has ${NanoCpus / 1e9} CPUs, and no limit is planned`)];
  if (!CpuQuota && !CpuPeriod) return [];
  return [neutral(`its quota of the CPUs is ${CpuQuota || "none"} of ${CpuPeriod || 100_000} µs`)];
}

/** Checks restart policy and swap. An agent that was stopped has to stay so, for the proof stops one whose walls have a hole. */
function restarts(role: string, { RestartPolicy, Memory, MemorySwap }: Inspected["HostConfig"]): Difference[] {
  const wanted = role === "agent" || role.startsWith("helper ") ? "unless-stopped" : "always";
  return [
    ...(RestartPolicy && RestartPolicy.Name !== wanted
      ? [neutral(`the restart policy is ${RestartPolicy.Name || "no"}, not ${wanted}`)]
      : []),
    ...(MemorySwap !== undefined && MemorySwap !== Memory ? [neutral("swap is given on top of the memory")] : []),
  ];
}

/** What the checks of one container found about its limits. */
export function limitsOf(checks: readonly Check[]): string[] {
  return checks.filter(({ what }) => what.endsWith(": limits")).flatMap(({ wrong }) => wrong.map(({ says }) => says));
}

/** Checks who is on a network of the client: another container there is a neighbour of the agent or the gateway, and may be a way out. */
export function checkNeighbours(network: string, planned: readonly string[], found: readonly string[]): Check {
  return {
    what: `network: ${planned.length > 0 ? `${planned.join(" and ")} ${planned.length > 1 ? "are" : "is"} alone` : "nobody is"} on ${network}`,
    wrong: differences("container", planned, found),
  };
}

/** Of a client that is younger than that, since its first line. */
export const DRIFT = "drift in the last hour";

/** Reports drift that the gateway found and repaired by itself. Whether all holds now is another check. */
export function checkDrift(lines: readonly AuditLine[]): Check {
  const drift = lines.filter(({ kind }) => kind === "drift");
  return {
    what: DRIFT,
    wrong: [],
    mended: drift.map(({ time, name, reason }) => `${time.slice(0, 19)}Z ${name}: ${reason}`),
  };
}

/** What canary and witness found of the walls. `down` is a fault of a server outside, and no hole. */
export function checkWalls(verdicts: readonly Verdict[]): Check {
  const of = (...wanted: Verdict["verdict"][]) => verdicts.filter(({ verdict }) => wanted.includes(verdict));
  const [unseen, down] = [of("unseen"), of("down")].map((these) =>
    these.map(({ what, why }) => (why === undefined ? what : `${what}: ${why}`)).join("; "),
  );
  return {
    what: `walls: ${describeProof(verdicts)}${down ? ` (${down})` : ""}`,
    // A gateway that is mute lets nothing through.
    wrong: of("LEAK", "mute").map(({ verdict, what }) => (verdict === "LEAK" ? widens : narrows)(`${verdict} ${what}`)),
    ...(unseen && { unseen }),
  };
}

/** The names of a container's networks. Podman lists none for a container in the host's network. */
function networksOf({ HostConfig, NetworkSettings }: Inspected): string[] {
  const named = Object.keys(NetworkSettings.Networks ?? {});
  return named.length === 0 && HostConfig.NetworkMode === "host" ? ["host"] : named;
}

/** Names besides its own that a container has on its networks: the engine's resolver answers them with this container. */
function otherNames({ Id = "", Name = "", Config, NetworkSettings }: Inspected): Difference[] {
  const own = [Name.replace(/^\//, ""), Config.Hostname];
  return Object.entries(NetworkSettings.Networks ?? {}).flatMap(([network, endpoint]) =>
    [...(endpoint?.Aliases ?? []), ...(endpoint?.Links ?? [])]
      .filter((alias) => !own.includes(alias) && !(alias.length >= 12 && Id.startsWith(alias)))
      .map((alias) => unordered(`it is also called ${alias} on ${network}`)),
  );
}

/** Addresses of a container that are not the planned ones. The gateway answers the planned ones only, and forwards to them only. */
export function otherAddresses(
  planned: readonly { name: string; address?: string }[],
  { NetworkSettings }: Inspected,
): string[] {
  return planned.flatMap(({ name, address }) => {
    const has = NetworkSettings.Networks?.[name]?.IPAddress;
    return address && has && has !== address ? [`its address on ${name} is ${has}, not ${address}`] : [];
  });
}

function capabilities({ EffectiveCaps, HostConfig }: Inspected): string[] {
  // Podman lists all capabilities, or null when there are none; Docker lists what was dropped and what was added.
  if (EffectiveCaps !== undefined) return EffectiveCaps ?? [];
  const added = (HostConfig.CapAdd ?? []).map((name) => (name.startsWith("CAP_") ? name : `CAP_${name}`));
  return (HostConfig.CapDrop ?? []).includes("ALL") ? added : [...added, "the engine's default ones"];
}

/** A mount that is gone uncovers what is below it: where that is another mount, as of a mask over the workspace, the agent has more. */
function mountDifferences({ mounts: planned }: ExpectedContainer, { Mounts }: Inspected): Difference[] {
  const found = Mounts.filter(({ Type }) => Type !== "tmpfs").map(({ Type, Name, Source, Destination, RW }) => ({
    at: Destination,
    what: `${Type === "volume" ? Name : Source} (${RW ? "rw" : "ro"})`,
  }));
  const covers = (at: string) => Object.keys(planned).some((other) => at.startsWith(`${other}/`));
  return [
    ...found
      .filter(({ at, what }) => planned[at] !== what)
      .map(({ at, what }) => ({
        class: classOfMount(planned[at], what),
        says: `mount ${what} at ${at} is not planned${planned[at] ? `, but ${planned[at]}` : ""}`,
      })),
    ...Object.entries(planned)
      .filter(([at]) => !found.some((mount) => mount.at === at))
      .map(([at, what]) => (covers(at) ? widens : narrows)(`mount ${what} at ${at} is missing`)),
  ];
}

function classOfMount(planned: string | undefined, found: string): Class {
  if (planned === undefined) return "widens";
  if (planned.slice(0, -4) !== found.slice(0, -4)) return "unordered";
  return found.endsWith("(rw)") ? "widens" : "narrows";
}

function published({ HostConfig }: Inspected): string[] {
  return Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) =>
    (bindings ?? []).map(({ HostIp, HostPort }) => `${HostIp || "0.0.0.0"}:${HostPort}`),
  );
}

/** Podman calls images of this machine `localhost/…`. */
function bare(image: string): string {
  return image.replace(/^localhost\//, "");
}
