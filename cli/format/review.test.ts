import { describeTraffic } from "./review.ts";

const NOTHING = { since: "2026-11-21T00:00:00.000Z", connections: 0, untold: 0, refused: [], unused: ["a.example"] };

test.each([
  [
    "nothing is judged",
    NOTHING,
    ["no connection that was let through since 2026-11-21 is in the audit: nothing is judged by it"],
  ],
  [
    "what is not told singly is said besides",
    { ...NOTHING, untold: 42, reaches: "2026-11-27T10:00:00Z" },
    [
      "no connection that was let through since 2026-11-27 is in the audit: nothing is judged by it",
      "the audit has no connection before 2026-11-27 10:00 UTC",
      "42 connections were too many to be told singly: of them nothing is known",
    ],
  ],
  [
    "what was seen is judged",
    { ...NOTHING, connections: 3 },
    ["nothing that was let through since 2026-11-21 would be refused", "not used since 2026-11-21: a.example"],
  ],
])("of an audit by which %s", (_, traffic, lines) => {
  expect(describeTraffic(traffic)).toEqual(lines);
});
