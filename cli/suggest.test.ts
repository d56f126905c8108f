import { chosen } from "./suggest.ts";

const possible = ["npm", { host: "docs.example", ports: [443] }, { host: "x.example", ports: [22] }].map((item) => ({
  ...{ item, wishes: [] },
}));

test("a person takes a part of what is proposed by its names, and what is not proposed is told with what is", () => {
  expect(chosen(possible, [])).toEqual(possible);
  expect(chosen(possible, ["x.example", "npm"])).toEqual([possible[0], possible[2]]);
  expect(() => chosen(possible, ["docs.exmple"])).toThrow(
    '"docs.exmple" is no line that is proposed. Did you mean "docs.example"? Proposed: npm, docs.example, x.example',
  );
});
