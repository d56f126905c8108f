import { type Document, isScalar, type Node, parseDocument, visit } from "yaml";
import { firstLine } from "./printable.ts";
import { describeMistake, lineOf, unquoted } from "./yaml-mistake.ts";

/**
 * What takes the parser minutes of 100 KiB is not asked of it: it compares each key of a mapping with all others, looks for the anchor of each alias from the
 * beginning, and draws a picture of the place of each mistake.
 */
const QUICK = { uniqueKeys: false, prettyErrors: false };

/**
 * What YAML says, as a tree: of an alias below its own anchor there is no end, and whoever walks it comes to none. What two readers of YAML understand differently is
 * refused: Pulumi reads a stack file by YAML 1.1, and what a review shows by 1.2 would be another sandbox than the one that is placed.
 * @throws Error with what is wrong, in one line
 */
export function parseYaml(text: string, options: Parameters<typeof parseDocument>[1] = {}): unknown {
  mustBePlain(text);
  const document = parseDocument(text, { ...options, ...QUICK });
  const [wrong] = document.errors;
  if (wrong) throw new Error(describeMistake(wrong, text));
  mustHaveKeysOnce(document, text);
  mustBeUnderstood(document, text);
  mustHaveAnchors(document, text);
  const [doubtful] = document.warnings;
  if (doubtful) throw new Error(describeMistake(doubtful, text));
  const content: unknown = document.toJS();
  mustBeTree(content, []);
  return content;
}

/** What the parser says of a text that is none, less its picture of the place. */
export function whyNoYaml(error: unknown): string {
  return firstLine((error as Error).message).replace(/:$/, "");
}

/** Where one reader ends a line and another goes on, a comment of the one is a key of the other. YAML 1.1 ends it at the first three of these, too. */
const ODD =
  /[\u0085\u2028\u2029]|\r(?!\n)|[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|(?!^)\ufeff/u;

function mustBePlain(text: string): void {
  const odd = ODD.exec(text);
  if (!odd) return;
  const line = text.slice(0, odd.index).split("\n").length;
  const code = (odd[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  throw new Error(
    `it has the character U+${code} in line ${line}, at which some readers of YAML end a line, and none shows it; take it out`,
  );
}

/** Of a key that stands twice one reader takes the first and another the last; a number is the same key as its text. */
function mustHaveKeysOnce(document: Document.Parsed, text: string): void {
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name))
          throw new Error(
            `line ${lineOf(key.range?.[0] ?? 0, text)} has the key ${name} for the second time; keep one of the two`,
          );
        seen.add(name);
      }
    },
  });
}

/** Wildcards that are told at once; and aliases of a file that a person wrote, for each is looked up in all of it. */
const MANY = 20;
const MOST = 1000;

/** A wildcard without quotes is an alias to YAML, and its message would be about anchors. */
function mustHaveAnchors(document: Document.Parsed, text: string): void {
  const missing: string[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  visit(document, {
    Value(_key, { anchor }: { anchor?: string }) {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias(_key, { source, range }) {
      aliases += 1;
      if (aliases > MOST) throw new Error(`it has more than ${MOST} aliases (*); write out what they stand for`);
      if (!anchors.has(source)) missing.push(unquoted(lineOf(range?.[0] ?? 0, text), `*${source}`));
      return missing.length < MANY ? undefined : visit.BREAK;
    },
  });
  if (missing.length > 0) throw new Error(missing.join("; "));
}

/** Numbers of YAML 1.1 that are others, or texts, in 1.2: `012470` is 5432 to Pulumi. */
const TWO_NUMBERS = /^[-+]?(0[0-9_]+|0b[01_]+|[0-9][0-9]*_[0-9_]*)$/i;

function mustBeUnderstood(document: Document.Parsed, text: string): void {
  visit(document, {
    Node(_key, node: Node & { tag?: string; source?: string }) {
      if (node.tag !== undefined)
        throw new Error(
          `line ${lineOf(node.range?.[0] ?? 0, text)} has a tag, ${node.tag}, which readers of YAML follow differently; take it out, or put it in quotes where it is a text`,
        );
      if (isScalar(node) && node.type === "PLAIN" && TWO_NUMBERS.test(node.source ?? ""))
        throw new Error(
          `line ${lineOf(node.range?.[0] ?? 0, text)} has ${node.source}, which is another number to another reader of YAML; write it without a leading zero and without _, or in quotes where it is a text`,
        );
    },
  });
}

function mustBeTree(said: unknown, above: readonly unknown[]): void {
  if (typeof said !== "object" || said === null) return;
  if (above.includes(said)) throw new Error("an alias (*) stands below its own anchor (&), so it has no end");
  // JavaScript takes it for something else than a key, and would drop it without a word.
  if (Object.hasOwn(said, "__proto__")) throw new Error("__proto__ is no key that anything has");
  for (const inner of Object.values(said)) mustBeTree(inner, [...above, said]);
}
