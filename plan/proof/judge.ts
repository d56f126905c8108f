import {
  CANARY_STATUS,
  LOOKS,
  type LookWord,
  RIGHTS,
  type Right,
  SAYS,
  SENT,
  VERDICTS,
  type VerdictWord,
} from "../../gateway/contract.ts";
import { DATAGRAM } from "../../gateway/probes.ts";
import { foreignMounts, type SeenMount, sizeOf, type ToldMounts } from "./engine-mounts.ts";
import { escapePath, number, type Proof, references } from "./proof.ts";

/**
 * What one look or probe came to: it holds, it is open, it is down or mute (a fault, and no hole), or it could not be seen and proves nothing. `told` is the engine's word for what
 * nobody can look at (told.ts): no proof, and no hole.
 */
export interface Verdict {
  verdict: VerdictWord | "told";
  what: string;
  /** Of a way out that gave no answer: the reason that the gateway's audit has for it. */
  why?: string;
  /** Of one that the gateway dialled and that did not answer: where. With a company's proxy it is the proxy. */
  dialled?: string;
}

/**
 * Judges what `witness` printed of the agent's container: every planned mount is there once, of the planned file or directory, as writable as
 * planned, memory as large as planned; nothing else is mounted but what engines mount; every process has the planned user and no rights; no network is there that was not planned.
 * @param told what the engine says of the mounts that it makes by itself
 * @param why of a look that failed: then nothing is proven
 */
export function judgeLook(proof: Proof, printed: string, told: ToldMounts, why?: string): Verdict[] {
  const seen = why === undefined ? readLook(printed) : { unread: why };
  if ("unread" in seen) return [{ verdict: "unseen", what: `the container's mounts and processes: ${seen.unread}` }];
  return [...judgeMounts(proof, seen, told), judgeProcesses(proof, seen), judgeLinks(proof, seen)];
}

/**
 * Whether a look saw processes that are not as planned, and so is to be made again. Until an engine's way into a container has become the program that somebody runs there, it is
 * a process of root's with all rights (Docker 20.10: in 4 of 25 looks while somebody ran something all the while), and the proof would stop the agent of whoever goes in meanwhile.
 * A later look without them proves as much as a first one: what has no rights there gets none back.
 */
export function sawRights(proof: Proof, printed: string): boolean {
  const seen = readLook(printed);
  return !("unread" in seen) && judgeProcesses(proof, seen).verdict === "LEAK";
}

interface Seen {
  mounts: SeenMount[];
  /** `device inode type` of a mount point by its place, and of a reference by its number and path. */
  at: Map<string, string>;
  references: Map<string, string>;
  links: string[];
  processes: { pid: string; rights: Record<Right, string> }[];
}

/** Device, inode and kind of what is at a path. */
const FOUND = "(\\d+ \\d+ (?:file|directory|other|none))";

/** A whole line of the look by its first word: what lacks a part could pass for what is as planned. */
const LINES: Record<LookWord, RegExp> = {
  // man 5 proc: id, parent, device, root, place, options, optional fields, "-", type, source, options of the file system.
  mount:
    /^mount \d+ \d+ (\d+:\d+) (\S+) (\S+) ((?:ro|rw)(?:,\S+)?)(?: [a-z_]+(?::\d+)?)* - (\S+) \S* ((?:ro|rw)(?:,.*)?)$/,
  at: RegExp(`^at (\\S+) ${FOUND}$`),
  reference: RegExp(`^reference (\\d+ \\S*) ${FOUND}$`),
  link: /^link (\S+)$/,
  process: RegExp(`^process (\\d+) ${RIGHTS.map((right) => `${right}=(\\S+)`).join(" ")}$`),
};

/** What the look saw, or why nothing of it counts: it broke off, or a line cannot be read whole. */
function readLook(printed: string): Seen | { unread: string } {
  const lines = printed.split("\n").filter(Boolean);
  if (lines.pop() !== SAYS.seen) return { unread: "the look broke off" };
  const seen: Seen = { mounts: [], at: new Map(), references: new Map(), links: [], processes: [] };
  for (const line of lines) {
    const word = LOOKS.find((word) => line.startsWith(`${word} `));
    const [, first, ...rest] = (word && LINES[word].exec(line)) ?? [];
    if (first === undefined)
      return { unread: `the look says ${JSON.stringify(line.slice(0, 200))}, which is no whole line of it` };
    if (word === "mount") seen.mounts.push(mountOf(first, rest));
    else if (word === "at") seen.at.set(first, rest[0] ?? "");
    else if (word === "reference") seen.references.set(first, rest[0] ?? "");
    else if (word === "link") seen.links.push(first);
    else {
      const rights = Object.fromEntries(RIGHTS.map((right, index) => [right, rest[index]]));
      seen.processes.push({ pid: first, rights: rights as Record<Right, string> });
    }
  }
  return seen;
}

