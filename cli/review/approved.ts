import { type Approval, changeId, describeApproval, findApproval } from "../../plan/review/approval.ts";
import type { ReviewedClient } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import type { Topic } from "../../plan/review/topic.ts";

type Approved = NonNullable<ReviewedClient["approval"]>;

/**
 * Under which id somebody approves what files change, and who has. What is placed of it on one machine, and no file says, is a preview's to tell.
 * @param of whose files they are, its approvals, and whether the organisation asks for one
 */
export function approvedChange(
  of: { client: string; approvals: readonly Approval[]; asked: boolean },
  [before, after]: readonly [before: readonly PostureFact[], after: readonly PostureFact[]],
  topics: Readonly<Record<string, Topic>>,
): Approved {
  const stood = (declared: readonly PostureFact[]) => ({ declared, placed: [] });
  const change = changeId(of.client, { before: stood(before), after: stood(after), topics });
  const found = findApproval(change, of.approvals, new Date().toISOString().slice(0, 10));
  return {
    ...{ change, asked: of.asked },
    ...("approved" in found ? { approved: describeApproval(found.approved) } : { refused: found.why }),
  };
}

/** Approvals that came, a line each: of one that is for another change than this somebody says yes to what no review of it has shown. */
export function newApprovals(before: readonly Approval[] = [], after: readonly Approval[] = []): string[] {
  return after
    .filter(({ change }) => !before.some((other) => other.change === change))
    .map((approval) => `a new approval: change ${approval.change} is ${describeApproval(approval)}`);
}
