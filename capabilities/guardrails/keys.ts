import { dayInStack, keys, list, mapping, matching, oneOf, text } from "../../stack-file/combinators.ts";
import { Name } from "../../stack-file/patterns.ts";
import { isNot } from "../../stack-file/quoted.ts";

/** What a guardrail does with what it finds: nothing, a warning, or a refusal. From the one that lets through most. */
export const LEVELS = ["off", "advisory", "mandatory"] as const;
export type Level = (typeof LEVELS)[number];

/** A line of a review or of a refusal: with several it could look like another line of it. */
const line = (what: string, example: string) =>
  text(what, example).refine((given) => !given.includes("\n"), {
    error: ({ input }) => `${isNot(input, "one line")}; write ${what} in one line, like ${example}`,
  });

const Override = keys(
  {
    level: oneOf(LEVELS).describe("What it does with what it finds here."),
    why: line("why this client has another level", "The site under test is found by its search engine.").describe(
      "For whoever reviews it.",
    ),
  },
  "is not another level with its reason; write it like {level: off, why: It tests a search engine.}",
);

/** A change by its id, as the refusal of an `up` prints it (plan/review/approval.ts). */
const ChangeId = matching(
  /^[0-9a-f]{8}(-[0-9a-f]{8}){3}$/,
  "the id of a change; write it as the preview that refuses the change prints it, like 3fa9c2d4-1b07aa12-90c1d3e5-77b0f4a6",
);

export const Approval = keys({
  change: ChangeId.describe("The id of exactly one change; another change has another."),
  by: line("who approves", "ann@acme.example").describe("Who approves."),
  why: line("why it is wanted", "The integration tests need the staging database.").describe("Why it is wanted."),
  until: dayInStack("the last day of an approval").describe("The last day on which it holds, in UTC."),
});

export const guardrailKeys = {
  guardrails: mapping(Name, Override, "guardrails to levels", "{no-web: {level: off, why: It tests a search engine.}}")
    .default({})
    .describe("Guardrails of the organisation (policies/guardrails) that have another level for this client, and why."),
  approvals: list(Approval, "[{change: …, by: ann@acme.example, why: …, until: 2026-12-05}]")
    .default([])
    .describe(
      "Approvals of changes that give the sandbox more, where policies/guardrails/approvals.yaml asks for them. Each holds for one change.",
    ),
};
