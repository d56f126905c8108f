import type { Facts } from "../../plan/facts.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import type { Declared } from "../capability.ts";
import { describeEnd } from "./end.ts";
import { lifetime } from "./plan.ts";

const read = (config: object) => parseSpec({ workspace: "/w", ...config });
const NOON = Date.parse("2026-12-01T12:00Z");

test.each([
  ["2026-12-31", "2026-12-31T00:00:00Z"],
  // As Pulumi hands over a day without quotes.
  ["2026-12-31 00:00:00 +0000 UTC", "2026-12-31T00:00:00Z"],
  ["2026-12-31T18:00Z", "2026-12-31T18:00:00Z"],
  ["2026-12-31T18:00+01:00", "2026-12-31T17:00:00Z"],
])("an end %s is the moment %s", (expires, moment) => {
  expect(read({ expires })).toMatchObject({ problems: [], spec: { expires: moment } });
});

test.each([
  ["30m", 1800],
  ["8h", 28_800],
  ["90d", 7_776_000],
])("idle for %s is %d seconds", (idle, seconds) => {
  expect(read({ idle })).toMatchObject({ problems: [], spec: { idle: seconds } });
});

test.each([
  [{ expires: "soon" }, /^expires "soon" is not a day or a moment; write it like 2026-12-31, or 2026-12-31T18:00Z$/],
  [{ expires: "2026-02-30" }, /^expires "2026-02-30" is not a day or a moment/],
  [
    { expires: "9999-12-31T23:59-01:00" },
    /^expires "9999-12-31T23:59-01:00" is no moment of a year of four digits in UTC; write it like 2026-12-31, or 2026-12-31T18:00Z$/,
  ],
  [{ expires: "0000-01-01T00:00+01:00" }, /^expires "0000-01-01T00:00\+01:00" is no moment of a year of four digits/],
  [{ expires: "2026-12-31T18:00" }, /has no zone, and is another moment in each/],
  [{ expires: 20261231 }, /^expires 20261231 is not a day or a moment/],
  [{ idle: "soon" }, /^idle "soon" is not a time; write it like 30m, 8h or 3d$/],
  [{ idle: 8 }, /^idle 8 is not a time/],
  [{ idle: "29m" }, /^idle "29m" is less than 30m; write 30m to 90d$/],
  [{ idle: "91d" }, /^idle "91d" is more than 90d; write 30m to 90d$/],
])("%j is refused in a sentence", (config, message) => {
  expect(read(config).problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
    expect.stringMatching(message),
  ]);
});

test("an end that has come refuses the plan, from its very second on, and one to come does not", () => {
  const problems = (now: number) =>
    lifetime.plan!({ spec: read({ expires: "2026-12-01T12:00Z" }).spec! } as Declared, { now } as Facts).problems ?? [];
  expect(problems(NOON - 1000)).toEqual([]);
  expect(problems(NOON)).toEqual([
    {
      path: "expires",
      message:
        "2026-12-01 12:00 UTC is over, by this machine's clock (2026-12-01 12:00 UTC): the sandbox is shut; give it a later day and bring it up, or take the line out",
    },
  ]);
});

test.each([
  ["2026-12-01T18:00:00Z", "today"],
  ["2026-12-02T00:00:00Z", "in 1 day"],
  ["2026-12-31T00:00:00Z", "in 30 days"],
])("an end at %s is told as %s", (expires, says) => {
  expect(describeEnd(expires, NOON)).toMatch(`the sandbox ends ${says}, `);
});
