import { z } from "zod";
import { list } from "../../stack-file/combinators.ts";

const quoted = (input: unknown) => JSON.stringify(input);

/** A port, or a range of ports, that is published: `8080`, `"8000-8099"`. Sorted list of single ports. */
export const PortRange = z
  .union([z.number(), z.string()], {
    error: (issue) => `${quoted(issue.input)} is not a port or a range; write 8080 or "8000-8099"`,
  })
  .transform((given, ctx) => {
    const [first, last = first] = String(given).split("-").map(Number);
    const valid = /^\d+(-\d+)?$/.test(String(given)) && first! >= 1024 && last! <= 65535 && first! <= last!;
    if (!valid) {
      ctx.addIssue(`${quoted(given)} is not a port or a range; write 8080 or "8000-8099", from 1024 to 65535`);
      return z.NEVER;
    }
    if (last! - first! >= 256) {
      ctx.addIssue(`"${given}" is ${last! - first! + 1} ports; publish at most 256 in one range`);
      return z.NEVER;
    }
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });

export const portKeys = {
  ports: list(PortRange, '[8080, "8000-8099"]')
    .default([])
    .transform((ranges) => ranges.flat())
    .describe("Ports of the agent published on 127.0.0.1 of the host, through the gateway."),
};
