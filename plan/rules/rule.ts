import type { z } from "zod";
import { LEVELS } from "../../capabilities/guardrails/keys.ts";
import { keys, oneOf, text } from "../../stack-file/combinators.ts";
import { Name } from "../../stack-file/patterns.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Judged } from "./kind.ts";
import { expiring } from "./lasting.ts";
import { gpuClients, images, lanWithin, leastPort, mostPorts } from "./machine.ts";
import { deniedNames, mostHosts, mostWildcards, profiles } from "./names.ts";
import { apart } from "./overlap.ts";
import { privateKeys, writableBelow } from "./places.ts";

/** All kinds of guardrails. A file of policies/guardrails has one of them below `rule`. */
const kinds = {
  ...{ profiles, mostWildcards, mostHosts, deniedNames },
  ...{ writableBelow, privateKeys, expiring },
  ...{ images, gpuClients, leastPort, mostPorts, lanWithin, apart },
};
type Kinds = typeof kinds;

const shape = Object.fromEntries(Object.entries(kinds).map(([name, { schema }]) => [name, schema.optional()])) as {
  [Kind in keyof Kinds]: z.ZodOptional<Kinds[Kind]["schema"]>;
};

/** A guardrail of the organisation, as one file of policies/guardrails says it. */
export const RuleSchema = keys({
  name: Name,
  why: text("why it is a guardrail", "What an agent reads, it could send to anybody."),
  level: oneOf(LEVELS),
  rule: keys(shape).refine((said) => Object.keys(said).length === 1, {
    // Of a kind that is misspelt the right one is told, and not that there is none.
    when: ({ issues }) => issues.length === 0,
    error: ({ input }) =>
      `has ${Object.keys(input as object).length} kinds of rule; write exactly one of ${Object.keys(kinds).join(", ")}`,
  }),
});

export type Rule = z.output<typeof RuleSchema>;

/** What of a client is against a rule, whatever the rule's level. */
export function findings({ rule }: Pick<Rule, "rule">, of: Judged): Problem[] {
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const said = rule[name as keyof Kinds];
    // What a kind says is of that kind's schema, which TypeScript does not follow through a list of kinds.
    const judge = kind.judge as (said: unknown, of: Judged) => Problem[];
    return said === undefined ? [] : judge(said, of);
  });
}
