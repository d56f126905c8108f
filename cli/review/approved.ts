import type { Declared } from "../../capabilities/capability.ts";
import { declaredPosture, declaredTopics } from "../../plan/posture.ts";
import { changeId, describeApproval } from "../../plan/review/approval.ts";
import type { ReviewedClient } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";

/**
 * Under which id somebody approves what a client's files change, and who has. What is placed of it on one machine, and no file says, is a preview's to tell.
 * @param before what the files declared, or the last `up`
 */
export function approvalOf(before: readonly PostureFact[], after: Declared): NonNullable<ReviewedClient["approval"]> {
  const sides = [before, declaredPosture(after).facts].map((declared) => ({ declared, placed: [] }));
  const [from, to] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const change = changeId(after.client, { before: from, after: to, topics: declaredTopics });
  const today = new Date().toISOString().slice(0, 10);
  const given = after.spec.approvals.find((approval) => approval.change === change && today <= approval.until);
  return { change, ...(given && { approved: describeApproval(given) }) };
}
