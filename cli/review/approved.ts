import type { Declared } from "../../capabilities/capability.ts";
import { declaredPosture, declaredTopics } from "../../plan/posture.ts";
import { type Approval, changeId, describeApproval, findApproval } from "../../plan/review/approval.ts";
import type { ReviewedClient } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import type { Topic } from "../../plan/review/topic.ts";

type Approved = NonNullable<ReviewedClient["approval"]>;

/**
 * Under which id somebody approves what a client's files change, and who has. What is placed of it on one machine, and no file says, is a preview's to tell.
 * @param before what the files declared, or the last `up`
 * @param asked whether the organisation asks for an approval
 */
export function approvalOf(before: readonly PostureFact[], after: Declared, asked: boolean): Approved {
  const { client, spec } = after;
  const now = declaredPosture(after).facts;
  return approvedChange({ client, approvals: spec.approvals, asked }, [before, now], declaredTopics);
}

/** The same of any two sides that files declare. */
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
