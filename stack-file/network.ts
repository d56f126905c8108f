import { isIPv4 } from "node:net";
import { z } from "zod";

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * True for a lower-case ASCII host name of at least two labels. The last one begins with a letter, as all top-level domains do:
 * `127.0.0.0x1` and the like are addresses to many programs.
 */
export function isHostName(text: string): boolean {
  const labels = text.split(".");
  return (
    text.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    /^[a-z]/.test(labels.at(-1)!)
  );
}

const quoted = (input: unknown) => JSON.stringify(input);

export const Port = z
  .number({ error: (issue) => `${quoted(issue.input)} is not a port; write a number from 1 to 65535` })
  .int({ error: (issue) => `${quoted(issue.input)} is not a port; write a whole number from 1 to 65535` })
  .min(1, { error: (issue) => `${quoted(issue.input)} is not a port; write a number from 1 to 65535` })
  .max(65535, { error: (issue) => `${quoted(issue.input)} is not a port; write a number from 1 to 65535` });

export const Ipv4 = z.string({ error: (issue) => `${quoted(issue.input)} is not an IPv4 address` }).refine(isIPv4, {
  error: (issue) => `"${issue.input}" is not an IPv4 address; write it like 10.0.0.53`,
});

/** A named destination outside the policy's names: `192.168.1.20:11434`. */
export const EndpointAddress = z
  .string({ error: (issue) => `${quoted(issue.input)} is not an endpoint; write it like 192.168.1.20:11434` })
  .refine(
    (text) => {
      const [address, port, ...rest] = text.split(":");
      return (
        rest.length === 0 && isIPv4(address ?? "") && /^\d{1,5}$/.test(port ?? "") && +port! >= 1 && +port! <= 65535
      );
    },
    { error: (issue) => `"${issue.input}" is not an endpoint; write it like 192.168.1.20:11434` },
  )
  .transform((text) => ({ address: text.split(":")[0]!, port: Number(text.split(":")[1]) }));

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
