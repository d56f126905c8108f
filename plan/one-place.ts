/** What takes a place that one thing alone can have, and the key of the stack file that asks for it. */
export interface Placed {
  at: string | number;
  key: string;
}

/**
 * Those that come second to a place, each with the one that has it. What one key says twice is told by that key's own capability.
 * @param above further places that have to be free of others: directories that a file lies in, say
 */
export function takenTwice<Item extends Placed>(
  all: readonly Item[],
  above: (at: Item["at"]) => readonly Item["at"][] = () => [],
): { one: Item; other: Item }[] {
  const first = new Map<Item["at"], Item>();
  for (const item of all) if (!first.has(item.at)) first.set(item.at, item);
  return all.flatMap((one) => {
    const other = [one.at, ...above(one.at)].map((at) => first.get(at)).find((has) => has !== undefined && has !== one);
    return other && other.key !== one.key ? [{ one, other }] : [];
  });
}
