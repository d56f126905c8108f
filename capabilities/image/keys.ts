import { keys, list, place, text } from "../../stack-file/combinators.ts";
import { DebianPackage } from "../../stack-file/patterns.ts";
import { ImageRef } from "./image-ref.ts";
import { Registry } from "./registry.ts";

export const imageKeys = {
  agents: list(text("an agent", "claude"), "[claude, codex]")
    .min(1, { error: () => "is empty; name at least one agent, [shell] for none" })
    .default(["claude"])
    .describe("The agents in the sandbox, each a file in images/agents."),
  tools: list(text("a tool set", "psql"), "[psql, go]")
    .default([])
    .describe("Clients and language stacks in the image, each a file in images/tools."),
  image: keys({
    packages: list(DebianPackage, "[libpq-dev, graphviz]")
      .default([])
      .describe("Packages of the distribution, as a layer of the client's own."),
    extend: place("a Dockerfile fragment", "images/acme.Dockerfile")
      .optional()
      .describe("A file of RUN, COPY, ENV, ARG and USER instructions, built on top. COPY takes what lies beside it."),
    ref: ImageRef.optional().describe(
      "An image of one's own instead, by digest. It is checked for all that a sandbox needs.",
    ),
  })
    .prefault({})
    .describe("The client's own layers on top of the shared image, or another image."),
  images: keys({
    from: Registry.optional().describe(
      "A registry that images are pulled from instead of being built, by the digests of images/registry.lock.yaml (`agentbox images push`). One that it has not is built.",
    ),
  })
    .prefault({})
    .describe("Where the images of the sandbox come from."),
};