function mountOf(
  device: string,
  [root = "", at = "", options = "", type = "", own = ""]: readonly string[],
): SeenMount {
  return { device, root, at, options: options.split(","), type, superOptions: own.split(",") };
}

function judgeMounts(proof: Proof, seen: Seen, told: ToldMounts): Verdict[] {
  const all = references(proof);
  const planned = proof.mounts.map(({ at, readOnly, size, shows }): Verdict => {
    const what = `mount ${at}`;
    const [mount, ...more] = seen.mounts.filter((mount) => mount.at === escapePath(at));
    const bad = (reason: string): Verdict => ({ verdict: "LEAK", what: `${what}: ${reason}` });
    if (!mount) return bad("nothing is mounted there any more");
    if (more.length > 0) return bad("more than one thing is mounted there");
    if (readOnly && !mount.options.includes("ro")) return bad("it can be written");
    if (!shows && mount.type !== "tmpfs") return bad(`it is ${mount.type}, not memory`);
    if (!shows && sizeOf(mount.superOptions) !== size)
      return bad(`it may take ${inMiB(sizeOf(mount.superOptions))} of the memory, not ${inMiB(size)}`);
    if (!shows) return { verdict: "ok", what };
    const wanted = seen.references.get(`${number(shows.reference, all)} ${escapePath(shows.path)}`);
    // What has no device and inode is not there: nothing is ever equal to it.
    if (!wanted || wanted.endsWith("none")) return bad("what it shows is not there any more, or a link leads there");
    if (wanted !== seen.at.get(escapePath(at))) return bad("it shows another file or directory than the planned one");
    return { verdict: "ok", what };
  });
  const places = new Set(proof.mounts.map(({ at }) => escapePath(at)));
  const others = foreignMounts(
    seen.mounts.filter((mount) => !places.has(mount.at)),
    { ...told, scratch: proof.scratch, gpu: proof.gpu },
  );
  const shm = seen.mounts
    .filter(({ at }) => at === "/dev/shm")
    .find((mount) => sizeOf(mount.superOptions) !== told.shm);
  return [
    ...planned,
    ...(shm
      ? [
          {
            verdict: "LEAK" as const,
            what: `mount /dev/shm: it may take ${inMiB(sizeOf(shm.superOptions))} of the memory, not ${inMiB(told.shm)}`,
          },
        ]
      : []),
    others.length === 0
      ? { verdict: "ok", what: "mounts: no others" }
      : { verdict: "LEAK", what: `mounts that nobody planned: ${others.join(", ")}` },
  ];
}

function inMiB(bytes: number | undefined): string {
  return bytes === undefined ? "any part" : `${bytes / 2 ** 20}MiB`;
}

const NO_RIGHTS = /^0+$/;

