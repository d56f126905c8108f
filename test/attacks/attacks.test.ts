import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { renderAttacks } from "../engine/attack/attacks-table.ts";
import { readTechnique, readTechniques } from "../engine/attack/techniques.ts";

const classes = readTechniques();
const techniques = classes.flatMap((kind) => kind.techniques);

test("docs/attacks.md is what the headers say: `node test/engine/attack/attacks-table.ts >docs/attacks.md`", () => {
  expect(readFileSync("docs/attacks.md", "utf8")).toBe(renderAttacks(classes));
});

test("every program of the folder is a technique, and each has a name of its own, as what it says carries it", () => {
  const files = execFileSync("find", ["test/engine/attack/techniques", "-name", "*.py"], { encoding: "utf8" });
  expect(techniques).toHaveLength(files.trim().split("\n").length);
  expect(new Set(techniques.map(({ id }) => id)).size).toBe(techniques.length);
});

test("what changes the ground that others stand on is tried last", () => {
  expect(classes.at(-1)).toMatchObject({ name: "a change of its own network", alone: "last" });
});

const program = (...header: string[]) => ['"""', ...header, '"""', "", "def attempt(token):", ""].join("\n");

test("a technique is its file's name, its header and its program", () => {
  expect(readTechnique("host/host-tcp.py", program("how: TCP to it: a port", "expect: refused tcp domain"))).toEqual({
    ...{ id: "host-tcp", at: "host/host-tcp", how: "TCP to it: a port", code: "\ndef attempt(token):\n" },
    expected: { refused: { kind: "tcp", reason: "domain" } },
  });
  expect(readTechnique("a/b.py", program("how: x", "expect: open for root admin", "unseen: why"))).toMatchObject({
    expected: { openFor: ["root", "admin"] },
    unseen: "why",
  });
});

test.each([
  ["in another language", "a/b.sh", program("how: x", "expect: shut"), /its name ends in \.py/],
  ["without a header", "a/b.py", "def attempt(token):\n", /does not begin with a header/],
  ["that does not say what is expected", "a/b.py", program("how: x"), /expect/],
  ["that expects what nobody judges", "a/b.py", program("how: x", "expect: closed"), /^expect is not shut, open/],
  ["open for nobody", "a/b.py", program("how: x", "expect: open for nobody"), /^expect is not shut, open/],
  ["with another key", "a/b.py", program("how: x", "expect: shut", "whom: y"), /whom/],
])("a program %s is no technique", (_what, at, text, why) => {
  expect(() => readTechnique(at, text)).toThrow(why);
});
