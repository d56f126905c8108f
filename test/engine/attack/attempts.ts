import type { Arrivals } from "./arrivals.ts";
import type { Answer, Attacker } from "./attacker.ts";
import type { Technique, TechniqueClass } from "./technique.ts";

/** What came of one technique: for the attacker, and where it would arrive. */
export interface Outcome extends Answer {
  token: string;
  arrived: string[];
}

/**
 * Tries the techniques, all at once where they do not stand in each other's way. When something arrives of which nobody knows
 * whose it was, each is tried again alone until its doer is found.
 */
export async function tryAll(
  attacker: Attacker,
  arrivals: Arrivals,
  classes: readonly TechniqueClass[],
  mark: string,
): Promise<Map<string, Outcome>> {
  const together = classes.filter(({ alone }) => !alone).flatMap(({ rows }) => rows);
  const before = await arrivals.unnamed();
  const outcomes = await tryTogether(attacker, arrivals, together, mark);
  // One that has to come through and did not, or whose tools had no time in the crowd: once more, alone.
  for (const row of together) {
    const { arrived, error } = outcomes.get(row[0])!;
    if ((row[3] === "open" && arrived.length === 0) || error?.includes("Lab")) {
      const late = await tryAlone(attacker, arrivals, row, `${mark}-late`);
      outcomes.set(row[0], { ...late, arrived: [...arrived, ...late.arrived] });
    }
  }
  if (more(before, await arrivals.unnamed()).length > 0) {
    for (const row of together) {
      const again = await tryAlone(attacker, arrivals, row, `${mark}-again`);
      const first = outcomes.get(row[0])!;
      outcomes.set(row[0], { ...first, arrived: [...first.arrived, ...again.arrived] });
    }
    const found = [...outcomes.values()].some((outcome) =>
      outcome.arrived.some((where) => where.includes(" more at ")),
    );
    if (!found)
      for (const outcome of outcomes.values()) outcome.arrived.push("something unnamed, by none of them alone");
  }
  for (const row of classes.filter(({ alone }) => alone).flatMap(({ rows }) => rows))
    outcomes.set(row[0], await tryAlone(attacker, arrivals, row, mark));
  return outcomes;
}

/** Tries the techniques all at once. */
export async function tryTogether(
  attacker: Attacker,
  arrivals: Arrivals,
  rows: readonly Technique[],
  mark: string,
): Promise<Map<string, Outcome>> {
  const tokens = rows.map((row) => tokenOf(row, mark));
  const answers = await Promise.all(rows.map((row, i) => attacker.attempt(tokens[i]!, row[2])));
  const arrived = await arrivals.all(tokens);
  return new Map(rows.map(([id], i) => [id, { ...answers[i]!, token: tokens[i]!, arrived: arrived.get(tokens[i]!)! }]));
}

/** Tries one technique while nothing else is tried: then whatever arrives is its own. */
export async function tryAlone(attacker: Attacker, arrivals: Arrivals, row: Technique, mark: string): Promise<Outcome> {
  const token = tokenOf(row, mark);
  const before = await arrivals.unnamed();
  const answer = await attacker.attempt(token, row[2]);
  const arrived = await arrivals.of(token);
  return { ...answer, token, arrived: [...arrived, ...more(before, await arrivals.unnamed())] };
}

/** What a technique carries in all it says, so that it is known wherever it arrives; it stands in a label of a name. */
function tokenOf([id]: Technique, mark: string): string {
  return `mk-${id}-${mark}-km`;
}

function more(before: Record<string, number>, after: Record<string, number>): string[] {
  return Object.entries(after)
    .filter(([where, count]) => count > before[where]!)
    .map(([where, count]) => `${count - before[where]!} more at ${where}`);
}
