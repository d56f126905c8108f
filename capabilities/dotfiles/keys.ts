import { z } from "zod";
import { place } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { isBelow } from "../../stack-file/relative-path.ts";

/** A place below the home directory of `dev`: `.vimrc`, `.config/git/config`. */
export const HomePath = z.string().refine((path) => /^[A-Za-z0-9._/-]+$/.test(path) && isBelow(path), {
  error: ({ input }) => `${isNot(input, "a place below the home directory")}; write it like .config/git/config`,
});

export const dotfileKeys = {
  dotfiles: z
    .record(HomePath, place("a file of the host", "~/.vimrc"), {
      error: () => "is not a mapping of places to files; write it like {.vimrc: ~/.vimrc}",
    })
    .default({})
    .describe("Files of the host put into the agent's home, read-only. They are delivered anew without replacing it."),
};
