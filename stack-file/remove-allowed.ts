import { isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";

/**
 * A stack file without one item of `egress.allow`. Its text goes and everything else stays as it is, comments and blanks included; comments about the item alone go along: in its own line, and
 * above it.
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
  const [from, to] = list.flow ? inLine(text, list, ranges, at) : ofLines(text, ranges, at);
  const empty = ranges.length === 1 && !list.flow ? "[]\n" : "";
  return text.slice(0, from) + empty + text.slice(to);
}

function find(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key);
}

type Range = Node["range"];

/** In lines of its own it goes with them; beside others, with the comma up to the next or from the one before. */
function inLine(text: string, list: YAMLSeq, ranges: readonly Range[], at: number): [from: number, to: number] {
  const [start = 0, end = 0] = ranges[at] ?? [];
  const [before, next] = [ranges[at - 1], ranges[at + 1]];
  // Behind the comma, and behind a comment that ends the line.
  const behind = end + (/^\s*,/.exec(text.slice(end))?.[0].length ?? 0);
  const rest = behind + (/^[ \t]*(#.*)?(?=\n)/.exec(text.slice(behind))?.[0].length ?? 0);
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const alone = text.slice(line, start).trim() === "" && text[rest] === "\n" && line > (list.range?.[0] ?? 0);
  if (alone) return [aboveOf(text, line, rest + 1), rest + 1];
  if (next && !text.slice(end, next[0]).includes("\n")) return [start, next[0]];
  if (before && !text.slice(before[1], start).includes("\n")) return [before[1], end];
  return [start, text[rest] === "\n" ? rest : behind];
}

/** From its dash to the line below. The only one leaves its dash's place to what stands for an empty list. */
function ofLines(text: string, ranges: readonly Range[], at: number): [from: number, to: number] {
  const [start = 0, end = 0] = ranges[at] ?? [];
  const dash = text.lastIndexOf("-", start - 1);
  const last = text[end - 1] === "\n" ? end - 1 : end;
  const next = text.indexOf("\n", last);
  const to = next < 0 ? text.length : next + 1;
  return ranges.length === 1 ? [dash, to] : [aboveOf(text, text.lastIndexOf("\n", dash - 1) + 1, to), to];
}

/**
 * Where the comment above an item begins that is about it alone, for that goes along: left there, it would be the next one's. Directly above the next item, without a comment
 * or a blank line between them, it may be about both, and stays.
 * @param line where the item's line begins @param to where what is below it begins
 */
function aboveOf(text: string, line: number, to: number): number {
  const below = /^[ \t]*(\S?)/.exec(text.slice(to).split("\n", 1)[0] ?? "")?.[1] ?? "";
  const isItem = below !== "" && below !== "#" && below !== "]" && indentAt(text, to) >= indentAt(text, line);
  if (isItem) return line;
  let from = line;
  while (from > 0) {
    const above = text.lastIndexOf("\n", from - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(above, from))) break;
    from = above;
  }
  return from;
}

function indentAt(text: string, at: number): number {
  return /^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0;
}
