import {
  type Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parse,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

const KEY = "agent-sandbox:egress";

/** An item of `egress.allow`. */
export type AllowedItem = string | { host: string; ports: readonly number[] };

/**
 * A stack file with more items in `egress.allow`. Text is put in at one place and everything else stays as it is, comments and blanks included: what writes a whole
 * document would draw comments that stand below each other together.
 * @returns nothing where the file is written in a way that has no place for it: an alias, say
 */
export function addAllowed(text: string, items: readonly AllowedItem[]): string | undefined {
  const document = parseDocument(text);
  const place = placeOf(document, text, items.map(written));
  if (!place) return undefined;
  return text.slice(0, place.at) + place.text + text.slice(place.at);
}

interface Place {
  at: number;
  text: string;
}

function placeOf({ contents }: Document, text: string, items: string[]): Place | undefined {
  const config = isMap(contents) ? contents.get("config", true) : undefined;
  if (!isMap(config)) return undefined;
  const egress = find(config, KEY) ?? find(config, "egress");
  const allow = `allow: [${items.join(", ")}]`;
  if (!egress) return intoMap(config, text, `${KEY}: {${allow}}`);
  if (!isMap(egress.value)) return undefined;
  const list = find(egress.value, "allow");
  if (!list) return intoMap(egress.value, text, allow);
  return isSeq(list.value) ? intoList(list.value, text, items) : undefined;
}

function find(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key);
}

function intoList(list: YAMLSeq, text: string, items: string[]): Place | undefined {
  const last = list.items.at(-1) as Node | undefined;
  if (list.flow || !last?.range)
    return {
      at: last?.range ? last.range[1] : (list.range?.[0] ?? 0) + 1,
      text: `${last ? ", " : ""}${items.join(", ")}`,
    };
  const first = (list.items[0] as Node).range?.[0] ?? 0;
  const dash = text.lastIndexOf("-", first);
  return behind(
    last.range[1],
    text,
    items.map((item) => `${indent(dash, text)}- ${item}`),
  );
}

function intoMap(map: YAMLMap, text: string, line: string): Place | undefined {
  const range = map.range;
  if (!range) return undefined;
  const [first, last] = [map.items[0], map.items.at(-1)];
  if (map.flow || !first) return { at: range[0] + 1, text: first ? `${line}, ` : line };
  const start = (first.key as Node).range?.[0] ?? 0;
  const end = ((last?.value ?? last?.key) as Node | undefined)?.range?.[1] ?? 0;
  return behind(end, text, [`${indent(start, text)}${line}`]);
}

/** The blanks before a place in its line. */
function indent(at: number, text: string): string {
  return /^[ ]*/.exec(text.slice(text.lastIndexOf("\n", at - 1) + 1))?.[0] ?? "";
}

/** Lines below the one that something ends in, whose comment stays with it. */
function behind(end: number, text: string, lines: readonly string[]): Place {
  // A block ends behind the end of its last line.
  const last = text[end - 1] === "\n" ? end - 1 : end;
  const next = text.indexOf("\n", last);
  return next < 0
    ? { at: text.length, text: `\n${lines.join("\n")}` }
    : { at: next + 1, text: lines.map((line) => `${line}\n`).join("") };
}

function written(item: AllowedItem): string {
  if (typeof item !== "string") return `{host: ${word(item.host)}, ports: [${item.ports.join(", ")}]}`;
  return word(item);
}

/** In quotes where YAML would read something else. */
function word(text: string): string {
  return /^[A-Za-z0-9_.-]+$/.test(text) && parse(text) === text ? text : JSON.stringify(text);
}
