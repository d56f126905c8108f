import { isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";

/**
 * A stack file without one item of `egress.allow`. Its text goes and everything else stays as it is, comments and blanks included; a comment about the item alone goes along: in its own line,
 * or in the one above it.
 * @param at the item's place in the list
 * @returns the text, and the comments of lines of their own that went; nothing where the file is written in a way that has no such place: an alias, say
 */
export function removeAllowed(text: string, at: number): { text: string; comments: string[] } | undefined {
  const { contents } = parseDocument(text);
  const config = isMap(contents) ? contents.get("config", true) : undefined;
  const egress = isMap(config) ? (find(config, "agent-sandbox:egress") ?? find(config, "egress")) : undefined;
  const list = isMap(egress?.value) ? find(egress.value, "allow")?.value : undefined;
  if (!isSeq(list) || !list.range) return undefined;
  const ranges = list.items.map((item) => (item as Node).range);
  const own = ranges[at];
  if (!own) return undefined;
  const [from, to] = list.flow ? inLine(text, list, ranges, at) : ofLines(text, ranges, at);
  const gone = text.slice(from, to);
  const empty = ranges.length === 1 && !list.flow ? `[]${/\r\n$/.test(gone) ? "\r\n" : "\n"}` : "";
  const comments = text.slice(from, own[0]).match(/^[ \t]*#.*/gm) ?? [];
  return { text: text.slice(0, from) + empty + text.slice(to), comments: comments.map((line) => line.trim()) };
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
  const rest = behind + (/^[ \t]*(#.*)?(?=\r?\n)/.exec(text.slice(behind))?.[0].length ?? 0);
  const ends = /^\r?\n/.exec(text.slice(rest))?.[0].length ?? 0;
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const alone = text.slice(line, start).trim() === "" && ends > 0 && line > (list.range?.[0] ?? 0);
  if (alone) return [at === 0 ? line : aboveOf(text, line, rest + ends), rest + ends];
  if (next && !text.slice(end, next[0]).includes("\n")) return [start, next[0]];
  if (before && !text.slice(before[1], start).includes("\n")) return [before[1], end];
  return [start, ends > 0 ? rest : behind];
}

/** From its dash to the line below. The only one leaves its dash's place to what stands for an empty list. */
function ofLines(text: string, ranges: readonly Range[], at: number): [from: number, to: number] {
  const [start = 0, end = 0] = ranges[at] ?? [];
  const dash = text.lastIndexOf("-", start - 1);
  const last = text[end - 1] === "\n" ? end - 1 : end;
  const next = text.indexOf("\n", last);
  const to = next < 0 ? text.length : next + 1;
  const line = text.lastIndexOf("\n", dash - 1) + 1;
  return [ranges.length === 1 ? dash : at === 0 ? line : aboveOf(text, line, to), to];
}

/**
 * Where the comment above an item begins, for that goes along where it is about the item alone: left there, it would be the next one's. With the next item below it, directly or after blank lines,
 * it may be about both, and stays. So does one of several lines, of which the first may be about more, and above the first item, where it may be about the list.
 * @param line where the item's line begins @param to where what is below it begins
 */
function aboveOf(text: string, line: number, to: number): number {
  const [, indent = "", below = "#"] = /^(?:[ \t]*\r?\n)*([ \t]*)(\S)/.exec(text.slice(to)) ?? [];
  if (!["#", "]"].includes(below) && indent.length >= indentAt(text, line)) return line;
  const above = lineAbove(text, line);
  return isComment(text, above) && !isComment(text, lineAbove(text, above)) ? above : line;
}

/** Where the line above one begins; of the first it is the same. */
function lineAbove(text: string, line: number): number {
  return line === 0 ? 0 : text.lastIndexOf("\n", line - 2) + 1;
}

function isComment(text: string, line: number): boolean {
  return /^[ \t]*#/.test(text.slice(line, text.indexOf("\n", line)));
}

function indentAt(text: string, at: number): number {
  return /^[ \t]*/.exec(text.slice(at))?.[0].length ?? 0;
}
