/** What should come of a technique. */
export type Expected =
  /** Nothing arrives anywhere. */
  | "shut"
  /** It arrives where the policy says: a control, that the lab works; or what a name alone cannot tell apart. */
  | "open"
  /** A hole that is known, open to these attackers alone; docs/threat-model.md says which. */
  | { openFor: readonly Attacker[] }
  /** Nothing arrives, and the gateway's audit says so. */
  | { refused: { kind: string; reason: string } };

/**
 * One row of the table. `code` is Python, run in the container by tools/runner.py. `onPlain` says why this one is not seen on a
 * plain network, where all the others have to be.
 */
export type Technique = [id: string, how: string, code: string, expected?: Expected, onPlain?: string];

/**
 * `dev`: the agent's own user in the agent's container. `root` and `admin`: root in a container of the same image in the agent's
 * network namespace, with the engine's default capabilities (NET_RAW among them), and with NET_ADMIN besides.
 */
export type Attacker = "dev" | "root" | "admin";

/** Techniques of one kind. */
export interface TechniqueClass {
  name: string;
  /**
   * Where success would be seen: `network`, where it would arrive, so what the attacker saw is no matter; `gateway`, by what
   * the gateway's own addresses answered; `container`, by what the kernel let the program do; `harm`, by what is left standing.
   */
  judged: "network" | "gateway" | "container" | "harm";
  /** Who tries it; without it everybody. */
  as?: readonly Attacker[];
  /** One after the other, as they change what the others stand on, or are too much of something. */
  alone?: true;
  /** On a plain network: the fake internet sees it, or only the wire does. */
  plain?: "internet" | "wire";
  rows: Technique[];
}

/** Refused by the gateway, with a line in the audit. */
export const refused = (kind: string, reason: string): Expected => ({ refused: { kind, reason } });
