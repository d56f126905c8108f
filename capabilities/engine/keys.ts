import { text } from "../../stack-file/combinators.ts";
import { refuseEngine } from "../../stack-file/named-engine.ts";

export const engineKeys = {
  engine: text("an engine", "ssh://dev@gpu-box")
    .superRefine((named, context) => {
      const message = refuseEngine(named);
      if (message) context.addIssue(message);
    })
    .optional()
    .describe(
      "The container engine that the client lives on: `unix:///PATH`, `tcp://HOST:PORT`, `ssh://[USER@]HOST[:PORT]` or `context:NAME`. Default: what `DOCKER_HOST`, the docker context or a well-known socket offers.",
    ),
};
