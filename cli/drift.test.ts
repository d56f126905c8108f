import { describeDrift, driftOf } from "./drift.ts";

test("drift is what the checks found, widening first; what could not be seen is told as that alone", () => {
  const drift = driftOf([
    { what: "agent: limits", wrong: [{ class: "neutral", says: "the limit of memory is 1MiB, not 2MiB" }] },
    { what: "policy", wrong: [], unseen: "no answer" },
    {
      what: "agent: networks",
      wrong: [
        { class: "narrows", says: "n" },
        { class: "widens", says: "w" },
      ],
    },
    { what: "agent: image", wrong: [{ class: "unordered", says: "u" }] },
    { what: "drift in the last hour", wrong: [], mended: ["rules: reloaded"] },
    { what: "agent: runs", wrong: [] },
  ]);
  expect(drift.differences.map((one) => `${one.class} ${one.what}`)).toEqual([
    "widens agent: networks",
    "unordered agent: image",
    "narrows agent: networks",
    "neutral agent: limits",
  ]);
  expect(drift.unseen).toEqual([{ what: "policy", why: "no answer" }]);
  expect(drift.mended).toEqual([{ what: "drift in the last hour", says: "rules: reloaded" }]);
});

test("drift is told below the check that found it, whose name is said once, and with the moment of the look", () => {
  const what = "files: those that were delivered";
  const drift = driftOf([
    { what: "agent: limits", wrong: [{ class: "neutral", says: "the limit of pids is none, not 1024" }] },
    {
      what,
      wrong: [
        { class: "narrows", says: "guards.json is missing" },
        { class: "widens", says: "link is not planned" },
      ],
    },
    { what: "policy", wrong: [], unseen: "no answer" },
    { what: "drift in the last hour", wrong: [], mended: ["rules: reloaded"] },
  ]);
  expect(describeDrift("acme", drift, Date.UTC(2026, 10, 28, 22, 5))).toEqual([
    what,
    "  WIDENS   link is not planned",
    "  narrows  guards.json is missing",
    "agent: limits",
    "  neutral  the limit of pids is none, not 1024",
    "policy",
    "  UNSEEN   could not look: no answer",
    "drift in the last hour",
    "  mended   rules: reloaded",
    "acme at 2026-11-28 22:05 UTC: 3 differences, 1 wider, and 1 could not be looked at; `pulumi up --refresh --stack acme` puts back what it sees",
  ]);
  expect(describeDrift("acme", driftOf([]), 0)).toEqual(["acme at 1970-01-01 00:00 UTC: nothing differs"]);
});
