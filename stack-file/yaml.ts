import { parse } from "yaml";

/**
 * What YAML says, as a tree: of an alias below its own anchor there is no end, and whoever walks it comes to none.
 * @throws Error with what is wrong, its first line a sentence
 */
export function parseYaml(text: string, options: Parameters<typeof parse>[2] = {}): unknown {
  const content: unknown = parse(text, options);
  mustBeTree(content, []);
  return content;
}

function mustBeTree(said: unknown, above: readonly unknown[]): void {
  if (typeof said !== "object" || said === null) return;
  if (above.includes(said)) throw new Error("an alias (*) stands below its own anchor (&), so it has no end");
  // JavaScript takes it for something else than a key, and would drop it without a word.
  if (Object.hasOwn(said, "__proto__")) throw new Error("__proto__ is no key that anything has");
  for (const inner of Object.values(said)) mustBeTree(inner, [...above, said]);
}
