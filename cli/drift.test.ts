import { driftOf } from "./drift.ts";

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
    { what: "drift since an hour ago", wrong: [], mended: ["rules: reloaded"] },
    { what: "agent: runs", wrong: [] },
  ]);
  expect(drift.differences.map((one) => `${one.class} ${one.what}`)).toEqual([
    "widens agent: networks",
    "unordered agent: image",
    "narrows agent: networks",
    "neutral agent: limits",
  ]);
  expect(drift.unseen).toEqual([{ what: "policy", why: "no answer" }]);
  expect(drift.mended).toEqual([{ what: "drift since an hour ago", says: "rules: reloaded" }]);
});
