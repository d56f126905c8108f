import fc from "fast-check";
import { compare } from "../../plan/review/compare.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { gpus } from "../../test/facts.ts";
import { gpuFacts, gpuTopics } from "./facts.ts";

type Gpu = Spec["gpu"];

/** Whether the first gives no device that the second does not, on a machine of any number of them; which ones a number gives, its engine chooses. */
function atMost(one: Gpu, other: Gpu): boolean {
  if (one === false || other === "all") return true;
  if (one === "all" || other === false) return false;
  if ("count" in one) return "count" in other && one.count <= other.count;
  return "devices" in other && one.devices.every((device) => other.devices.includes(device));
}

test("none is less than some, some less than more, and all the most; a number has no order with devices by their own", () => {
  fc.assert(
    fc.property(gpus, gpus, (before, after) => {
      const found = compare(gpuFacts(before), gpuFacts(after), gpuTopics).map((change) => change.class);
      const [lost, gained] = [!atMost(before, after), !atMost(after, before)];
      expect([before, after, found]).toEqual([
        before,
        after,
        lost && gained ? ["unordered"] : gained ? ["widens"] : lost ? ["narrows"] : [],
      ]);
    }),
    { numRuns: 300 },
  );
});
