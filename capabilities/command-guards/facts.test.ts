import fc from "fast-check";
import { compare } from "../../plan/review/compare.ts";
import { guardFacts, guardTopics } from "./facts.ts";
import type { Guard } from "./guard.ts";

const facts = (pattern: string, message: string) => guardFacts([{ name: "push", pattern, message } as Guard]);

test("two guards are told apart wherever a line ends in what they refuse or say", () => {
  const text = fc.array(fc.constantFrom("a", "\n", '"', ",", "\\n"), { maxLength: 4 }).map((parts) => parts.join(""));
  const guard = fc.tuple(text, text);
  fc.assert(
    fc.property(guard, guard, (one, other) => {
      const changes = compare(facts(...one), facts(...other), guardTopics);
      expect(changes.length > 0).toBe(one[0] !== other[0] || one[1] !== other[1]);
    }),
  );
  const moved = compare(facts("\\bgit push\\b", "No.\nAsk."), facts("\\bgit push\\b\nNo.", "Ask."), guardTopics);
  expect(moved).toMatchObject([{ about: "push", class: "unordered" }]);
});
