import { parseYaml } from "./yaml.ts";

test("aliases are what their anchors are, as often as they stand", () => {
  expect(parseYaml("a: &x {b: [1]}\nc: [*x, *x]\n")).toEqual({ a: { b: [1] }, c: [{ b: [1] }, { b: [1] }] });
});

test.each([
  ["a: &x [1, *x]\n", /below its own anchor/],
  ["&x a: {b: {c: &y {d: *y}}}\n", /below its own anchor/],
  ["a: [{__proto__: {b: 1}}]\n", /__proto__ is no key/],
])("%j is refused in one sentence", (text, why) => {
  expect(() => parseYaml(text)).toThrow(why);
});
