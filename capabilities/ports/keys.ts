import { z } from "zod";
import type { Inbound } from "../../gateway/gateway-policy.ts";
import { list } from "../../stack-file/combinators.ts";
import { isNot, quoted } from "../../stack-file/quoted.ts";

const WRITE =
  'write 8080, "8000-8099", or "13000:3000" where the port of the host (first) is another than the agent\'s';

/** Ports that a client publishes at most, in all its lines: each is a rule and a listening socket of the gateway's. */
const MOST = 256;

/**
 * A port of the agent that the host offers, or a range of them: `8080`, `"8000-8099"`. Where the host's are others they come first, as engines write it:
 * `"13000:3000"`, `"13000-13009:3000-3009"`. From 1024, for neither the gateway's proxy nor an agent has rights to lower ones on every engine.
 */
const Ports = z
  .union([z.number(), z.string()], {
    error: ({ input }) => `${isNot(input, "a port or a range")}; ${WRITE}`,
  })
  .transform((given, context): Inbound[] => {
    const [left = "", right = left, ...more] = String(given).split(":");
    const [host, agent] = [range(left), range(right)];
    if (!host || !agent || more.length > 0) {
      context.addIssue(`${isNot(given, "a port or a range")}; ${WRITE}, from 1024 to 65535`);
      return z.NEVER;
    }
    if (host.length > MOST) {
      context.addIssue(`${quoted(given)} is ${host.length} ports; publish at most ${MOST} in one range`);
      return z.NEVER;
    }
    if (host.length !== agent.length) {
      context.addIssue(
        `${quoted(given)} has ${host.length} ports of the host for ${agent.length} of the agent; write as many on both sides`,
      );
      return z.NEVER;
    }
    return host.map((port, index) => ({ port, to: agent[index] ?? port }));
  });

/** All ports of `8080` or `8000-8099`; nothing where it is neither. */
function range(text: string): number[] | undefined {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [from, until] = [Number(first), Number(last)];
  if (!(from >= 1024 && until <= 65535 && from <= until)) return undefined;
  return Array.from({ length: until - from + 1 }, (_, index) => from + index);
}

export const portKeys = {
  ports: list(Ports, '[8080, "8000-8099", "13000:3000"]')
    .default([])
    .transform((ranges) => ranges.flat())
    .refine((ports) => ports.length <= MOST, {
      error: (issue) => `are ${(issue.input as Inbound[]).length} ports; publish at most ${MOST}`,
    })
    .describe("Ports of the agent published on 127.0.0.1 of the host, through the gateway."),
};
