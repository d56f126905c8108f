import { z } from "zod";
import { keys, list, mapping, matching, oneOrMore, place, text } from "../../stack-file/combinators.ts";
import { Port } from "../../stack-file/network.ts";
import { DebianPackage, EnvironmentName, OneLine } from "../../stack-file/patterns.ts";
import { isNot } from "../../stack-file/quoted.ts";
import { ImageRef } from "../image/image-ref.ts";
import { MOST_PROCESSES, size } from "../limits/size.ts";

/** One label of a name: the agent reaches the helper by it, and its container is called after it. */
const HelperName = matching(
  /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
  "a helper's name: up to 30 lower-case letters, digits and -, like db",
);

/** A place in the container. What it begins with is judged in place.ts. */
const Place = matching(
  /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/,
  "an absolute path in the container, like /var/lib/postgresql/data",
);

const Image = z.union(
  [
    ImageRef,
    keys({
      packages: list(DebianPackage, "[postgresql]").default([]).describe("Packages of the distribution."),
      extend: place("a Dockerfile fragment", "images/db.Dockerfile")
        .optional()
        .describe("A file of RUN, COPY, ENV and ARG instructions. COPY takes what lies beside it."),
    }),
  ],
  {
    error: ({ input }) =>
      `${isNot(input, "an image by digest, or what one is built of")}; write postgres@sha256:… (\`docker image inspect --format '{{index .RepoDigests 0}}' postgres:17\` says the digest, for a tag may be moved to another image), or {packages: [postgresql], extend: images/db.Dockerfile}`,
  },
);

const Command = oneOrMore(text("a word of a command", "postgres"), "[postgres, -c, fsync=off]");

const Helper = keys({
  image: Image.describe("An image by digest, or what is built on the project's own: packages, a Dockerfile fragment."),
  command: Command.optional().describe("What it runs, or what its image's entrypoint is given."),
  environment: mapping(EnvironmentName, OneLine, "variables to values", "{POSTGRES_DB: app}")
    .default({})
    .describe("Its variables, plain: whatever is in a helper, an agent can have of it."),
  volume: Place.optional().describe("Where its state lies. It outlives the container, and goes with a destroy."),
  tmp: list(Place, "[/var/cache/nginx]").default([]).describe("More places that it writes, in memory."),
  ports: list(Port, "[5432]").default([]).describe("Where it listens: for variables (PGHOST) and for `ready`."),
  ready: keys({
    command: Command.optional().describe("A command in the helper that succeeds when it is ready."),
    port: Port.optional().describe("A port that accepts when it is ready. Default: the first of `ports`."),
  })
    .prefault({})
    .describe("When an `up` goes on."),
  user: matching(/^[1-9]\d{0,8}:\d{1,9}$/, "a user and a group by number, and not root, like 999:999")
    .optional()
    .describe("Default: the owner of the workspace."),
  limits: keys({
    memory: size(16, "nothing starts")
      .default(2 ** 30)
      .describe("Memory, without swap. Default: 1GiB."),
    pids: z
      .int({ error: ({ input }) => `${isNot(input, "a number of processes")}; write it like 256` })
      .min(8, { error: () => "is below 8, with which nothing starts; write it like 256" })
      .max(MOST_PROCESSES, { error: () => `is more than Linux has processes (${MOST_PROCESSES}); write it like 256` })
      .default(256)
      .describe("Processes and threads at most."),
    cpus: z
      .number({ error: ({ input }) => `${isNot(input, "a number of CPUs")}; write it like 2 or 0.5` })
      .min(0.01, { abort: true, error: () => "is less than 0.01, the least that engines give; write it like 2 or 0.5" })
      .multipleOf(0.01, { error: () => "has more than two decimals; write it like 2 or 0.25" })
      .optional()
      .describe("CPUs at most. Default: all there are."),
  })
    .prefault({})
    .describe("What its container may use."),
});

export const helperKeys = {
  helpers: mapping(HelperName, Helper, "names to containers beside the agent", "{db: {image: postgres@sha256:…}}")
    .default({})
    .describe("Containers beside the agent, reached by their names: a database, a cache. None has a way out."),
};
