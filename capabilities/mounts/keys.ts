import { keys, list, oneOf, text } from "../../stack-file/combinators.ts";
import { isNot } from "../../stack-file/quoted.ts";

export const mountKeys = {
  mounts: list(
    keys({
      host: text("a path of the host", "~/docs"),
      at: text("a path in the sandbox", "/docs").refine(
        (path) => /^(\/[A-Za-z0-9._-]+)+$/.test(path) && !/\/\.{1,2}(\/|$)/.test(path),
        {
          error: ({ input }) => `${isNot(input, "an absolute path of letters, digits, and ._-")}, like /docs/api`,
        },
      ),
      mode: oneOf(["ro", "rw"]).default("ro"),
    }),
    "[{host: ~/docs, at: /docs, mode: ro}]",
  )
    .default([])
    .describe("More directories of the host, read-only unless said otherwise."),
};
