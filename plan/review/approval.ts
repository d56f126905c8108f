import type { Spec } from "../../stack-file/spec.ts";
import { specHash } from "../hash.ts";
import { type Change, compare, isWider } from "./compare.ts";
import type { PostureFact } from "./fact.ts";
import type { Topic } from "./topic.ts";

/** One side of a change: what the files declare, the same on every machine, and what is placed of it on this one. */
export interface Stood {
  declared: readonly PostureFact[];
  placed: readonly PostureFact[];
}

/** What was, and what is to be: from nothing, where nothing is there or nobody can read what is. */
export interface Compared {
  before: Stood;
  after: Stood;
  topics: Readonly<Record<string, Topic>>;
}

/** What is placed because of what is declared, or of what lies in the workspace: it is told, and nobody approves it a second time. */
const FOLLOWS: readonly string[] = ["places", "memory", "masks", "networks"];

/** An approval as a stack file has it. */
export type Approval = Spec["approvals"][number];

/**
 * The id of a change of a client's sandbox: the same change of the same client has the same id on every machine and day, and any other has another. It is over everything
 * that gives or takes, what narrows as well: who approved that a name takes another's place has not approved that both are open. What is neutral is no part
 * of it, so a rotated secret or a rebuilt image asks for no second approval (docs/decisions.md, D-87).
 */
export function changeId(client: string, compared: Compared): string {
  const counted = approvable(compared)
    .map(({ class: of, topic, about, from, to, marks }) =>
      // What is not there is none of the texts that could be.
      JSON.stringify([of, topic, about, from ?? null, to ?? null, ...marks]),
    )
    .sort();
  const hash = specHash({ format: FORMAT, client, changes: counted });
  return (hash.slice(0, DIGITS).match(/.{8}/g) ?? []).join("-");
}

/**
 * All that gives or takes of a change, with the marks of both sides. First what the files declare: a pull request is approved where nobody has the engine. Of what is placed
 * besides only what no declaration says: a directory whose name leads elsewhere now, a wall that the engine has no more.
 */
function approvable({ before, after, topics }: Compared): (Change & { marks: unknown[] })[] {
  const of = (side: keyof Stood) =>
    compare(before[side], after[side], topics)
      .filter((change) => change.class !== "neutral")
      .map((change) => ({ ...change, marks: [marksOf(before[side], change), marksOf(after[side], change)] }));
  const declared = of("declared");
  // A declared change that takes, or that leaves the source as it is, says nothing of a place that is another one now.
  const says = (change: Change) => (placed: Change) =>
    change.topic === placed.topic &&
    change.about === placed.about &&
    (isWider(change) || !isWider(placed)) &&
    (movesSource(change) || !movesSource(placed));
  const placed = of("placed").filter(
    (change) => !FOLLOWS.includes(change.topic) && !declared.some((said) => says(said)(change)),
  );
  return [...declared, ...placed];

  function marksOf(facts: readonly PostureFact[], { topic, about }: Change): unknown[] {
    return facts
      .filter((fact) => fact.topic === topic && fact.about === about)
      .map(({ mark, ofProject }) => (topics[topic]?.marked.as === "neutral" && !ofProject ? null : (mark ?? null)))
      .sort();
  }
}

/** Whether it is of another source: what stands in brackets at the end, `rw (/srv/docs)`. */
function movesSource({ from, to }: Change): boolean {
  const [was, is] = [from, to].map((says) => (says === undefined ? undefined : /\(.*\)$/.exec(says)?.[0]));
  return was !== is;
}

/** Raised with any change of what an id is made of: an approval of before is then for no change at all. */
const FORMAT = 2;

/** Hexadecimal: 128 bits. Whoever writes a stack file has names to vary, and finds two changes with one id of 48 bits in seconds, one to be shown and one to be placed. */
const DIGITS = 32;

/** Whether a change may be placed: no approval is needed, one is there, or why none of those that are there is for it. */
export type Judgement = { needed: false } | { needed: true; approved: Approval } | { needed: true; refused: string[] };

/**
 * Judges whether an `up` that changes this needs an approval, and has it.
 * @param today the day, as ISO writes it, in UTC
 */
export function judgeApproval(
  of: { client: string; approvals: readonly Approval[]; require: "none" | "widening" },
  compared: Compared,
  today: string,
): Judgement {
  if (of.require === "none") return { needed: false };
  const wider = approvable(compared).filter(isWider).length;
  if (wider === 0) return { needed: false };
  const id = changeId(of.client, compared);
  const found = findApproval(id, of.approvals, today);
  if ("approved" in found) return { needed: true, approved: found.approved };
  return { needed: true, refused: refusal(id, found.why, of.approvals.length > 0, wider, today) };
}

/** The approval of a change, or why none of those that are there is one. @param today the day, as ISO writes it, in UTC */
export function findApproval(
  id: string,
  all: readonly Approval[],
  today: string,
): { approved: Approval } | { why: string } {
  const given = all.filter(({ change }) => change === id);
  const approved = given.find(({ until }) => today <= until);
  if (approved) return { approved };
  const late = given.map(({ by, until }) => `the approval of ${by} for it ended on ${until}`);
  const others = all.filter(({ change, until }) => change !== id && today <= until);
  const elsewhere = others.map(({ by, change }) => `the approval of ${by} is for another change (${change})`);
  return { why: (late.length > 0 ? late : elsewhere).join("; ") || "there is no approval of it" };
}

/** `approved by ann@acme.example until 2026-12-05: The tests need it.` */
export function describeApproval({ by, until, why }: Approval): string {
  // With a run of blanks in it a line breaks on a screen, and goes on as if it were another.
  return `approved by ${by} until ${until}: ${why}`.replace(/\s+/g, " ");
}

/** Why a change is refused, and what to write, in lines. */
function refusal(id: string, why: string, some: boolean, wider: number, today: string): string[] {
  return [
    `this change gives the sandbox more (${wider} wider). By policies/guardrails/approvals.yaml a person has to approve such a change in the stack file, and ${why}. Nothing is placed.`,
    some
      ? "Whoever approves it adds these lines to agent-sandbox:approvals in the stack file, with their name and the reason:"
      : "Whoever approves it adds these lines to the stack file below config:, with their name and the reason:",
    ...(some ? [] : ["  agent-sandbox:approvals:"]),
    `    - change: ${id}`,
    '      by: ""',
    '      why: ""',
    `      until: ${inDays(today, DAYS)}`,
  ];
}

/** How long an approval holds that nobody gave another end. */
const DAYS = 7;

function inDays(today: string, days: number): string {
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10);
}
