import { compare } from "../../plan/review/compare.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { limitTopics } from "./facts.ts";
import { limits } from "./plan.ts";

/** The facts of a stack file's limits. */
function facts(said: object) {
  const { spec } = parseSpec({ workspace: "/srv/acme", limits: said });
  return [...(limits.posture?.({ spec } as never) ?? [])];
}
const classes = (before: object, after: object) =>
  compare(facts(before), facts(after), limitTopics).map((change) => `${change.class} ${change.about}`);

test("another number is neutral, whichever is more", () => {
  const [one, other] = [
    { cpus: 1, memory: "1GiB", pids: 64, tmp: "64MiB", shm: "1MiB" },
    { cpus: 2, memory: "2GiB", pids: 65, tmp: "65MiB", shm: "2MiB" },
  ];
  const all = ["cpus", "memory", "pids", "shm", "tmp"].map((name) => `neutral ${name}`);
  expect(classes(one, other)).toEqual(all);
  expect(classes(other, one)).toEqual(all);
});

test("no limit is wider than one; where one holds though nothing is written, leaving the key out takes none away", () => {
  const written = { cpus: 1, memory: "1GiB", pids: 64, tmp: "64MiB", shm: "1MiB" };
  expect(classes(written, {})).toEqual(["widens cpus", "neutral memory", "neutral pids", "neutral shm", "neutral tmp"]);
  expect(classes({}, { cpus: 1 })).toEqual(["narrows cpus"]);
});
