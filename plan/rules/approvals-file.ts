import { Approval } from "../../capabilities/guardrails/keys.ts";
import { keys, list, oneOf } from "../../stack-file/combinators.ts";

/** What policies/guardrails/approvals.yaml says: which changes of a sandbox need an approval in its stack file, and which changes of guardrails and ceiling have one. */
export const ApprovalsSchema = keys({
  require: oneOf(["none", "widening"]),
  approvals: list(Approval, "[{change: …, by: ann@acme.example, why: …, until: 2026-12-05}]").default([]),
});
