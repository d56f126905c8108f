import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isNode, isSeq, parse, parseDocument, stringify, type YAMLMap } from "yaml";

/** A grant as a stack file has it. */
export interface GrantLine {
  allow: string | { host: string; ports: readonly number[] };
  until: string;
  why: string;
}

const GRANTS = "agent-sandbox:grants";

/**
 * A stack file with one more grant, or with another end and reason of the one that it has for the same destination. Comments and all other lines stay.
 * @param text the file's
 * @returns the new text and the grant's place in the list; or what of the file is in the way, as the end of a sentence
 */
export function withGrant(text: string, grant: GrantLine): { text: string; index: number } | { unfit: string } {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) return { unfit: `is not YAML: ${broken.message.split("\n")[0]}` };
  const config = document.get("config");
  if (!isMap(config)) return { unfit: "has no mapping `config:`" };
  const list = config.get(GRANTS) ?? undefined;
  if (list !== undefined && !isSeq(list)) return { unfit: `has no list at ${GRANTS}` };
  const items = list?.items ?? [];
  const there = items.findIndex((item) => isMap(item) && hostOf(item.toJSON().allow) === hostOf(grant.allow));
  if (there !== -1) {
    change(document, items[there] as YAMLMap, grant);
    return { text: written(document, text), index: there };
  }
  const index = items.length;
  const line = inserted(text, config, grant);
  if (list) list.add(document.createNode(grant, { flow: true }));
  else config.set(GRANTS, document.createNode([grant], { flow: false }));
  const same = line !== undefined && isDeepStrictEqual(parse(line), document.toJS());
  return { text: same ? line : written(document, text), index };
}

/** Ports are no part of it: one name has one grant. */
function hostOf(allow: unknown): unknown {
  return typeof allow === "object" && allow !== null && "host" in allow ? allow.host : allow;
}

function change(document: Document, item: YAMLMap, grant: GrantLine): void {
  for (const [key, value] of Object.entries(grant))
    item.set(key, typeof value === "string" ? value : document.createNode(value, { flow: true }));
}

/**
 * The text with a line put in below the last grant, or below all of `config:`; nothing where that is written in one line. Writing the whole document anew would
 * put each list of several lines in one. Whether the text says what it should is for the caller to see.
 */
function inserted(text: string, config: YAMLMap, grant: GrantLine): string | undefined {
  const line = stringify(grant, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trimEnd();
  const list = config.get(GRANTS);
  const among = isSeq(list) && !list.flow ? list.items : config.items.map(({ value }) => value);
  const first = isSeq(list) ? list.items[0] : config.items[0]?.key;
  const last = among.at(-1);
  if (config.flow || (isSeq(list) && list.flow) || !isNode(first) || !isNode(last)) return undefined;
  if (!first.range || !last.range) return undefined;
  const before = text.slice(text.lastIndexOf("\n", first.range[0] - 1) + 1, first.range[0]);
  const lines = isSeq(list) ? [`${before}${line}`] : [`${before}${GRANTS}:`, `${before}  - ${line}`];
  const end = text.indexOf("\n", text.slice(0, last.range[1]).trimEnd().length);
  const [above, below] = end === -1 ? [text, "\n"] : [text.slice(0, end), text.slice(end)];
  return [above, ...lines].join("\n") + below;
}

/** As the file is written, as far as the library can: no line is broken, lists and mappings in one line look as they did. */
function written(document: Document, before: string): string {
  return document.toString({
    lineWidth: 0,
    flowCollectionPadding: /[[{] +[^\s#]/.test(before),
    indentSeq: !/^( *)[^\s#-][^\n]*:\n\1- /m.test(before),
  });
}
