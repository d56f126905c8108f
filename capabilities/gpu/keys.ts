import { z } from "zod";
import { keys, oneOrMore, whole } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";

const Count = whole("a number of GPUs", 1, "2");

/** Sorted: their order says nothing to an engine, and another one is no change. */
const Devices = oneOrMore(whole("the number of a device", 0, "1"), "[0, 1]")
  .superRefine((devices, context) => {
    const twice = devices.findIndex((device, index) => devices.indexOf(device) < index);
    if (twice >= 0)
      context.addIssue({
        code: "custom",
        path: [twice],
        message: `${devices[twice]} is there twice; write each device once`,
      });
  })
  .transform((devices) => [...devices].sort((a, b) => a - b));

const Gpu = z.union(
  [
    z.literal(false),
    z.literal("all"),
    Count.transform((count) => ({ count })),
    Devices.transform((devices) => ({ devices })),
    keys({ count: Count.describe("How many, whichever they are.") }),
    keys({ devices: Devices.describe("Which, by their numbers.") }),
  ],
  {
    error: ({ input }) =>
      `${isNot(input, "a GPU choice")}; write false, all, a number of GPUs, or a list of devices like [0, 1]`,
  },
);

export const gpuKeys = {
  gpu: Gpu.default(false).describe("GPUs given to the agent: false, all, a number, or a list of devices."),
};
