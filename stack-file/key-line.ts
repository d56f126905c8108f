import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

const NAMESPACE = "agent-sandbox:";

/** Says on which line of a stack file a key path is written, as people count lines; nothing where it is not. */
export type KeyLine = (path: string, words?: readonly string[]) => number | undefined;

/**
 * Reads a stack file for the lines of its keys, or a file of the organisation, whose keys are not below `config:`. `egress.allow` with the word `github` is the line of that item, and of the whole list where the item is not found.
 * @param text of a file that is YAML
 */
export function keyLines(text: string): KeyLine {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const { contents } = document;
  const config = isMap(contents) && contents.has("config") ? contents.get("config", true) : contents;
  return (path, words = []) => {
    const at = (node: Node | null | undefined) => (node?.range ? lines.linePos(node.range[0]).line : undefined);
    let line: number | undefined;
    let node: unknown = config;
    for (let rest = path; rest !== ""; ) {
      const found = step(node, rest, node === config);
      if (!found) return line;
      line = at(found.key ?? (found.value as Node)) ?? line;
      ({ value: node, rest } = found);
    }
    if (!isSeq(node)) return line;
    return at(node.items.find((item) => isNamed(item, words)) as Node) ?? line;
  };
}

/** One key or number of a path further. A key may have dots in it, so the longest that fits is the one. */
function step(node: unknown, rest: string, top: boolean): { key?: Node; value: unknown; rest: string } | undefined {
  if (isSeq(node)) {
    const [all, number] = /^\[(\d+)\]\.?/.exec(rest) ?? [];
    if (all === undefined || node.items[Number(number)] === undefined) return undefined;
    return { value: node.items[Number(number)], rest: rest.slice(all.length) };
  }
  if (!isMap(node)) return undefined;
  const fitting = node.items.flatMap((pair) => {
    if (!isPair(pair) || !isScalar(pair.key)) return [];
    const written = String(pair.key.value);
    const key = top && written.startsWith(NAMESPACE) ? written.slice(NAMESPACE.length) : written;
    const after = rest.slice(key.length);
    return rest.startsWith(key) && /^($|[.[])/.test(after)
      ? [{ key: pair.key as Node, length: key.length, value: pair.value, rest: after.replace(/^\./, "") }]
      : [];
  });
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/** An item by its text, or by a text in it: `{host: git.acme.example, ports: [22]}`, `{allow: {host: git.acme.example}, until: …}`. */
function isNamed(item: unknown, words: readonly string[]): boolean {
  if (isScalar(item)) return words.includes(String(item.value));
  return isMap(item) && item.items.some(({ value }) => isNamed(value, words));
}
