import { printable, printableLines } from "../../stack-file/printable.ts";
import { asKnownTo, type LastUp } from "../deployed.ts";
import { topics } from "../posture.ts";
import { describeApproval, type Judgement } from "./approval.ts";
import { compare } from "./compare.ts";
import { describeNew, describeReview } from "./describe.ts";
import type { PostureFact } from "./fact.ts";

/** What an `up` changes, in words for a terminal: nothing where it changes nothing. */
export function tellReview(last: LastUp, after: readonly PostureFact[]): string {
  return printableLines(review(last, after).join("\n"));
}

function review(last: LastUp, after: readonly PostureFact[]): string[] {
  if (!last) return ["a new sandbox:", ...describeNew(after, topics)];
  if ("unread" in last)
    return [`what changes cannot be said: ${last.unread}. What is to be:`, ...describeNew(after, topics)];
  const { known, fresh } = asKnownTo(last, after);
  return [
    ...describeReview(compare(last.facts, known, topics), topics),
    ...(fresh.length > 0
      ? [`not compared: the program of the last up knew nothing of ${fresh.join(", ")}; the posture says what is to be`]
      : []),
  ];
}

/** Which approval holds, or why a change is refused; nothing where it needs none. */
export function tellApproval(judged: Judgement): { approved: string } | { refused: string } | undefined {
  if (!judged.needed) return undefined;
  if ("approved" in judged) return { approved: printable(describeApproval(judged.approved)) };
  return { refused: printableLines(judged.refused.join("\n")) };
}
