import { describeFact, type PostureFact } from "./fact.ts";

/**
 * How facts of one kind compare: a partial order, owned by the capability whose facts they are.
 *
 * What `gives` is a right of the sandbox: more of it is wider. What `takes` is a wall: more of it is narrower. What is `open` is neither: nobody can say what
 * a change of it gives, so each one counts as wider. `neutral` decides nothing about what the sandbox may.
 */
export interface Topic {
  kind: "gives" | "takes" | "open" | "neutral";
  /**
   * Whether a fact gives (or takes) nothing that the facts of `there` do not. It has to be an order: a fact is within any set it is part of, and what is within a
   * set is within each larger one.
   */
  within(fact: PostureFact, there: readonly PostureFact[]): boolean;
  /**
   * Of a right that is a wall as well: whether what a fact holds back is held back by the facts of `there`, too; an order as `within` is. Where it is not, the fact's going
   * may give something: an exception that is stricter than what it is one of.
   */
  holds?(fact: PostureFact, there: readonly PostureFact[]): boolean;
  /** Why two of it may have no order, as the end of a line: `another source`. */
  unordered: string;
  /** What is said where a fact reads as before and its mark is another one: `rotated`. */
  marked: { word: string; as: "neutral" | "unordered" };
  /** What several facts are told under, in one line: the service that opens them, or nothing but their topic (""). Facts without one are told alone. */
  group?(fact: PostureFact): string | undefined;
  /** How they are told there. @default each as a fact is told */
  together?(facts: readonly PostureFact[], group: string): readonly string[];
}

type Rest = Partial<Omit<Topic, "kind" | "within">>;

/** Rights without more or less: each is there or not. */
export function rights(rest: Rest = {}): Topic {
  return graded(same, rest);
}

/** Rights that compare by their text. @param atMost whether what the first says is no more than what the second says, of two about the same */
export function graded(atMost: (says: string, than: string) => boolean, rest: Rest = {}): Topic {
  return gives(ofSame(atMost), rest);
}

/** Rights that several others together may give. */
export function gives(within: Topic["within"], rest: Rest = {}): Topic {
  return { ...USUAL, ...rest, kind: "gives", within };
}

/** All of a topic in one line. */
export const TOGETHER: Pick<Topic, "group"> = { group: () => "" };

/** Under the first word of what each is about: the container, or the agent, that it is of. */
export const BY_OWNER: Required<Pick<Topic, "group" | "together">> = {
  group: ({ about }) => about.split(" ")[0],
  together: (facts, owner) =>
    facts.map(({ about, says }) => describeFact({ about: about.slice(owner.length + 1), says })),
};

/** Walls that several others together may be. */
export function takes(within: Topic["within"], rest: Rest = {}): Topic {
  return { ...USUAL, ...rest, kind: "takes", within };
}

/** Walls that compare by their text. @param atMost whether the first holds back no more than the second, of two about the same */
export function walls(atMost: (says: string, than: string) => boolean = same, rest: Rest = {}): Topic {
  return takes(ofSame(atMost), rest);
}

/** What cannot be compared. @param unordered why */
export function open(unordered: string, rest: Rest = {}): Topic {
  return { ...USUAL, ...rest, unordered, kind: "open", within: ofSame(same) };
}

/** What decides nothing about what the sandbox may. */
export function neutral(rest: Rest = {}): Topic {
  return { ...USUAL, ...rest, kind: "neutral", within: ofSame(same) };
}

const USUAL: Omit<Topic, "kind" | "within"> = {
  unordered: "neither has all of the other",
  marked: { word: "changed", as: "unordered" },
};

const same = (says: string, than: string) => says === than;

function ofSame(atMost: (says: string, than: string) => boolean): Topic["within"] {
  return (fact, there) => there.some(({ about, says }) => about === fact.about && atMost(fact.says, says));
}
