import type { Verdict } from "./judge.ts";
import type { Proof } from "./proof.ts";

/** What an engine says that a container was started with. */
export interface ToldContainer {
  mounts: readonly { at: string; readOnly: boolean; source: string }[];
  /** Places of its own memory. */
  memory: readonly string[];
  user: string;
  capabilities: readonly string[];
  /** How many networks it is on. */
  networks: number;
  /** What else gives a container rights, a sentence each. */
  rights: readonly string[];
}

/**
 * Judges a container on a kernel of its own (gVisor, Kata) by the engine's word: its kernel shows mounts and processes to nobody outside, so a look would see those of the
 * runtime, or, with gVisor on Docker 20.10, of the engine's machine (measured: the process namespace that a container can join is the machine's). What is told proves nothing;
 * what is told otherwise than planned is a hole all the same.
 * @returns one verdict: `told`, or `LEAK` with all that differs
 */
export function judgeTold(proof: Proof, runtime: string, told: ToldContainer): Verdict {
  const planned = new Set(proof.mounts.map(({ at }) => at));
  const found = new Map<string, { readOnly: boolean; source?: string }>([
    ...told.mounts.map(({ at, ...mount }) => [at, mount] as const),
    ...told.memory.map((at) => [at, { readOnly: false }] as const),
  ]);
  const wrong = [
    ...proof.mounts.flatMap(({ at, readOnly, shows }) => {
      const there = found.get(at);
      const source = shows && [shows.reference.source, shows.path].filter(Boolean).join("/");
      if (!there) return [`nothing is mounted at ${at}`];
      if (there.source !== source) return [`${at} shows ${there.source ?? "memory"}, not ${source ?? "memory"}`];
      return readOnly && !there.readOnly ? [`${at} can be written`] : [];
    }),
    ...[...found.keys()]
      .filter((at) => !planned.has(at) && !proof.scratch.includes(at))
      .map((at) => `nobody planned the mount ${at}`),
    ...(told.user === proof.user ? [] : [`it runs as ${told.user || "root"}, not as ${proof.user}`]),
    ...(told.networks === proof.networks ? [] : [`it is on ${told.networks} networks, not on ${proof.networks}`]),
    ...told.capabilities.map((name) => `it has ${name}`),
    ...told.rights,
  ];
  return wrong.length > 0
    ? { verdict: "LEAK", what: `the engine says of it: ${wrong.join("; ")}` }
    : {
        verdict: "told",
        what: `mounts and rights: ${runtime} shows them to nobody outside, so this is the engine's word`,
      };
}
