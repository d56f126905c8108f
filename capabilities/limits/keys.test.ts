import { parseSpec } from "../../stack-file/spec.ts";

const told = (more: object) =>
  parseSpec({ workspace: "/srv/acme", ...more }).problems.map(({ path, message }) => `${path} ${message}`);
const helper = (limits: object) => ({
  helpers: { db: { image: { packages: ["redis-server"] }, command: ["x"], limits } },
});

test("more processes than a Linux has are no limit, of an agent as of a helper", () => {
  for (const [pids, why] of [
    [4_194_305, "is more than Linux has processes (4194304)"],
    [99_999_999_999, "is more than Linux has processes (4194304)"],
    [1, "is below"],
  ] as const) {
    expect(told({ limits: { pids } })).toEqual([expect.stringContaining(`limits.pids ${why}`)]);
    expect(told(helper({ pids }))).toEqual([expect.stringContaining(`helpers.db.limits.pids ${why}`)]);
  }
  expect(told({ limits: { pids: 4_194_304 } })).toEqual([]);
  expect(told(helper({ pids: 4_194_304 }))).toEqual([]);
});
