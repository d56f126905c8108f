import { z } from "zod";
import { quoted } from "../../stack-file/quoted.ts";

/** What Pulumi takes for the name of an ESC environment: `dev`, `acme/dev`, with a version `acme/dev@3`. */
const Name = z
  .string({
    error: () => "is not the name of an ESC environment; write names alone beside config, like environment: [acme/dev]",
  })
  .regex(/^[\w.-]{1,100}(\/[\w.-]{1,100}){0,2}(@[\w.-]{1,100})?$/, {
    error: ({ input }) =>
      `${quoted(String(input))} is not the name of an ESC environment; write names alone beside config, like environment: [acme/dev]`,
  });

export const escKeys = {
  esc: z
    .array(Name, {
      error: () =>
        "is not a list of ESC environments, which `environment:` beside config is for; write it like environment: [acme/dev], and variables of the sandbox below config, as agent-sandbox:environment",
    })
    .default([])
    .describe(
      "Pulumi ESC environments that secrets come from. They are written beside `config:`, as `environment: [acme/dev]`, where Pulumi reads them.",
    ),
};
