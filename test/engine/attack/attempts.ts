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
  const together = classes.filter(({ alone }) => !alone).flatMap(({ techniques }) => techniques);
  const before = await arrivals.unnamed();
  const outcomes = await tryTogether(attacker, arrivals, together, mark);
  // One that has to come through and did not, or whose tools had no time in the crowd: once more, alone.
  for (const technique of together) {
    const { arrived, error } = outcomes.get(technique.id)!;
    if ((technique.expected === "open" && arrived.length === 0) || error?.includes("Lab")) {
      const late = await tryAlone(attacker, arrivals, technique, `${mark}-late`);
      outcomes.set(technique.id, { ...late, arrived: [...arrived, ...late.arrived] });
    }
  }
  if (more(before, await arrivals.unnamed()).length > 0) {
    for (const technique of together) {
      const again = await tryAlone(attacker, arrivals, technique, `${mark}-again`);
      const first = outcomes.get(technique.id)!;
      outcomes.set(technique.id, { ...first, arrived: [...first.arrived, ...again.arrived] });
    }
    const found = [...outcomes.values()].some((outcome) =>
      outcome.arrived.some((where) => where.includes(" more at ")),
    );
    if (!found)
      for (const outcome of outcomes.values()) outcome.arrived.push("something unnamed, by none of them alone");
  }
  for (const technique of classes.filter(({ alone }) => alone).flatMap(({ techniques }) => techniques))
    outcomes.set(technique.id, await tryAlone(attacker, arrivals, technique, mark));
  return outcomes;
}

/** Tries the techniques all at once. */
export async function tryTogether(
  attacker: Attacker,
  arrivals: Arrivals,
  techniques: readonly Technique[],
  mark: string,
): Promise<Map<string, Outcome>> {
  const tokens = techniques.map((technique) => tokenOf(technique, mark));
  const answers = await Promise.all(techniques.map((technique, i) => attacker.attempt(tokens[i]!, technique.at)));
  const arrived = await arrivals.all(tokens);
  return new Map(
    techniques.map(({ id }, i) => [id, { ...answers[i]!, token: tokens[i]!, arrived: arrived.get(tokens[i]!)! }]),
  );
}

/** Tries one technique while nothing else is tried: then whatever arrives is its own. */
export async function tryAlone(
  attacker: Attacker,
  arrivals: Arrivals,
  technique: Technique,
  mark: string,
): Promise<Outcome> {
  const token = tokenOf(technique, mark);
  const before = await arrivals.unnamed();
  const answer = await attacker.attempt(token, technique.at);
  const arrived = await arrivals.of(token);
  return { ...answer, token, arrived: [...arrived, ...more(before, await arrivals.unnamed())] };
}

/** What a technique carries in all it says, so that it is known wherever it arrives; it stands in a label of a name. */
function tokenOf({ id }: Technique, mark: string): string {
  return `mk-${id}-${mark}-km`;
}

function more(before: Record<string, number>, after: Record<string, number>): string[] {
  return Object.entries(after)
    .filter(([where, count]) => count > before[where]!)
    .map(([where, count]) => `${count - before[where]!} more at ${where}`);
}
