import { z } from "zod";
import { isNot } from "../../stack-file/quoted.ts";

const WRITE = "write the name that the engine has for it, like runsc (gVisor), kata or youki";

export const runtimeKeys = {
  runtime: z
    .string({ error: ({ input }) => `${isNot(input, "the name of a runtime")}; ${WRITE}` })
    .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/, {
      error: ({ input }) => `${isNot(input, "the name of a runtime")}; ${WRITE}`,
    })
    .optional()
    .describe(
      "The engine's runtime for the agent's container and its helpers, where it is not the engine's own choice.",
    ),
};
