import { topics } from "../../plan/posture.ts";
import type { Change } from "../../plan/review/compare.ts";
import { type Place, type ReviewDocument, type ReviewedClient, VERSION } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { type Compared, unapproved } from "../../plan/review/review-client.ts";
import { originsIn, type Written } from "./origin.ts";

/** A client's review as it is told: with the place of each line, and how much of it nobody has approved. */
export function reviewed(
  client: string,
  file: string,
  { state, changes, facts, notes, notCompared }: Compared,
  more: {
    before?: Written | undefined;
    after?: Written | undefined;
    notes?: readonly string[];
    approval?: ReviewedClient["approval"];
    /** @default by the stack file of each side */
    origins?: (change: Change) => Place[];
  },
): ReviewedClient {
  const origins = more.origins ?? originsIn(more.before, more.after);
  const wider = unapproved(changes);
  // What is encrypted has no part in an approval: nobody can tell what was approved.
  const left = more.approval?.approved ? wider.filter(({ topic }) => topic === "encrypted") : wider;
  return {
    client,
    file,
    state,
    changes: changes.map((change) => ({ ...change, origin: origins(change) })),
    ...(facts && { facts: facts.map(toldFact) }),
    unapproved: left.length,
    ...(more.approval && wider.length > 0 && { approval: more.approval }),
    notes: [
      ...notes,
      ...(more.notes ?? []),
      ...(more.approval?.approved && left.length > 0
        ? [
            `not approved: ${left.map(({ about }) => about).join(", ")}, which is encrypted, so nobody can tell what it is`,
          ]
        : []),
    ],
    notCompared,
  };
}

/** A fact as programs read it: without the mark, which is a hash. */
export function toldFact({ topic, about, says, key }: PostureFact): NonNullable<ReviewedClient["facts"]>[number] {
  return { topic, about, says, kind: topics[topic]?.kind ?? "open", ...(key !== undefined && { key }) };
}

export function reviewDocument(
  from: string,
  to: string,
  notes: readonly string[],
  clients: ReviewedClient[],
): ReviewDocument {
  return { document: "review", version: VERSION, from, to, notes: [...notes], clients };
}
