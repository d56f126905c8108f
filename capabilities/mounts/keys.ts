import { keys, list, oneOf, place, text } from "../../stack-file/combinators.ts";
import { printable } from "../../stack-file/printable.ts";
import { isNot } from "../../stack-file/quoted.ts";

const Mount = keys(
  {
    host: place("a path of the host", "~/docs").describe("A directory or file of the host."),
    at: text("a path in the sandbox", "/docs")
      .refine(isPlace, {
        error: ({ input }) =>
          `${isNot(input, "an absolute path without a colon or dots between slashes")}, like /docs/api`,
      })
      .describe("Where it is in the sandbox: /docs."),
    mode: oneOf(["ro", "rw"]).default("ro").describe("Whether the agent may write it."),
    when: oneOf(["always", "exists"]).default("always").describe("exists leaves it out where it is not there."),
    create: oneOf(["dir", "file"]).optional().describe("What is made of it where it is not there."),
  },
  "is not a mount; write it like {host: ~/docs, at: /docs}",
).refine(({ when, create }) => when === "always" || create === undefined, {
  path: ["when"],
  error: () => '"exists" leaves out what is not there, and create makes it; write one of the two',
});

export const mountKeys = {
  mounts: list(Mount, "[{host: ~/docs, at: /docs, mode: ro}]")
    .default([])
    .describe(
      "More directories and files of the host, read-only unless said otherwise. `when: exists` leaves out what is not there; `create: dir` or `create: file` makes it at the next up.",
    ),
};

/** A place in the sandbox, which may be the host's own path: editors and tools want the same one on both sides. */
function isPlace(path: string): boolean {
  return (
    /^(\/[^/:]+)+$/.test(path) &&
    !path.split("/").some((name) => [".", ".."].includes(name)) &&
    printable(path) === path
  );
}
