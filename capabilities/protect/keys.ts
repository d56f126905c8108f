import { z } from "zod";
import { isNot } from "../../stack-file/quoted.ts";

export const protectKeys = {
  protect: z
    .boolean({ error: ({ input }) => `${isNot(input, "true or false")}; write protect: true, or leave it out` })
    .default(false)
    .describe("With true a destroy and a wipe of this client are refused, until an `up` without it."),
};
