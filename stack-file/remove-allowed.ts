import { isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";

/**
 * A stack file without one item of `egress.allow`. Its text goes and everything else stays as it is, comments and blanks included; a comment in the item's own line goes along.
 * @param at the item's place in the list
 * @returns nothing where the file is written in a way that has no such place: an alias, say
 */
export function removeAllowed(text: string, at: number): string | undefined {
  const { contents } = parseDocument(text);
  const config = isMap(contents) ? contents.get("config", true) : undefined;
  const egress = isMap(config) ? (find(config, "agent-sandbox:egress") ?? find(config, "egress")) : undefined;
  const list = isMap(egress?.value) ? find(egress.value, "allow")?.value : undefined;
  if (!isSeq(list) || !list.range) return undefined;
  const ranges = list.items.map((item) => (item as Node).range);
  const own = ranges[at];
  if (!own) return undefined;
  const [from, to] = list.flow ? inLine(list, ranges, at) : ofLines(text, ranges, at);
  const empty = ranges.length === 1 && !list.flow ? "[]\n" : "";
  return text.slice(0, from) + empty + text.slice(to);
}

function find(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key);
}

type Range = Node["range"];

/** From the end of the one before, with the comma; of the first up to the next. */
function inLine(list: YAMLSeq, ranges: readonly Range[], at: number): [from: number, to: number] {
  const [before, own, next] = [ranges[at - 1], ranges[at], ranges[at + 1]];
  if (before) return [before[1], own?.[1] ?? 0];
  return [(list.range?.[0] ?? 0) + 1, next?.[0] ?? own?.[1] ?? 0];
}

/** From its dash to the line below. The only one leaves its dash's place to what stands for an empty list. */
function ofLines(text: string, ranges: readonly Range[], at: number): [from: number, to: number] {
  const [start = 0, end = 0] = ranges[at] ?? [];
  const dash = text.lastIndexOf("-", start - 1);
  const last = text[end - 1] === "\n" ? end - 1 : end;
  const next = text.indexOf("\n", last);
  const to = next < 0 ? text.length : next + 1;
  return ranges.length === 1 ? [dash, to] : [text.lastIndexOf("\n", dash - 1) + 1, to];
}
