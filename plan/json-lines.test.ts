import fc from "fast-check";
import { jsonLines } from "./json-lines.ts";

test("the lines are the JSON of what was given", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect(JSON.parse(jsonLines(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("what has no word in JSON is left out, at whatever depth", () => {
  expect(JSON.parse(jsonLines({ a: undefined, b: { c: undefined, d: 1 }, e: [undefined] }))).toEqual({
    b: { d: 1 },
    e: [null],
  });
});

test("an entry is a line", () => {
  expect(jsonLines({ client: "acme", of: { a: { b: 1 }, c: [] }, list: ["x", "y"], none: {} })).toBe(
    '{\n "client": "acme",\n "of": {\n  "a": {"b":1},\n  "c": []\n },\n "list": [\n  "x",\n  "y"\n ],\n "none": {\n }\n}\n',
  );
});
