import { type Change, CLASSES, type Class, describeChange, isWider } from "./compare.ts";
import { describeFact, type PostureFact, sortedFacts } from "./fact.ts";
import type { Topic } from "./topic.ts";

type Topics = Readonly<Record<string, Topic>>;

/** How a class reads: what needs a look is in capitals. */
const WORD: Readonly<Record<Class, string>> = {
  widens: "WIDENS",
  unordered: "WIDENS?",
  narrows: "narrows",
  neutral: "neutral",
};

/** Changes that are told together, in words. A group is one row where all of it changes in one way. */
export interface Row<Of extends Change = Change> {
  /** How its class reads. */
  word: string;
  topic: string;
  /** `+ docs.acme.example 443 (client)`. */
  text: string;
  changes: readonly Of[];
}

/** Changes in words, widening first. */
export function reviewRows<Of extends Change>(changes: readonly Of[], topics: Topics): Row<Of>[] {
  return CLASSES.flatMap((of) => {
    const these = changes.filter((change) => change.class === of);
    return gathered(these, (change) => (change.sign === "~" ? undefined : groupOf(change, topics))).map(
      ({ group, items }) => {
        const { topic, sign } = items[0]!;
        const text =
          group === undefined ? describeChange(items[0]!) : together(topics[topic]!, group, items.map(asFact));
        return { word: WORD[of], topic, text: `${sign} ${text}`, changes: items };
      },
    );
  });
}

/** Rows as lines: `WIDENS   egress        + docs.acme.example 443 (client)`. */
export function describeReview(changes: readonly Change[], topics: Topics): string[] {
  return reviewRows(changes, topics).map(describeRow);
}

export function describeRow({ word, topic, text }: Row): string {
  return `${word.padEnd(WIDTH.class)}${topic.padEnd(WIDTH.topic)}${text}`;
}

/** A posture as text, one fact or group a line and sorted: Pulumi shows the difference of two texts by lines. */
export function renderPosture(facts: readonly PostureFact[], topics: Topics): string {
  return gathered(sortedFacts(facts), (fact) => groupOf(fact, topics))
    .map(({ group, items: [first, ...more] }) => {
      const { topic } = first!;
      const text = group === undefined ? describeFact(first!) : together(topics[topic]!, group, [first!, ...more]);
      return `${topic.padEnd(WIDTH.topic)}${text}`;
    })
    .join("\n");
}

/** What a sandbox is that was not there before: a line a topic, for everything in it is new. */
export function describeNew(facts: readonly PostureFact[], topics: Topics): string[] {
  const all = Map.groupBy(sortedFacts(facts), ({ topic }) => topic);
  return [...all].flatMap(([topic, these]) => {
    if (topics[topic]?.kind === "neutral") return [];
    const told = gathered(these, (fact) => groupOf(fact, topics)).map(
      ({ group, items }) => group ?? describeFact(items[0]!),
    );
    return [`${"new".padEnd(WIDTH.class)}${topic.padEnd(WIDTH.topic)}${few(told)}`];
  });
}

/** Characters, with the blanks behind a word. */
const WIDTH = { class: 9, topic: 14 } as const;

/** Characters that a line of a summary may take besides its topic. */
const LINE = 100;

/** As many as fit a line, and how many more there are. */
function few(texts: readonly string[]): string {
  let line = texts[0] ?? "";
  for (const [index, text] of texts.entries()) {
    if (index === 0) continue;
    if (line.length + text.length > LINE) return `${line}, and ${texts.length - index} more`;
    line = `${line}, ${text}`;
  }
  return line;
}

/** Items of one topic and group together, at the place of the first. */
function gathered<Item extends { topic: string }>(
  items: readonly Item[],
  group: (item: Item) => string | undefined,
): { group?: string; items: Item[] }[] {
  const found = new Map<string, { group?: string; items: Item[] }>();
  for (const [index, item] of items.entries()) {
    const name = group(item);
    const id = name === undefined ? `${index}` : `${item.topic} ${name} ${"sign" in item ? item.sign : ""}`;
    const there = found.get(id);
    if (there) there.items.push(item);
    else found.set(id, { ...(name !== undefined && { group: name }), items: [item] });
  }
  return [...found.values()];
}

function groupOf(of: PostureFact | Change, topics: Topics): string | undefined {
  return topics[of.topic]?.group?.("says" in of ? of : asFact(of));
}

/** What a change is about, as a fact. */
function asFact({ topic, about, from, to }: Change): PostureFact {
  return { topic, about, says: to ?? from ?? "" };
}

function together(topic: Topic, group: string, facts: readonly PostureFact[]): string {
  return topic.together?.(group, facts) ?? `${group}: ${facts.map(({ about }) => about).join(", ")}`;
}

/** `1 wider, 2 neutral`. */
export function summary(changes: readonly Change[]): string {
  const wider = changes.filter(isWider).length;
  const count = (of: Class) => changes.filter((change) => change.class === of).length;
  return [
    [wider, "wider"],
    [count("narrows"), "narrower"],
    [count("neutral"), "neutral"],
  ]
    .flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]))
    .join(", ");
}
