import { type Document, isScalar, type Node, parseDocument, visit, type YAMLError } from "yaml";

/**
 * What YAML says, as a tree: of an alias below its own anchor there is no end, and whoever walks it comes to none. What two readers of YAML understand differently is
 * refused: Pulumi reads a stack file by YAML 1.1, and what a review shows by 1.2 would be another sandbox than the one that is placed.
 * @throws Error with what is wrong, in one line
 */
export function parseYaml(text: string, options: Parameters<typeof parseDocument>[1] = {}): unknown {
  mustBePlain(text);
  const document = parseDocument(text, options);
  const [wrong] = document.errors;
  if (wrong) throw new Error(describeMistake(wrong, text));
  mustBeUnderstood(document);
  mustHaveAnchors(document, text);
  const [doubtful] = document.warnings;
  if (doubtful) throw doubtful;
  const content: unknown = document.toJS();
  mustBeTree(content, []);
  return content;
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

/** The commonest mistakes, with what was likely meant; of all others what the parser says. */
function describeMistake({ code, message, linePos }: YAMLError, text: string): string {
  const line = linePos?.[0].line ?? 1;
  const written = (text.split("\n")[line - 1] ?? "").slice((linePos?.[0].col ?? 1) - 1);
  switch (code) {
    case "BAD_ALIAS":
      return unquoted(line, written.trim());
    case "BAD_SCALAR_START":
      return `in line ${line} a text begins with ${written.charAt(0)}, which means something else to YAML; put it in quotes`;
    case "DUPLICATE_KEY":
      return `line ${line} has the key ${/^.*?(?=:\s|:$|$)/.exec(written)?.[0].trim()} for the second time; keep one of the two`;
    case "TAB_AS_INDENT":
      return `line ${line} is indented with a tab; indent it with spaces`;
    default:
      return message.split("\n")[0]?.replace(/:$/, "") ?? message;
  }
}

/** A wildcard without quotes is an alias to YAML, and its message would be about anchors. All are told at once. */
function mustHaveAnchors(document: Document.Parsed, text: string): void {
  const missing: string[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined)
        missing.push(unquoted(text.slice(0, alias.range?.[0]).split("\n").length, `*${alias.source}`));
    },
  });
  if (missing.length > 0) throw new Error(missing.join("; "));
}

function unquoted(line: number, written: string): string {
  return `line ${line} has ${written} without quotes, which YAML takes for an alias of an anchor that is not there; write ${JSON.stringify(written)}`;
}

/** Numbers of YAML 1.1 that are others, or texts, in 1.2: `012470` is 5432 to Pulumi. */
const TWO_NUMBERS = /^[-+]?(0[0-9_]+|0b[01_]+|[0-9][0-9]*_[0-9_]*)$/i;

function mustBeUnderstood(document: Document.Parsed): void {
  visit(document, {
    Node(_key, node: Node & { tag?: string; source?: string }) {
      if (node.tag !== undefined)
        throw new Error(`it has a tag, ${node.tag}, which readers of YAML follow differently; take it out`);
      if (isScalar(node) && node.type === "PLAIN" && TWO_NUMBERS.test(node.source ?? ""))
        throw new Error(
          `${node.source} is another number to another reader of YAML; write it without a leading zero and without _, or in quotes where it is a text`,
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
