import { z } from "zod";
import { keys, list, oneOf, text } from "../../../stack-file/combinators.ts";
import { isNot } from "../../../stack-file/quoted.ts";

/**
 * `dev`: the agent's own user in the agent's container. `root` and `admin`: root in a container of the same image in the agent's
 * network namespace, with the engine's default capabilities (NET_RAW among them), and with NET_ADMIN besides.
 */
export const ATTACKERS = ["dev", "root", "admin"] as const;
export type Attacker = (typeof ATTACKERS)[number];

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

/** One way to try: a program in techniques/CLASS/ID.py, which tools/runner.py runs in the container. */
export interface Technique {
  id: string;
  /** CLASS/ID: what the runner is told. */
  at: string;
  /** What is tried, after "somebody tries CLASS". */
  how: string;
  expected: Expected;
  /** Why this one is not seen on a plain network, where all the others have to be. */
  unseen?: string;
  /** The program without its header. */
  code: string;
}

/** What techniques/CLASS/class.yaml says of all techniques beside it. */
export const ClassSchema = keys({
  name: text("what somebody tries", "another identity"),
  /** What the class is about, for docs/attacks.md. */
  what: text("what it is about", "the metadata address, by every name and number it has"),
  /** The walls of docs/threat-model.md that are tried. */
  wall: text("the walls that are tried", "topology, addresses"),
  /**
   * Where success would be seen: `network`, where it would arrive, so what the attacker saw is no matter; `gateway`, by what
   * the gateway's own addresses answered; `container`, by what the kernel let the program do; `harm`, by what is left standing.
   */
  judged: oneOf(["network", "gateway", "container", "harm"]),
  /** Who tries it; without it everybody. */
  as: list(oneOf(ATTACKERS), "[dev]").optional(),
  /** One after the other, as they are too much of something; `last`, as they change what the others stand on. */
  alone: z
    .union([z.literal(true), z.literal("last")], {
      error: ({ input }) => `${isNot(input, "true or last")}; write alone: true`,
    })
    .optional(),
  /** On a plain network: the fake internet sees it, or only the wire does. */
  plain: oneOf(["internet", "wire"]).optional(),
});

/** Techniques of one kind. */
export interface TechniqueClass extends z.output<typeof ClassSchema> {
  techniques: readonly Technique[];
}
