import { compare } from "../../plan/review/compare.ts";
import type { Declared } from "../capability.ts";
import { esc } from "./plan.ts";

const facts = (...names: string[]) => esc.posture!({ spec: { esc: names } } as unknown as Declared);
const told = (before: string[], after: string[]) =>
  compare(facts(...before), facts(...after), esc.topics!).map(({ class: of, sign, about }) => `${of} ${sign} ${about}`);

test("of two environments the later one gives what both have, and in another order another one does", () => {
  expect(facts("acme/a", "acme/b").map(({ about, says }) => `${about}: ${says}`)).toEqual([
    "acme/a: its variables and secrets are in each up, unless from acme/b",
    "acme/b: its variables and secrets are in each up",
  ]);
  expect(told(["acme/a", "acme/b"], ["acme/b", "acme/a"])).toEqual(["widens ~ acme/a", "narrows ~ acme/b"]);
  expect(told(["a", "b", "c"], ["b", "a", "c"])).toEqual(["widens ~ a", "narrows ~ b"]);
});

test("one more is wider wherever it stands, and what gives in the place of one that is gone is wider, too", () => {
  expect(told(["a"], ["a", "b"])).toEqual(["widens + b", "narrows ~ a"]);
  expect(told(["a"], ["b", "a"])).toEqual(["widens + b"]);
  expect(told(["a", "b"], ["a"])).toEqual(["widens ~ a", "narrows - b"]);
  expect(told(["a", "b"], ["b"])).toEqual(["narrows - a"]);
  // Named twice, it gives what it gives at its last place.
  expect(told(["a", "b", "a"], ["b", "a"])).toEqual([]);
});
