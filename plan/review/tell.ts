import { oneLine, printable, printableLines } from "../../stack-file/printable.ts";
import type { InIt } from "../../target/sessions.ts";
import { asKnownTo, type LastUp } from "../deployed.ts";
import { topics } from "../posture.ts";
import { describeApproval, type Judgement } from "./approval.ts";
import { type Change, compare, inOrder, isWider, REWRITTEN } from "./compare.ts";
import { describeNew, describeReview, describeRow, WORD } from "./describe.ts";
import type { PostureFact } from "./fact.ts";

/** What a person should know of an `up` besides what changes. */
export interface Besides {
  /** Whether an agent that runs is replaced. */
  agentAnew?: boolean;
  /** What ends with the containers that are replaced, where somebody looked. */
  ends?: InIt;
  /** What the files alone declare: what of them counts as wider, and what is placed does not show it. */
  declared?: readonly PostureFact[];
  /** Sentences about other clients. */
  others?: readonly string[];
}

/** What an `up` changes, in words for a terminal, and what a person should know besides: nothing where there is neither. */
export function tellReview(
  client: string,
  last: LastUp,
  after: readonly PostureFact[],
  { agentAnew = false, declared = [], ends, others = [] }: Besides = {},
): string {
  return [
    ...review(client, last, after, declared),
    ...(agentAnew ? [describeRow(AGENT_ANEW)] : []),
    ...(ends ? describeEnds(client, ends) : []),
    // A heading, for Pulumi may print the first line of a warning more than once.
    ...(others.length > 0 ? ["other clients on this engine:", ...others.map((other) => `  ${oneLine(other)}`)] : []),
  ]
    .map(printable)
    .join("\n");
}

/** How a review begins that has no row of a change: who tells several clients' reviews knows them by it. */
export const NEW = "a new sandbox:";
export const UNREAD = "what changes cannot be said:";
export const NOT_COMPARED = "not compared:";

/** It gives and takes nothing: no change is approved for it. */
const AGENT_ANEW = { word: WORD.neutral, topic: "containers", text: "~ agent is made anew: what runs in it ends" };

/** Whose sessions an `up` ends, a row; and a row where nobody could see whether it ends any. */
function describeEnds(client: string, { sessions, unseen }: InIt): string[] {
  const row = (word: string, text: string) => describeRow({ word, topic: "sessions", text: `${client}: ${text}` });
  return [
    ...(sessions.length > 0 ? [row(ENDS, sessions.join(", "))] : []),
    ...(unseen.length > 0 ? [row(`${ENDS}?`, `nobody could look who is in it: ${oneLine(unseen.join("; "))}`)] : []),
  ];
}

/** The word of a row about sessions that end; with a question mark of one that nobody could look for. */
const ENDS = "ENDS";

/** What of a review says which sessions end: `acme: 1 terminal`. */
export function endsIn(text: string): string[] {
  const begin = new RegExp(`^${ENDS}\\?? +sessions +(.*)$`);
  return text.split("\n").flatMap((line) => begin.exec(line)?.[1] ?? []);
}

function review(
  client: string,
  last: LastUp,
  after: readonly PostureFact[],
  declared: readonly PostureFact[],
): string[] {
  if (last && "facts" in last) {
    const { known, fresh } = asKnownTo(last, after);
    return [
      ...describeReview(withRewritten(compare(last.facts, known, topics), last.declared ?? [], declared), topics),
      ...(fresh.length > 0
        ? [
            `${NOT_COMPARED} the program of the last up knew nothing of ${fresh.join(", ")}; the posture says what is to be`,
          ]
        : []),
    ];
  }
  return [
    last ? `${UNREAD} ${oneLine(last.unread)}. What is to be:` : NEW,
    ...describeNew(after, topics),
    `Each name that the files give it: agentbox posture ${client} --declared. After the up, all of it: agentbox posture ${client}`,
  ];
}

/**
 * Changes of what is placed, with those of files of the project that an approval is asked for: a script that is another one may print the same value, and what it prints
 * besides, or what a dotfile says, reads as rotated where only the value is looked at.
 */
function withRewritten(
  placed: readonly Change[],
  before: readonly PostureFact[],
  after: readonly PostureFact[],
): Change[] {
  const isOf = (one: Change) => (other: Change) => one.topic === other.topic && one.about === other.about;
  const rewritten = compare(before, after, topics).filter(
    (change) => change.why === REWRITTEN && !placed.filter(isOf(change)).some(isWider),
  );
  return [...placed.filter((change) => !rewritten.some(isOf(change))), ...rewritten].sort(inOrder);
}

/** Which approval holds, or why a change is refused; nothing where it needs none. */
export function tellApproval(judged: Judgement): { approved: string } | { refused: string } | undefined {
  if (!judged.needed) return undefined;
  if ("approved" in judged) return { approved: printable(describeApproval(judged.approved)) };
  return { refused: printableLines(judged.refused.join("\n")) };
}
