import type { z } from "zod";
import { isAtOrBelow } from "./key-path.ts";
import { isMapping } from "./mapping.ts";
import { findMistakes } from "./mistake.ts";
import { keyPath, type Problem } from "./problem.ts";

type Path = readonly PropertyKey[];

/** A value without the parts that its schema refuses. */
export interface Sifted<Output> {
  /** What the schema makes of the rest; nothing where no part of the value is left. */
  good: { value: Output } | undefined;
  /** What is wrong, at the paths of the whole value. */
  problems: Problem[];
  taken: Taken;
}

/**
 * Judges every part of a value by itself: what the schema refuses is told and taken out, and the rest is judged again, until nothing is refused. A schema passes over
 * what it would say of a list as a whole (two lines for one domain) while one item of the list is wrong, and so does whoever judges the list later: 3 hosts of a wrong
 * type hid 25 bad ones.
 */
export function sift<Schema extends z.ZodType>(schema: Schema, value: unknown): Sifted<z.output<Schema>> {
  const taken = new Taken();
  const problems: Problem[] = [];
  for (let rest = value; ; rest = taken.without(value)) {
    const parsed = schema.safeParse(rest);
    if (parsed.success) return { good: { value: parsed.data }, problems, taken };
    const mistakes = findMistakes(parsed.error.issues).map(({ at, message, unknown }) => {
      const part = held(rest, at);
      return { at, message, part, judged: unknown ? at.slice(0, -1) : part };
    });
    // What lost a part here is no mistake of the person's: that something of it is missing, that there is too little, that it has another form now.
    problems.push(
      ...mistakes
        .filter(({ judged }) => !taken.hasBelow(keyPath(taken.asWritten(judged))))
        .map(({ at, message }) => ({ path: keyPath(taken.asWritten(at)), message })),
    );
    for (const part of mistakes.map(({ part }) => taken.asWritten(part))) taken.take(part);
    if (taken.all) return { good: undefined, problems, taken };
  }
}

/** Parts of a value that were taken out of it, by their paths in the whole value. */
export class Taken {
  readonly #paths = new Set<string>();
  /** Of each list that lost items, by its path: their numbers. */
  readonly #items = new Map<string, Set<number>>();

  /** Whether nothing is left. */
  get all(): boolean {
    return this.#paths.has("");
  }

  /** Whether a part at a path, or one below it, was taken out. */
  hasBelow(path: string): boolean {
    return [...this.#paths].some((one) => path === "" || isAtOrBelow(one, path));
  }

  /** Whether a part at a path was taken out, or one that it lies in. */
  has(path: string): boolean {
    return this.all || [...this.#paths].some((one) => isAtOrBelow(path, one));
  }

  /** Takes the part at a path out of the whole value. */
  take(path: Path): void {
    this.#paths.add(keyPath(path));
    const last = path.at(-1);
    if (typeof last !== "number") return;
    const list = keyPath(path.slice(0, -1));
    this.#items.set(list, (this.#items.get(list) ?? new Set()).add(last));
  }

  /** The whole value without what was taken out. */
  without(value: unknown): unknown {
    return this.#rest(value, "");
  }

  /** @param at the part's path as `keyPath` writes it, but for a dot that it begins with: written once for each part, and not again for all that lie in it */
  #rest(value: unknown, at: string): unknown {
    const path = withoutDot(at);
    // Most parts have lost nothing, and are as they were.
    if (![...this.#paths].some((one) => one.startsWith(path))) return value;
    const kept = (inner: unknown, below: string) =>
      this.#paths.has(withoutDot(below)) ? [] : [this.#rest(inner, below)];
    if (Array.isArray(value)) return value.flatMap((item, index) => kept(item, `${at}[${index}]`));
    if (!isMapping(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => kept(inner, `${at}.${key}`).map((left) => [key, left])),
    );
  }

  /** The path in the whole value of what has another in the rest, where items of a list before it are gone. */
  asWritten(path: Path): Path {
    const written: PropertyKey[] = [];
    for (const key of path) written.push(this.#number(keyPath(written), key));
    return written;
  }

  /** The same of a path as problems write it, which lies below a key. */
  textAsWritten(text: string): string {
    const lists = [...this.#items.keys()].sort((a, b) => a.length - b.length);
    return lists.reduce((path, list) => {
      const [, number] = path.startsWith(list) ? (/^\[(\d+)\]/.exec(path.slice(list.length)) ?? []) : [];
      if (number === undefined) return path;
      return `${list}[${String(this.#number(list, Number(number)))}]${path.slice(list.length + number.length + 2)}`;
    }, text);
  }

  #number(list: string, key: PropertyKey): PropertyKey {
    const gone = this.#items.get(list);
    if (typeof key !== "number" || !gone) return key;
    return [...gone].sort((a, b) => a - b).reduce((at, one) => (one <= at ? at + 1 : at), key);
  }
}

function withoutDot(at: string): string {
  return at.startsWith(".") ? at.slice(1) : at;
}

/** What of a path is there: of what is missing, whatever should have it. */
function held(value: unknown, path: Path): Path {
  let at = value;
  for (const [depth, key] of path.entries()) {
    const inner =
      typeof at === "object" && at !== null && Object.hasOwn(at, key) ? at[key as keyof typeof at] : undefined;
    if (inner === undefined) return path.slice(0, depth);
    at = inner;
  }
  return path;
}
