import { z } from "zod";
import { isNot } from "../../stack-file/quoted.ts";

export const clipboardKeys = {
  clipboard: z
    .enum(["none", "out"], {
      error: ({ input }) => `${isNot(input, "none or out")}; write clipboard: out, or leave it out`,
    })
    .default("none")
    .describe(
      "With out, what runs in the sandbox may fill the clipboard of the person at its terminal (OSC 52). Nothing reads the clipboard.",
    ),
};
