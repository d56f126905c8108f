import type { PostureFact } from "../../plan/review/fact.ts";
import { graded, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** None is less than some, some less than more, and all are the most. A number of them says not which, so it is in no order with devices by number. */
export const gpuTopics: Readonly<Record<string, Topic>> = {
  gpu: graded(
    (says, than) => {
      if (says === than || says === NONE || than === ALL) return true;
      const [few, many] = [count(says), count(than)];
      if (few !== undefined && many !== undefined) return few <= many;
      const [some, more] = [devices(says), devices(than)];
      return some !== undefined && more !== undefined && some.every((device) => more.includes(device));
    },
    { unordered: "other devices" },
  ),
};

export function gpuFacts(gpu: Spec["gpu"]): PostureFact[] {
  const says =
    gpu === false
      ? NONE
      : gpu === "all"
        ? ALL
        : "count" in gpu
          ? `any ${gpu.count}`
          : `devices ${gpu.devices.join(",")}`;
  return [{ topic: "gpu", about: "", says, key: "gpu" }];
}

const NONE = "none";
const ALL = "all";

function count(says: string): number | undefined {
  const [, number] = /^any (\d+)$/.exec(says) ?? [];
  return number === undefined ? undefined : Number(number);
}

function devices(says: string): string[] | undefined {
  return /^devices (.+)$/.exec(says)?.[1]?.split(",");
}
