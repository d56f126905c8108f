import type { z } from "zod";
import { keys, text } from "../../stack-file/combinators.ts";
import { Name } from "../../stack-file/patterns.ts";
import { suggest } from "../../stack-file/problem.ts";
import { isNot } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** A command that an agent's own hook refuses: one file in policies/guards. A seat belt, not a wall. */
export const GuardSchema = keys({
  name: Name,
  why: text("why the command is refused", "It deletes files that no commit has."),
  /** Over the command line with its blanks drawn together; both JavaScript and jq's Oniguruma read it. */
  pattern: text("a regular expression", "'\\bgit\\b[^;&|]* clean\\b'").refine(readable, {
    error: ({ input }) =>
      `${isNot(input, "a regular expression")}; write one that JavaScript and jq read, like '\\bgit\\b[^;&|]* clean\\b'`,
  }),
  /** What the agent reads instead: what to do rather. */
  message: text("what the agent reads instead", "Remove the files you mean by name, or ask the person."),
});

export type Guard = z.output<typeof GuardSchema>;

/** The guards of a client, sorted by name, and the names it gives that are none. */
export function chooseGuards(spec: Pick<Spec, "guards">, all: readonly Guard[]) {
  if (spec.guards === "none") return { guards: [], problems: [] };
  const known = all.map(({ name }) => name).sort();
  const named: readonly string[] = spec.guards === "all" ? known : spec.guards;
  return {
    guards: all.filter(({ name }) => named.includes(name)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    problems: named.flatMap((name, index) =>
      known.includes(name)
        ? []
        : [
            {
              path: `guards[${index}]`,
              message: `${isNot(name, "a guard")}.${suggest(name, known) || ` Guards: ${known.join(", ")}`}`,
            },
          ],
    ),
  };
}

function readable(pattern: string): boolean {
  try {
    return RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
