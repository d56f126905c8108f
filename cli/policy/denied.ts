import { readName } from "../../capabilities/egress/name.ts";

/**
 * Why nothing is to open these names: one of them is, has below it, or is below what a list refuses by itself. Which of the two a list means where both stand in it, each
 * program has a rule of its own for; here nothing comes of it that would open what some line refuses.
 */
export function whyDenied(names: readonly string[], denied: readonly string[]): string | undefined {
  const found = denied.find((one) => names.some((name) => meet(readName(name), readDenied(one))));
  return found === undefined ? undefined : `the same list refuses ${found}, which this would open`;
}

type Name = ReturnType<typeof readName>;

function meet(one: Name, other: Name): boolean {
  return covers(one, other) || covers(other, one);
}

function covers({ host, itself, below }: Name, name: Name): boolean {
  if (host === name.host) return (itself && name.itself) || (below && name.below);
  return below && name.host.endsWith(`.${host}`);
}

/** `*` is what is refused of all that no line names. What is written as nothing here is, is read as all that it may mean. */
function readDenied(text: string): Name {
  const read = readName(text);
  if (!/^[*.]*$/.test(text) && read.host.includes("*"))
    return { host: text.replace(/^.*\*[^.]*\.?/, "") || text, itself: true, below: true };
  return read;
}
