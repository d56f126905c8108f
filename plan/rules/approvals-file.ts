import { keys, oneOf } from "../../stack-file/combinators.ts";

/** What policies/guardrails/approvals.yaml says: which changes of a sandbox need an approval in its stack file. */
export const ApprovalsSchema = keys({ require: oneOf(["none", "widening"]) });
