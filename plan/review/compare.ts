import { withoutDeparted } from "./departed.ts";
import { compareText, describeFact, type PostureFact, sortedFacts } from "./fact.ts";
import { open, type Topic } from "./topic.ts";

/** `unordered` counts as widening: nobody could say that it is not. */
export const CLASSES = ["widens", "unordered", "narrows", "neutral"] as const;
export type Class = (typeof CLASSES)[number];

/** One difference between two postures. */
export interface Change {
  class: Class;
  topic: string;
  sign: "+" | "-" | "~";
  about: string;
  /** What held, and what is to hold; nothing where there was, or is, none. */
  from?: string;
  to?: string;
  /** Where the text is the same, or the class is no order: why it is told. */
  why?: string;
  /** The key of the stack file that asks for it. */
  key?: string;
}

/**
 * What differs between two postures, widening first. Pure, and the same in whatever order facts come: each is judged against all the facts of its topic, so that one
 * name below a wildcard gives nothing new. A topic that this version does not know, as another one may have left it, is compared as what has no order.
 */
export function compare(
  before: readonly PostureFact[],
  after: readonly PostureFact[],
  topics: Readonly<Record<string, Topic>>,
): Change[] {
  const known = withoutDeparted(before, after);
  const [was, is] = [known, after].map((facts) => Map.groupBy(sortedFacts(facts), ({ topic }) => topic));
  const names = [...new Set([...known, ...after].map(({ topic }) => topic))];
  return names
    .flatMap((name) => compareTopic(topics[name] ?? UNKNOWN, was?.get(name) ?? [], is?.get(name) ?? []))
    .sort(inOrder);
}

const UNKNOWN = open("this version knows no facts of this kind");

function compareTopic(topic: Topic, before: readonly PostureFact[], after: readonly PostureFact[]): Change[] {
  const [was, is] = [before, after].map((facts) => Map.groupBy(facts, ({ about }) => about));
  const subjects = [...new Set([...before, ...after].map(({ about }) => about))];
  return subjects.flatMap((about) =>
    pairs(was?.get(about) ?? [], is?.get(about) ?? []).flatMap((pair): Change[] => {
      const { either, old, now } = pair;
      const { topic: name, key } = either;
      const of = { topic: name, about, ...(key !== undefined && { key }) };
      const rewritten = old !== undefined && now !== undefined && isRewritten(old, now);
      if (old && now && old.says === now.says)
        return old.mark === now.mark ? [] : [{ ...of, ...remarked(topic, now, rewritten) }];
      const found = judge(topic, pair, before, after);
      return [
        {
          ...of,
          // Another day, or less of it, says nothing of what its files do.
          ...(rewritten && !isWider(found) ? { class: "unordered", why: REWRITTEN } : found),
          sign: old && now ? "~" : now ? "+" : "-",
          ...(old && { from: old.says }),
          ...(now && { to: now.says }),
        },
      ];
    }),
  );
}

/** What was and what is about the same: at least one of them. */
interface Pair {
  either: PostureFact;
  old?: PostureFact;
  now?: PostureFact;
}

/** Facts about the same side by side, those that read the same first. As a rule there is one of each. */
function pairs(before: readonly PostureFact[], after: readonly PostureFact[]): Pair[] {
  let left: { old: PostureFact; now?: PostureFact }[] = before.map((old) => ({ old }));
  let others = [...after];
  for (const alike of [SAME, READS_THE_SAME, () => true])
    left = left.map(({ old, now }) => {
      const found = now ?? others.find((other) => alike(old, other));
      others = others.filter((other) => other !== found);
      return { old, ...(found && { now: found }) };
    });
  return [
    ...left.map((pair) => ({ ...pair, either: pair.now ?? pair.old })),
    ...others.map((now) => ({ now, either: now })),
  ];
}

const READS_THE_SAME = (a: PostureFact, b: PostureFact) => a.says === b.says;
const SAME = (a: PostureFact, b: PostureFact) => READS_THE_SAME(a, b) && a.mark === b.mark;

/** Of a right that is a wall as well, what goes may give and what comes may take. */
function judge(topic: Topic, { old, now }: Pair, before: readonly PostureFact[], after: readonly PostureFact[]) {
  const { within, holds = () => true } = topic;
  const [lost, gained] = [old && !within(old, after), now && !within(now, before)];
  const [opened, closed] = [old && !holds(old, after), now && !holds(now, before)];
  return classify(topic, lost || closed, gained || opened);
}

/** @param lost something of what held is gone  @param gained something is there that was not */
function classify({ kind, unordered }: Topic, lost = false, gained = false): Pick<Change, "class" | "why"> {
  if (kind === "neutral") return { class: "neutral" };
  if (kind === "open" || (lost && gained)) return { class: "unordered", why: unordered };
  if (!lost && !gained) return { class: "neutral" };
  return { class: gained === (kind === "gives") ? "widens" : "narrows" };
}

/** @param rewritten it is the project's own files that are others, which no topic takes for a rotation */
function remarked(
  { marked }: Topic,
  { says }: PostureFact,
  rewritten: boolean,
): Pick<Change, "class" | "sign" | "from" | "to" | "why"> {
  const { as, word } = rewritten && marked.as === "neutral" ? REMARKED : marked;
  return { class: as, sign: "~", from: says, to: says, why: word };
}

/** Why a change is told of which nothing is read but what a file of the project holds. */
export const REWRITTEN = "its files in the project changed";
const REMARKED = { as: "unordered", word: REWRITTEN } as const;

/** Whether files of the project's own are others behind two facts about the same: git has both, so a review asks about them. */
function isRewritten(old: PostureFact, now: PostureFact): boolean {
  return (old.ofProject === true || now.ofProject === true) && old.mark !== now.mark;
}

/** Widening first. */
export function inOrder(a: Change, b: Change): number {
  return (
    CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class) ||
    compareText(a.topic, b.topic) ||
    compareText(a.about, b.about) ||
    compareText(a.from ?? "", b.from ?? "") ||
    compareText(a.to ?? "", b.to ?? "")
  );
}

/** Whether a change gives the sandbox more, as far as anybody can say. */
export function isWider({ class: of }: Pick<Change, "class">): boolean {
  return of === "widens" || of === "unordered";
}

/** `/docs ro → rw`, `docs.acme.example 443 (client)`, `NPM_TOKEN from env NPM: rotated`. */
export function describeChange({ about, sign, from = "", to = "", why }: Change): string {
  if (from === to && sign === "~") return `${describeFact({ about, says: to })}: ${why}`;
  const says = sign === "~" ? fromTo(from, to) : from || to;
  return `${describeFact({ about, says })}${why ? ` (${why})` : ""}`;
}

/** `ro → rw (/srv/docs)`: what both end with, in brackets, is said once. */
function fromTo(from: string, to: string): string {
  const [, end] = /( \(.*\))$/.exec(from) ?? [];
  if (!end || !to.endsWith(end)) return `${from || "nothing"} → ${to || "nothing"}`;
  return `${from.slice(0, -end.length)} → ${to}`;
}
