import { BASH } from "./bash.ts";
import { blocksOf, judgeEmpty, judgeScript, recipesOf } from "./judge.ts";
import { MAKE } from "./make.ts";
import type { Rule } from "./rule.ts";
import { TOOLS } from "./tools.ts";

const SHELL = [...BASH, ...TOOLS];
const ALL: readonly (readonly [of: readonly Rule[], rule: Rule])[] = [
  ...SHELL.map((rule) => [SHELL, rule] as const),
  ...MAKE.map((rule) => [MAKE, rule] as const),
];
const found = (text: string, rules: readonly Rule[]) => judgeScript(text, rules).map(({ rule }) => rule.what);

test.each(ALL.flatMap(([of, rule]) => rule.found.map((line) => ({ line, what: rule.what, of }))))(
  "$line is found",
  ({ line, what, of }) => expect(found(line, of)).toContain(what),
);

test.each(ALL.flatMap(([of, rule]) => (rule.fine ?? []).map((line) => ({ line, what: rule.what, of }))))(
  "$line is no $what",
  ({ line, what, of }) => expect(found(line, of)).not.toContain(what),
);

test("what a comment says is nobody's command", () => {
  expect(found("a # timeout 5 b", SHELL)).toEqual([]);
  expect(found("# sed -i", SHELL)).toEqual([]);
  expect(found("a=${b#timeout }; timeout 5 c", SHELL)).toEqual(["timeout"]);
  expect(found("echo 'a # b'; timeout 5 c", SHELL)).toEqual(["timeout"]);
  expect(found('echo "a \\" # b"; timeout 5 c # sed -i', SHELL)).toEqual(["timeout"]);
  expect(found("a # don't: timeout 5 b", SHELL)).toEqual([]);
  expect(found("don't # timeout 5 b", SHELL)).toEqual([]);
});

test("an array that may be empty is found where it is handed on, unless it is asked how many there are", () => {
  expect(judgeEmpty('a=()\nb "${a[@]}"').map(({ line }) => line)).toEqual([2]);
  expect(judgeEmpty('a=()\nb ${a[@]+"${a[@]}"}')).toEqual([]);
  expect(judgeEmpty('a=()\n[ ${#a[@]} -gt 0 ] || return\nb "${a[@]}"')).toEqual([]);
  expect(judgeEmpty('a=(c)\nb "${a[@]}"')).toEqual([]);
});

test("recipes of a Makefile are scripts, too", () => {
  expect(found(recipesOf("a:\n\t@timeout 5 b\n\t-@echo $${c^^}\n"), SHELL)).toEqual(["timeout", "${x,,} or ${x^^}"]);
});

test("of a page, what a person copies is a script: of a block with prompts the lines that have one", () => {
  expect(blocksOf("a\n```console\n$ b\nc\n```\n```sh\nd\n```\n```yaml\ne\n```\n```bash bin/f\ng\n```\n")).toEqual([
    { text: "b\n", line: 2 },
    { text: "d\n", line: 6 },
  ]);
});
