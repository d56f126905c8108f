import { z } from "zod";

const error = () =>
  "is not a value; write one line of text, like {TZ: Europe/Berlin}, or, for one agent alone, a mapping below its name, like {claude: {MAX_MCP_OUTPUT_TOKENS: 50000}}";

/** A value as a person writes it: YAML reads `8000` as a number and `true` as no text. One line, for previews show it; the end is what one line of a review is. */
const Value = z
  .union([z.string(), z.number(), z.boolean()], { error })
  .transform(String)
  .refine((value) => /^[^\p{Cc}]{0,1000}$/u.test(value), { error });

export const environmentKeys = {
  environment: z
    .record(z.string(), z.union([Value, z.record(z.string(), Value)], { error }), {
      error: () => "is not a mapping of variables to values; write it like {TZ: Europe/Berlin}",
    })
    .default({})
    .describe(
      "Variables of every agent and shell that `enter` starts; below an agent's name, of that agent alone. Plain: a secret is one of `secrets`, with `export: true`.",
    ),
};
