import { parseYaml } from "./yaml.ts";

test("aliases are what their anchors are, as often as they stand", () => {
  expect(parseYaml("a: &x {b: [1]}\nc: [*x, *x]\n")).toEqual({ a: { b: [1] }, c: [{ b: [1] }, { b: [1] }] });
});

test.each([
  [
    "domains:\n  - *.example.com\n  - a.test\n  - *.b.test\n",
    /^line 2 has \*\.example\.com without quotes, .*; write "\*\.example\.com"; line 4 has \*\.b\.test without quotes, .*; write "\*\.b\.test"$/,
  ],
  ["domains: [*.example.com]\n", /^line 1 has \*\.example\.com without quotes/],
  ["domains:\n  - *\n", /^line 2 has \* without quotes.*; write "\*"$/],
  ["a: [*later]\nb: &later 1\n", /^line 1 has \*later without quotes/],
  ["domains:\n\t- a.test\n", /^line 2 is indented with a tab; indent it with spaces$/],
  [
    "services: [npm]\ndomains: []\nservices: [pypi]\n",
    /^line 3 has the key services for the second time; keep one of the two$/,
  ],
  ['"8080": 1\n8080: 2\n', /^line 2 has the key 8080 for the second time/],
  ["a: {b: 1, 'b': 2}\n", /^line 1 has the key b for the second time/],
  ["c:\n  a:b: 1\n  a:b: 2\n", /^line 3 has the key a:b for the second time/],
  ["a:\n  - @scope\n", /^in line 2 a text begins with @, .*; put it in quotes$/],
  ["a: [b, c\nd: 1\n", /^line 1 opens \[, and nothing closes it; write \] where it ends$/],
  ["a: &x [1, *x]\n", /below its own anchor/],
  ["&x a: {b: {c: &y {d: *y}}}\n", /below its own anchor/],
  ["a: [{__proto__: {b: 1}}]\n", /__proto__ is no key/],
  ["# note\u2028  agent-sandbox:profile: web\n", /U\+2028 in line 1, at which some readers of YAML end a line/],
  ["a: 1\n# note\u0085b: 2\n", /U\+0085 in line 2/],
  ["# note\u2029b: 2\n", /U\+2029/],
  ["# note\rb: 2\n", /U\+000D/],
  ["a: \u001b[2J\n", /U\+001B/],
  ["a: 1\n\ufeffb: 2\n", /U\+FEFF/],
  ["host: [012470]\n", /^line 1 has 012470, which is another number to another reader/],
  ["pids: 1_000\n", /1_000, which is another number/],
  ["pids: 0b11\n", /0b11, which is another number/],
  ["a: !x shell\n", /^line 1 has a tag, !x,/],
  ["a: !!bool yes\n", /has a tag/],
  ["a: [1, !!map {b: 1}]\n", /has a tag/],
])("%j is refused in one sentence", (text, why) => {
  expect(() => parseYaml(text)).toThrow(why);
});

test.each([
  ["\ufeffa: 1\r\nb: äöü €😀\r\n", { a: 1, b: "äöü €😀" }],
  ["a: [0, 0x10, -5, 1.5, '0755', 10:30]\n", { a: [0, 16, -5, 1.5, "0755", "10:30"] }],
  ['a: "\\e[2J\\u2028"\n', { a: "\u001b[2J\u2028" }],
])("%j is read as it is", (text, content) => {
  expect(parseYaml(text)).toEqual(content);
});

// Each took minutes, and the review of a pull request with it.
test.each([
  ["keys", Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join(""), undefined],
  ["the same key", "a: b\n".repeat(2 ** 16), /^line 2 has the key a/],
  ["mistakes", "&a ".repeat(2 ** 16), /^line 1, column 4 is where reading it ends;.*at most one anchor/],
  ["wildcards without quotes", "- *b\n".repeat(2 ** 14), /^line 1 has \*b without quotes/],
  ["aliases", `- &a x\n${"- *a\n".repeat(2 ** 14)}`, /^it has more than 1000 aliases/],
  ["lists in each other", "[".repeat(2 ** 16), /stack/],
])("a file with thousands of %s is read, or refused", (_what, text, why) => {
  const read = () => parseYaml(text);
  if (why) expect(read).toThrow(why);
  else expect(read).not.toThrow();
});
