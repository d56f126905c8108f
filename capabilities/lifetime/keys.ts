import { DayOrMoment } from "../../stack-file/moment.ts";
import { Span } from "../../stack-file/span.ts";

export const lifetimeKeys = {
  expires: DayOrMoment.optional().describe(
    "The day (in UTC) or the moment from which on the sandbox is shut: its gateway lets nothing through by its own clock, nobody brings it up or goes in, and `agentbox sweep` stops it.",
  ),
  // Less than two sweeps' distance would stop a client between two visits that nobody saw.
  idle: Span(30 * 60, 90 * 24 * 60 * 60)
    .optional()
    .describe(
      "How long nobody is in the sandbox (no terminal, no command, no connection of a published port) before `agentbox sweep` stops it: 8h. From 30m to 90d.",
    ),
};
