import { z } from "zod";
import { suggest } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** A command that an agent's own hook refuses: one file in policies/guards. A seat belt, not a wall. */
export const GuardSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  why: z.string().min(1),
  /** Over the command line with its blanks drawn together; both JavaScript and jq's Oniguruma read it. */
  pattern: z.string().refine((pattern) => readable(pattern), "is not a regular expression"),
  /** What the agent reads instead: what to do rather. */
  message: z.string().min(1),
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
              message: `"${name}" is not a guard.${suggest(name, known)} Guards: ${known.join(", ")}`,
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
