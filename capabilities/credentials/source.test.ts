import { parseSpec } from "../../stack-file/spec.ts";
import { askFor, sourceOf, writtenSource } from "./source.ts";

const told = (source: unknown) =>
  parseSpec({ workspace: "/w", secrets: { X: source } }).problems.map(({ path, message }) => `${path}: ${message}`);

test.each<[unknown, RegExp]>([
  [
    "hunter2",
    /^secrets\.X: is not a secret source; write one of \{env: NAME\}, .* a value is never written here in clear$/,
  ],
  [{}, /^secrets\.X: names no source; write one of \{env: NAME\}, \{file: path\}/],
  [{ export: true }, /^secrets\.X: names no source; /],
  [{ env: "A", file: "b" }, /^secrets\.X: names several sources, env and file; leave one of them$/],
  [{ file: "tok " }, /^secrets\.X\.file: has a space at an end, or a character that nobody sees; rename the file/],
  [{ file: "a\u202eb" }, /^secrets\.X\.file: has a space at an end, or a character that nobody sees/],
  [{ file: "a\nb" }, /^secrets\.X\.file: has a space at an end, or a character that nobody sees/],
  [{ keyring: "npm" }, /^secrets\.X\.keyring: is not an entry of a keyring; write \{keyring: service\/account\}/],
  [{ keyring: "--help/npm" }, /^secrets\.X\.keyring: is not an entry/],
  [
    { command: "pass show npm" },
    /^secrets\.X\.command: is not a program with its words; write \{command: \[program, words\]\}/,
  ],
  [{ command: [] }, /^secrets\.X\.command: is not a program/],
  [{ command: ["pass", 3] }, /^secrets\.X\.command\[1\]: is not a word; write it as text/],
  [{ command: ["a\0b"] }, /^secrets\.X\.command\[0\]: is empty or has a control character/],
  [{ op: "acme/npm" }, /^secrets\.X\.op: is not a reference of 1Password; write \{op: op:\/\/vault\/item\/field\}/],
  [{ op: "op://acme/npm" }, /^secrets\.X\.op: is not a reference/],
  [{ sops: "" }, /^secrets\.X\.sops: is not a file of sops; write/],
  [{ age: "npm.age" }, /^secrets\.X\.age: is not a mapping with the keys file, identity/],
  [{ age: { file: "npm.age" } }, /^secrets\.X\.age\.identity: is not the file of the identity; write/],
  [
    { encrypted: 3 },
    /^secrets\.X\.encrypted: is not an encrypted value; write it with pulumi config set --secret --path/,
  ],
])("%j is refused in one line, with what to write", (source, message) => {
  const problems = told(source);
  expect(problems).toEqual([expect.stringMatching(message)]);
  expect(problems[0]).not.toContain("hunter2");
});

test("a source is what it says, and reads again as it was written", () => {
  const age = { age: { file: "a.age", identity: "~/id" } };
  expect(sourceOf({ ...age, expires: "2027-01-31" } as typeof age)).toEqual(age);
  expect(writtenSource(age)).toBe("{age: {file: a.age, identity: ~/id}}");
  expect(writtenSource({ command: ["pass", "show", "npm"] })).toBe("{command: [pass, show, npm]}");
  expect(writtenSource({ encrypted: "hunter2" })).toBe("{encrypted: {secure: …}}");
});

test("no argument of a program begins with a dash by what a stack file says of a name", () => {
  const asked = [
    askFor({ keyring: "acme/npm" }, { platform: "linux" }),
    askFor({ keyring: "acme/npm" }, { platform: "darwin" }),
    askFor({ op: "op://acme/npm/token" }, { platform: "linux" }),
  ];
  expect(asked.map((ask) => "args" in ask && ask.args.filter((word) => word.startsWith("-")))).toEqual([
    [],
    ["-s", "-a", "-w"],
    ["--no-newline"],
  ]);
});
