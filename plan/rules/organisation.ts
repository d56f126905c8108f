import type { Problem } from "../../stack-file/problem.ts";
import type { Approval } from "../review/approval.ts";
import { type Ceiling, type CeilingVerdict, judgeByCeiling } from "./ceiling.ts";
import { judgeByRules, type Ruling } from "./judge.ts";
import type { Judged } from "./kind.ts";
import { ending, expired } from "./lasting.ts";
import type { Rule } from "./rule.ts";

/** What the organisation's files say: policies/guardrails. */
export interface Organisation {
  rules: readonly Rule[];
  ceiling?: Ceiling;
  /** Which changes need an approval in the stack file. */
  require: "none" | "widening";
  /** Approvals of changes of these files themselves. */
  approvals: readonly Approval[];
}

/** How a client stands to all that its organisation says. */
export interface Standing extends Ruling {
  ceiling?: CeilingVerdict;
}

/** Judges a client by its organisation's guardrails and ceiling. Pure. Of a credential that has expired a warning is told, where no guardrail refuses it; of one that expires soon as well. */
export function judgeByOrganisation({ rules, ceiling }: Organisation, of: Judged): Standing {
  const { problems, warnings } = judgeByRules(rules, of);
  const verdict = ceiling && judgeByCeiling(of.declared, ceiling);
  const told = (late: Problem) =>
    [...problems, ...warnings].some(({ path, message }) => path === late.path && message.startsWith(late.message));
  return {
    problems: [...problems, ...(verdict?.exceeds ?? [])],
    warnings: [
      ...warnings,
      ...expired(of.declared.files, of.today).filter((late) => !told(late)),
      ...ending(of.declared.files, of.today),
    ],
    ...(verdict && { ceiling: verdict }),
  };
}
