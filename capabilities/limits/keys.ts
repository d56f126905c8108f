import { z } from "zod";
import { keys } from "../../stack-file/combinators.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";
import { MOST_PROCESSES, size } from "./size.ts";

export const limitKeys = {
  limits: keys({
    cpus: z
      .number({ error: ({ input }) => `${isNot(input, "a number of CPUs")}; write it like 4 or 0.5` })
      .min(0.01, {
        abort: true,
        error: ({ input }) => `${quoted(input)} is less than 0.01, the least that engines give; write it like 4 or 0.5`,
      })
      .multipleOf(0.01, {
        error: ({ input }) => `${quoted(input)} has more than two decimals; write it like 4 or 0.25`,
      })
      .optional()
      .describe("CPUs at most, in hundredths. Default: all there are."),
    memory: size(64, "no agent starts").optional().describe("Memory, without swap. Default: 8GiB."),
    pids: z
      .int({ error: ({ input }) => `${isNot(input, "a number of processes")}; write it like 1024` })
      .min(64, { error: () => "is below 64, with which no agent starts" })
      .max(MOST_PROCESSES, { error: () => `is more than Linux has processes (${MOST_PROCESSES}); write it like 1024` })
      .default(1024)
      .describe("Processes and threads at most."),
    tmp: size(64, "agents cannot unpack their own libraries")
      .optional()
      .describe(
        "The memory that files in /tmp may take, of `memory`. Default: 1GiB, or all of `memory` where that is less.",
      ),
    shm: size(1, "nothing can be shared")
      .optional()
      .describe(
        "The memory that programs may share in /dev/shm, of `memory`: browsers and CUDA take more than the engine's 64MiB.",
      ),
  })
    .prefault({})
    .describe("What the agent container may use."),
};
