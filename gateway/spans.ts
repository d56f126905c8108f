import { present } from "../stack-file/present.ts";
import { BUNDLE } from "./contract.ts";

/** A list of lines as it is from a moment on, until that of the next version. */
export interface Version {
  /** As a grant's `until`; empty for the first version. */
  from: string;
  lines: readonly string[];
}

/** A line, and the span in which it is one: from the first moment on, before the second. Both may be open. */
interface Spanned {
  text: string;
  from: string;
  until: string;
}

/**
 * Several versions of a list as one: a line of all versions stands as it is, and one that comes or goes has its span before it, as `@FROM..UNTIL LINE`. Who leaves
 * out the lines whose span has not begun or is over, and the spans, has the version of that moment. So a grant is seen in a policy as the few lines that it is.
 * @param versions sorted by their moments
 * @throws when a line looks as if it had a span: none of a gateway's files has one that does
 */
export function weave(versions: readonly Version[]): string[] {
  let woven: Spanned[] | undefined;
  for (const { from, lines } of versions)
    woven = woven ? next(woven, from, lines) : lines.map((text) => ({ text, from, until: "" }));
  return (woven ?? []).map(({ text, from, until }) => {
    if (text.startsWith(BUNDLE.span)) throw new Error(`${JSON.stringify(text)} would be read as a line with a span`);
    return from || until ? `${BUNDLE.span}${from}..${until} ${text}` : text;
  });
}

/** With one more version: what it lacks ends at its moment, what is new in it begins there. */
function next(woven: readonly Spanned[], moment: string, lines: readonly string[]): Spanned[] {
  const open = woven.filter(({ until }) => !until);
  const kept = common(
    open.map(({ text }) => text),
    lines,
  );
  const keeps = new Map(kept.map(([before, after]) => [open[before], after]));
  let told = 0;
  const fresh = (end: number) => {
    const texts = lines.slice(told, end).map((text) => ({ text, from: moment, until: "" }));
    told = end + 1;
    return texts;
  };
  const before = woven.flatMap((line) => {
    if (line.until) return [line];
    const at = keeps.get(line);
    return at === undefined ? [{ ...line, until: moment }] : [...fresh(at), line];
  });
  return [...before, ...fresh(lines.length)];
}

/** A line that two lists have in common: its place in each, and the one before it. */
interface Match {
  places: [number, number];
  before: Match | undefined;
}

/** How far a way through two lists has come in the first one, and what it found in both. */
interface Way {
  x: number;
  last: Match | undefined;
}

/** The places of lines that two lists have in common, in order, as many as there can be (Myers, "An O(ND) difference algorithm", 1986). */
function common(a: readonly string[], b: readonly string[]): [number, number][] {
  /** By diagonal (place in `a` less place in `b`), the way with so many differences that comes furthest. */
  let ways = new Map<number, Way>([[1, { x: 0, last: undefined }]]);
  for (let differences = 0; ; differences++) {
    const further = new Map<number, Way>();
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      const [added, removed] = [ways.get(diagonal + 1), ways.get(diagonal - 1)];
      let { x, last } =
        removed && (!added || removed.x >= added.x) ? { ...removed, x: removed.x + 1 } : present(added, "a way so far");
      for (; x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]; x++)
        last = { places: [x, x - diagonal], before: last };
      if (x >= a.length && x - diagonal >= b.length) return all(last);
      further.set(diagonal, { x, last });
    }
    ways = further;
  }
}

function all(last: Match | undefined): [number, number][] {
  const places: [number, number][] = [];
  for (let match = last; match; match = match.before) places.push(match.places);
  return places.reverse();
}
