import { z } from "zod";
import { keys } from "../../stack-file/combinators.ts";

const Gpu = z.union(
  [
    z.literal(false),
    z.literal("all"),
    z
      .int()
      .min(1)
      .transform((count) => ({ count })),
    z
      .array(z.int().min(0))
      .min(1)
      .transform((devices) => ({ devices })),
    keys({ count: z.int().min(1) }),
    keys({ devices: z.array(z.int().min(0)).min(1) }),
  ],
  {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a GPU choice; write false, all, a number of GPUs, or a list of devices like [0, 1]`,
  },
);

export const gpuKeys = {
  gpu: Gpu.default(false).describe("GPUs given to the agent: false, all, a number, or a list of devices."),
};