function judgeProcesses({ user }: Proof, { processes }: Seen): Verdict {
  const [uid, gid] = user.split(":");
  const first = processes.find(({ pid }) => pid === "1");
  if (!first) return { verdict: "unseen", what: "the container's first process" };
  const wrong = processes.flatMap(({ pid, rights }) => {
    const found = [
      rights.Uid !== [uid, uid, uid, uid].join(",") && `runs as user ${rights.Uid}`,
      rights.Gid !== [gid, gid, gid, gid].join(",") && `runs as group ${rights.Gid}`,
      ...(["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] as const).map(
        (set) => !NO_RIGHTS.test(rights[set]) && `has capabilities (${set} ${rights[set]})`,
      ),
      rights.NoNewPrivs !== "1" && "may gain rights by a setuid program",
      rights.Seccomp !== "2" && "may make every system call",
      rights.mounts !== first.rights.mounts && "has mounts of its own",
    ].filter((text) => text !== false);
    return found.length > 0 ? [`process ${pid} ${found.join(", ")}`] : [];
  });
  return wrong.length === 0
    ? { verdict: "ok", what: "processes: the planned user, and no rights" }
    : { verdict: "LEAK", what: `processes: ${wrong.slice(0, 5).join("; ")}${wrong.length > 5 ? " …" : ""}` };
}

function judgeLinks({ networks }: Proof, { links }: Seen): Verdict {
  const others = links.filter((link) => link !== "lo" && !IDLE_TUNNELS.test(link));
  return others.length === networks
    ? { verdict: "ok", what: `networks: ${networks}` }
    : { verdict: "LEAK", what: `networks: ${networks} planned, but there are the interfaces ${others.join(", ")}` };
}

/** Interfaces that a kernel with these modules puts into every namespace, down and without an address. */
const IDLE_TUNNELS = /^(tunl|gre|gretap|erspan|ip_vti|ip6_vti|sit|ip6tnl|ip6gre)0$/;

/** A line of the canary's: a verdict and a probe. */
const SAID = new RegExp(`^(${Object.keys(VERDICTS).join("|")}) (.*)$`);
const OF_DATAGRAMS = new RegExp(`^(?:${SENT}|unseen ${DATAGRAM}) `);
const HEARD = new RegExp(`^${SAYS.heard}(\\S+)$`, "gm");

/**
 * Judges what the canary printed: a verdict for every planned probe exactly once, and nothing else.
 * @param status how the canary ended; nothing where it did not come to its end
 */
export function judgeProbes(proof: Proof, printed: string, status: number | undefined): Verdict[] {
  // Of a datagram the canary knows only whether it was sent.
  const lines = printed.split("\n").filter((line) => line && !OF_DATAGRAMS.test(line));
  const said = lines.map((line) => SAID.exec(line));
  const verdicts = proof.probes.map((probe): Verdict => {
    const found = said.filter((line) => line?.[2] === probe);
    const verdict = found[0]?.[1] as Verdict["verdict"] | undefined;
    // A probe is planned once, and told once.
    return found.length === 1 && verdict ? { verdict, what: probe } : { verdict: "unseen", what: probe };
  });
  const strange = lines.filter((_, index) => {
    const probe = said[index]?.[2];
    return probe === undefined || !proof.probes.includes(probe);
  });
  const ended =
    status === CANARY_STATUS.proven || verdicts.some(({ verdict }) => ["LEAK", "mute", "unseen"].includes(verdict))
      ? []
      : [
          {
            verdict: "unseen" as const,
            what:
              status === undefined ? "the canary did not come to its end" : `the canary ended with status ${status}`,
          },
        ];
  const none =
    proof.probes.length === 0 ? [{ verdict: "unseen" as const, what: "no probe is planned: nothing is proven" }] : [];
  return [
    ...verdicts,
    ...strange.map((line) => ({ verdict: "unseen" as const, what: `the canary said something else: ${line}` })),
    ...ended,
    ...none,
  ];
}

/**
 * Judges what the canary sent to everybody by what a listener on the engine's host heard. Nobody knows of what was not sent, or while nobody listened.
 * @param printed what the canary printed
 * @param listener what `hear` printed, and how it ended
 */
export function judgeDatagrams(
  { datagrams }: Pick<Proof, "datagrams">,
  printed: string,
  listener: { code?: number; stdout: string },
): Verdict[] {
  const heard = new Set([...listener.stdout.matchAll(HEARD)].map(([, address]) => address));
  const listened = listener.code === 0 && listener.stdout.split("\n").includes(SAYS.listening);
  return datagrams.map((probe) => {
    if (heard.has(probe.split(" ")[2])) return { verdict: "LEAK", what: `${probe}: the engine's host takes it` };
    const sent = printed.split("\n").some((line) => line.startsWith(`${SENT} ${probe} `));
    return { verdict: listened && sent ? "ok" : "unseen", what: probe };
  });
}

/** True when every wall that can be tried was tried and holds. What is down is no wall, what is told no proof, and where nothing was tried nothing is proven. */
export function isProven(verdicts: readonly Verdict[]): boolean {
  const tried = verdicts.filter(({ verdict }) => verdict !== "told");
  return tried.length > 0 && tried.every(({ verdict }) => verdict === "ok" || verdict === "down");
}
