import fc from "fast-check";
import { parseWords, renderWords } from "./text.ts";

const INPUT = {
  engine: { cli: "docker", host: "unix:///x" },
  client: "acme",
  files: { "policy.json": { lines: true } },
};

/** A line as one is that could be taken for something else. */
const line = fc.oneof(
  fc.constantFrom("", " ", "  ", "==> words", "  ==> policy.json", "{", "a\r", "a\u2028==> b", "\u2029  c"),
  fc.string({ unit: "binary" }).filter((text) => !text.includes("\n")),
);
const lines = fc.array(line, { minLength: 1 }).map((all) => all.map((one) => `${one}\n`).join(""));
const name = fc.constantFrom("policy.json", "guards.json", "env/_all/NOTE", "env/claude/A B");

test("a step reads the words and texts that it was given, whatever their lines look like", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(name, lines), (more, texts) => {
      const words = { ...INPUT, ...more };
      expect(parseWords(renderWords(words, texts))).toEqual({ words: JSON.parse(JSON.stringify(words)), texts });
    }),
  );
});

test("a text without a line's end gets one", () => {
  const again = (text: string) => parseWords(renderWords(INPUT, { note: text })).texts.note;
  expect(["", "a", "a\n\n b"].map(again)).toEqual(["\n", "a\n", "a\n\n b\n"]);
});

test("no line but those of marks begins like one, and the first keeps Pulumi from reading JSON", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(name, lines), (words, texts) => {
      const marks = renderWords(words, texts)
        .split("\n")
        .filter((line) => line.startsWith("==> "));
      expect(marks).toEqual(["words", ...Object.keys(texts)].map((name) => `==> ${name}`));
    }),
  );
});

test("one entry more is one line more, also at the end and where there was none", () => {
  const count = (hosts: readonly string[]) => renderWords({ hosts, of: {} }).split("\n");
  for (const [before, after] of [
    [[], ["a"]],
    [["a"], ["a", "b"]],
    [["b"], ["a", "b"]],
  ] as const) {
    const lines = count(before);
    expect(count(after).filter((line) => !lines.includes(line))).toHaveLength(1);
    expect(count(after)).toHaveLength(lines.length + 1);
  }
});

test("one line of a text more is one line more", () => {
  const before = renderWords(INPUT, { "policy.json": "a\nb\n" }).split("\n");
  const after = renderWords(INPUT, { "policy.json": "a\nnew\nb\n" }).split("\n");
  expect(after.toSpliced(after.indexOf("  new"), 1)).toEqual(before);
});

test("the words of a step that an earlier version placed are read: its undo still has them", () => {
  expect(parseWords(JSON.stringify(INPUT))).toEqual({ words: INPUT, texts: {} });
});

test("what is no words is no step's", () => {
  for (const text of ["", "==> words", "==> words\n", "==> words\n{", "words"])
    expect(() => parseWords(text)).toThrow();
});
