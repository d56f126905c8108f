import { declaredTopics } from "../../plan/posture.ts";
import type { Change } from "../../plan/review/compare.ts";
import { describeReview } from "../../plan/review/describe.ts";
import type { Suggestion, Wish } from "../../plan/review/suggest.ts";
import { withoutMarkup } from "../../stack-file/printable.ts";
import { fewNames } from "./review.ts";

/** What a proposed line would change, and why it is proposed, a line each. Names and reasons are the agent's own words. */
export function describeSuggestion({ service, wishes }: Suggestion, changes: readonly Change[]): string[] {
  // What is only asked for was never refused.
  const refused = wishes.flatMap(({ name, refused }) => (refused > 0 ? [`${name} (${refused})`] : []));
  return [
    ...describeReview(changes, declaredTopics),
    ...(service ? [`  ${service.name}: ${service.description}`] : []),
    ...(refused.length > 0 ? [`  refused: ${fewNames(refused)}`] : []),
    ...wishes.flatMap(describeReasons),
  ];
}

function describeReasons({ name, reasons }: Wish): string[] {
  return reasons.map(
    (reason) => `  the agent asks for ${name}${reason ? `, and writes: "${withoutMarkup(reason).slice(0, 200)}"` : ""}`,
  );
}
