import type { Mount, Workload } from "../workload.ts";

/** What is proven of a client's walls: what the canary tries, and what the kernel has to say of the agent's container, seen from outside. Plain data: a stack keeps it. */
export interface Proof {
  /** What the canary tries from the agent's network namespace, a line each. */
  probes: readonly string[];
  /** What it sends from there to everybody, and a listener on the engine's host must not hear. None where the listener would stand elsewhere. */
  datagrams: readonly string[];
  /** Everything that is mounted in the agent's container, besides what every engine mounts. Sorted by place. */
  mounts: readonly ProvenMount[];
  /** Where the engine may have mounted memory of the container's own. */
  scratch: readonly string[];
  /** `uid:gid` of every process there. */
  user: string;
  /** How many networks the container is on. */
  networks: number;
  /** True where the engine mounts a GPU's programs and devices by itself. */
  gpu: boolean;
  /** What the engine starts it by, where that is not its own choice: its kernel may be another, which shows nothing. */
  runtime?: string;
}

export interface ProvenMount {
  at: string;
  readOnly: boolean;
  /** Of memory how many bytes it may take. */
  size?: number;
  /** Which directory or file is to be there, as the look's references know it. A tmpfs has none: it belongs to the container alone. */
  shows?: { reference: Reference; path: string };
}

/** A directory or file of the host, or a volume, that the look mounts once more to see what is there now. */
export interface Reference {
  kind: "bind" | "volume";
  source: string;
}

/** The proof of a planned agent. Pure. */
export function planProof(
  agent: Workload,
  probes: readonly string[],
  datagrams: readonly string[] = [],
  scratch: readonly string[] = [],
): Proof {
  return {
    probes,
    datagrams,
    mounts: [
      ...agent.mounts.map((mount) => ({ at: mount.at, readOnly: mount.readOnly, shows: shown(mount, agent.mounts) })),
      ...agent.scratch.map(({ at, size }) => ({ at, readOnly: false, size })),
    ].sort((a, b) => (a.at < b.at ? -1 : 1)),
    scratch,
    user: agent.user,
    networks: agent.networks.length,
    gpu: agent.gpu !== false,
    ...(agent.runtime && { runtime: agent.runtime }),
  };
}

/** A part of the workspace is looked up in the workspace, name by name: its own path would be followed wherever links lead by then. */
function shown({ kind, source }: Mount, mounts: readonly Mount[]): ProvenMount["shows"] {
  const workspace = mounts.find(({ at }) => at === "/workspace");
  if (kind === "bind" && workspace && source.startsWith(`${workspace.source}/`))
    return {
      reference: { kind, source: workspace.source },
      path: source.slice(workspace.source.length + 1),
    };
  return { reference: { kind, source }, path: "" };
}

/** The references of a proof, each once: a look calls them by their number. */
export function references({ mounts }: Pick<Proof, "mounts">): Reference[] {
  const all = mounts.flatMap(({ shows }) => (shows ? [shows.reference] : []));
  return [...new Map(all.map((reference) => [`${reference.kind} ${reference.source}`, reference])).values()];
}

/** A path as the kernel's table of mounts writes it. Nothing else stands for a space, a tab, a line's end or a backslash. */
export function escapePath(path: string): string {
  return path.replace(/[ \t\n\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** What `witness` is to look up besides, on its standard input. */
export function lookUps(proof: Pick<Proof, "mounts">): string {
  const all = references(proof);
  return proof.mounts
    .flatMap(({ shows }) => (shows ? [`reference ${number(shows.reference, all)} ${escapePath(shows.path)}\n`] : []))
    .join("");
}

/** @throws never: every mount's reference is among the references of its proof */
export function number(of: Reference, all: readonly Reference[]): number {
  return all.findIndex(({ kind, source }) => kind === of.kind && source === of.source);
}
