import { z } from "zod";
import { isNot } from "../../stack-file/quoted.ts";

export const tmuxKeys = {
  tmux: z
    .boolean({ error: ({ input }) => `${isNot(input, "true or false")}; write tmux: true, or leave it out` })
    .default(false)
    .describe(
      "With true each agent runs in a session of tmux: it goes on when the terminal is gone, and `resume` comes back to it.",
    ),
};
