import { keys, list, text } from "../../stack-file/combinators.ts";
import { Moment } from "../../stack-file/moment.ts";
import { quoted } from "../../stack-file/quoted.ts";
import { Allowed } from "../egress/keys.ts";

export const grantKeys = {
  grants: list(
    keys({
      allow: Allowed.describe("One service, name or `{host, ports}`, written as in egress.allow."),
      until: Moment.describe(
        "When it ends, with its zone: 2026-12-01T18:00Z, 2026-12-01T18:00+01:00. At most 30 days ahead. With seconds it has to be in quotes.",
      ),
      // A line of the posture: a second one would look like another fact.
      why: text("what it is for", "reads the API's reference")
        .regex(/^\P{C}{1,200}$/u, {
          error: ({ input }) => `${quoted(input)} is no line of up to 200 letters; write it in one`,
        })
        .describe("What it is for, for whoever reviews it."),
    }),
    "[{allow: docs.acme.example, until: 2026-12-01T18:00Z, why: reads the API's reference}]",
  )
    .default([])
    .describe(
      "Destinations that are open until a moment. The gateway ends them by its own clock, when nobody runs `up`, too.",
    ),
};
