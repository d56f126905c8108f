import { compare, isWider } from "../../plan/review/compare.ts";
import { guardrailFacts, guardrailTopics } from "./facts.ts";
import { LEVELS, type Level } from "./keys.ts";

const facts = (level?: Level) => guardrailFacts({ guardrails: level ? { "own-root": { level, why: "x" } } : {} });
const classes = (before?: Level, after?: Level) =>
  compare(facts(before), facts(after), guardrailTopics).map((change) => change.class);

/** Whether a client may be held back by less, or by more, whatever level the organisation has. */
function canBe(before?: Level, after?: Level): [less: boolean, more: boolean] {
  const pairs = LEVELS.map((own) => [before ?? own, after ?? own].map((level) => LEVELS.indexOf(level)));
  return [pairs.some(([was, is]) => is! < was!), pairs.some(([was, is]) => is! > was!)];
}

const ALL = [undefined, ...LEVELS];
test.each(ALL.flatMap((before) => ALL.map((after): [Level | undefined, Level | undefined] => [before, after])))(
  "a guardrail's level from %s to %s is told by what it can be for any level of the organisation's own",
  (before, after) => {
    const [less, more] = canBe(before, after);
    const expected = less ? (more ? "unordered" : "widens") : "narrows";
    expect(classes(before, after)).toEqual(before === after ? [] : [expected]);
  },
);

test("a stricter level that is taken away asks for an approval, and one that turned it off does not", () => {
  const changes = LEVELS.map((level) => [level, compare(facts(level), [], guardrailTopics).some(isWider)]);
  expect(changes).toEqual([
    ["off", false],
    ["advisory", true],
    ["mandatory", true],
  ]);
});
