import fc from "fast-check";
import { parseWords, renderWords } from "./text.ts";

const word = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.oneof(fc.string(), fc.array(fc.string())), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.dictionary(fc.string(), fc.string())), { maxKeys: 3 }),
);
const lines = fc.array(
  fc.oneof(fc.constantFrom("", "==> words", "  ]", "{", ","), fc.string({ unit: "grapheme-ascii" })),
);
const text = lines.map((some) => `${some.join("\n")}\n`);

test("what is written is read back, whatever the words and the lines of the texts are", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1 }), word, { noNullPrototype: true }),
      fc.dictionary(fc.stringMatching(/^[a-z.-]{1,9}$/), text, { noNullPrototype: true }),
      (words, texts) => {
        expect(parseWords(renderWords(words, texts))).toEqual({ words, texts });
      },
    ),
  );
});

test("one entry more is one line more, also at the end and where there was none", () => {
  const count = (hosts: string[]) => renderWords({ hosts, of: {} }).split("\n");
  for (const [before, after] of [
    [[], ["a"]],
    [["a"], ["a", "b"]],
    [["b"], ["a", "b"]],
  ] as const) {
    const lines = count([...before]);
    expect(count([...after]).filter((line) => !lines.includes(line))).toHaveLength(1);
    expect(count([...after])).toHaveLength(lines.length + 1);
  }
});

test("the words of a step that an earlier version placed are read: its undo has them", () => {
  expect(parseWords('{"client": "acme"}')).toEqual({ words: { client: "acme" }, texts: {} });
});
