import fc from "fast-check";
import type { Instant } from "./awake.ts";
import { type Count, countOn } from "./idle-count.ts";

const now = (more: Partial<Instant> = {}): Instant => ({ at: 1_000_000, awake: 5000, boot: "b", ...more });
const before = (more: Partial<Count> = {}): Count => ({ started: "s", idle: 600, last: now(), visited: 0, ...more });
const idle = (later: Partial<Instant>, visited?: number) => countOn(before(), "s", now(later), visited).idle;

test("the first look, and the first one after a start of the container, begin the count", () => {
  expect(countOn(undefined, "s", now())).toEqual({ started: "s", idle: 0, last: now(), visited: 0 });
  expect(countOn(before({ started: "another" }), "s", now({ at: 1_000_300, awake: 5300 })).idle).toBe(0);
});

test("between two looks the time counts in which the machine was awake", () => {
  expect(idle({ at: 1_000_300, awake: 5300 })).toBe(900);
});

test.each<[string, Partial<Instant>]>([
  ["a weekend with the lid shut", { at: 1_172_800, awake: 5000 }],
  ["a reboot", { at: 1_172_800, awake: 9000, boot: "c" }],
  ["a reboot where the kernel says no boot", { at: 1_172_800, awake: 20 }],
  ["a clock that was set back", { at: 900_000, awake: 5300 }],
])("%s counts for nothing", (_what, later) => {
  expect(idle(later)).toBe(600);
});

test("a clock that was set ahead, or a timer that was off, counts for no more than was awake, and for an hour at most", () => {
  expect(idle({ at: 9_000_000, awake: 5300 })).toBe(900);
  expect(idle({ at: 9_000_000, awake: 900_000 })).toBe(600 + 3600);
});

test("a visit since the last look begins the count anew, once, also one in the very second of a look", () => {
  const visited = now().at;
  const anew = countOn(before(), "s", now({ at: 1_000_300, awake: 5300 }), visited);
  expect(anew).toMatchObject({ idle: 0, visited });
  expect(countOn(before({ visited }), "s", now({ at: 1_000_300, awake: 5300 }), visited).idle).toBe(900);
  // Of a clock that was set back between two visits.
  expect(countOn(before({ visited }), "s", now(), visited - 5).idle).toBe(0);
});

test("whatever the clocks do, no two looks count for more than an hour, nor for less than nothing", () => {
  const clock = fc.integer({ min: 0, max: 2_000_000 });
  fc.assert(
    fc.property(clock, clock, fc.constantFrom("b", "c", ""), (at, awake, boot) => {
      const more = idle({ at, awake, boot }) - 600;
      expect(more).toBeGreaterThanOrEqual(0);
      expect(more).toBeLessThanOrEqual(3600);
    }),
  );
});
