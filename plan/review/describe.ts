import { type Change, CLASSES, type Class, describeChange, isWider } from "./compare.ts";
import { describeFact, type PostureFact, sortedFacts } from "./fact.ts";
import type { Topic } from "./topic.ts";

type Topics = Readonly<Record<string, Topic>>;

/** How a class reads: what needs a look is in capitals. */
export const WORD: Readonly<Record<Class, string>> = {
  widens: "WIDENS",
  unordered: "WIDENS?",
  narrows: "narrows",
  neutral: "neutral",
};

/** Characters, with the blanks behind a word. */
const WIDTH = { class: 9, topic: 14 } as const;

/** A word with at least one blank behind it. */
function column(word: string, width: number): string {
  return `${word} `.padEnd(width);
}

/** Characters of a posture's line at most: Pulumi cuts a line of text at 150, and a change behind that would not be seen. */
const LINE = 110;

/** Changes that are told together, in words. A group is one row where all of it changes in one way. */
export interface Row<Of extends Change = Change> {
  /** How its class reads. */
  word: string;
  topic: string;
  /** `+ docs.acme.example 443 (client)`. */
  text: string;
  changes: readonly Of[];
}

/** Changes in words, widening first. A group is one row where it comes or goes as a whole. */
export function reviewRows<Of extends Change>(changes: readonly Of[], topics: Topics): Row<Of>[] {
  const groupOf = (change: Of) => (change.sign === "~" ? undefined : topics[change.topic]?.group?.(asFact(change)));
  return CLASSES.flatMap((of) =>
    gathered(
      changes.filter((change) => change.class === of),
      groupOf,
      ({ sign }) => sign,
    ).map(({ first, group, items }) => {
      const text = group === undefined ? describeChange(first) : together(topics, group, items.map(asFact)).join(", ");
      return {
        ...{ word: WORD[of], topic: first.topic, changes: items },
        text: `${first.sign} ${group ? `${group}: ` : ""}${text}`,
      };
    }),
  );
}

/** Rows as lines: `WIDENS   egress        + docs.acme.example 443 (client)`. */
export function describeReview(changes: readonly Change[], topics: Topics): string[] {
  return reviewRows(changes, topics).map(describeRow);
}

export function describeRow({ word, topic, text }: Pick<Row, "word" | "topic" | "text">): string {
  return `${column(word, WIDTH.class)}${column(topic, WIDTH.topic)}${text}`;
}

/** A posture as text, a fact or a group a line and sorted: Pulumi shows the difference of two texts by lines. */
export function renderPosture(facts: readonly PostureFact[], topics: Topics): string {
  return gathered(inOrder(facts, topics), (fact) => topics[fact.topic]?.group?.(fact))
    .flatMap(({ first, group, items }) => {
      const begin = `${column(first.topic, WIDTH.topic)}${group ? `${group}: ` : ""}`;
      const texts = group === undefined ? [describeFact(first)] : together(topics, group, items);
      return wrapped(texts, LINE - begin.length).map((line) => `${begin}${line}`);
    })
    .join("\n");
}

/** Lines of a summary at most: with a heading, and a line that says where the rest is, 25, which are one screen. */
const SCREEN = 23;

/** As many of a group are named in a summary; of more it is how many there are. */
const FEW = 3;

/** What a sandbox is that was not there before, on one screen: a line a topic, for everything in it is new. The posture has all of it. */
export function describeNew(facts: readonly PostureFact[], topics: Topics): string[] {
  const all = [...Map.groupBy(inOrder(facts, topics), ({ topic }) => topic)].filter(
    // What gives nothing is no news of a new sandbox.
    ([topic]) => topics[topic]?.kind !== "neutral",
  );
  const shown = all.length > SCREEN ? SCREEN - 1 : all.length;
  const line = (topic: string, text: string) => `${column("new", WIDTH.class)}${column(topic, WIDTH.topic)}${text}`;
  return [
    ...all.slice(0, shown).map(([topic, these]) =>
      line(
        topic,
        few(
          gathered(these, (fact) => topics[topic]?.group?.(fact)).flatMap(({ first, group, items }) => {
            if (group === undefined) return [describeFact(first)];
            const texts = together(topics, group, items);
            if (group === "") return texts;
            return [texts.length > FEW ? `${group} (${texts.length})` : `${group}: ${texts.join(", ")}`];
          }),
        ),
      ),
    ),
    ...(shown < all.length ? [line("and more", few(all.slice(shown).map(([topic]) => topic)))] : []),
  ];
}

/** The same without a word left out, for whoever approves it. */
export function describeWhole(facts: readonly PostureFact[], topics: Topics): string[] {
  const giving = facts.filter(({ topic }) => topics[topic]?.kind !== "neutral");
  const lines = giving.length === 0 ? [] : renderPosture(giving, topics).split("\n");
  return lines.map((line) => `${column("new", WIDTH.class)}${line}`);
}

/** As many texts as a line has room for, one at least, and how many more there are. */
function few(texts: readonly string[]): string {
  let shown = 1;
  while (shown < texts.length && texts.slice(0, shown + 1).join(", ").length <= LINE) shown += 1;
  const first = texts.slice(0, shown).join(", ");
  return `${first.length > LINE ? `${first.slice(0, LINE - 1)}…` : first}${shown < texts.length ? `, and ${texts.length - shown} more` : ""}`;
}

/** By the order of the topics, and in each by what they are about. */
function inOrder(facts: readonly PostureFact[], topics: Topics): PostureFact[] {
  const order = Object.keys(topics);
  // What another version told comes last.
  const place = ({ topic }: PostureFact) => (order.includes(topic) ? order.indexOf(topic) : order.length);
  return sortedFacts(facts).sort((a, b) => place(a) - place(b));
}

/** Items of one topic and group together, at the place of the first. */
function gathered<Item extends { topic: string }>(
  items: readonly Item[],
  groupOf: (item: Item) => string | undefined,
  apart: (item: Item) => string = () => "",
): { first: Item; group?: string; items: Item[] }[] {
  const found = new Map<string, { first: Item; group?: string; items: Item[] }>();
  for (const [index, item] of items.entries()) {
    const group = groupOf(item);
    const id = group === undefined ? String(index) : JSON.stringify([item.topic, group, apart(item)]);
    const there = found.get(id);
    if (there) there.items.push(item);
    else found.set(id, { first: item, ...(group !== undefined && { group }), items: [item] });
  }
  return [...found.values()];
}

/** What a change is about, as a fact. */
function asFact({ topic, about, from, to }: Change): PostureFact {
  return { topic, about, says: to ?? from ?? "" };
}

/** The facts of a group, each in its words there. */
function together(topics: Topics, group: string, facts: readonly PostureFact[]): readonly string[] {
  return topics[facts[0]?.topic ?? ""]?.together?.(facts, group) ?? facts.map(describeFact);
}

/** Texts in lines of this many characters at most, where each of them is no longer. */
function wrapped(texts: readonly string[], most: number): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + text.length + 2 <= most) lines[lines.length - 1] = `${last}, ${text}`;
    else lines.push(text);
  }
  return lines;
}

/** `1 wider, 2 neutral`. */
export function summary(changes: readonly Change[]): string {
  const counts: [number: number, word: string][] = [
    [changes.filter(isWider).length, "wider"],
    [changes.filter((change) => change.class === "narrows").length, "narrower"],
    [changes.filter((change) => change.class === "neutral").length, "neutral"],
  ];
  return counts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(", ");
}
