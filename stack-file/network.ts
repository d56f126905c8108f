import { isIPv4 } from "node:net";
import { z } from "zod";
import { isNot } from "./quoted.ts";

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * True for a lower-case ASCII host name of at least two labels. The last one begins with a letter, as all top-level domains do:
 * `127.0.0.0x1` and the like are addresses to many programs.
 */
export function isHostName(text: string): boolean {
  const labels = text.split(".");
  return (
    text.length <= 253 && labels.length >= 2 && labels.every((label) => LABEL.test(label)) && /\.[a-z][^.]*$/.test(text)
  );
}

const noPort = ({ input }: { input?: unknown }) =>
  `${isNot(input, "a port")}; write a number from 1 to 65535${typeof input === "string" && /^\d+$/.test(input) ? `, without quotes: ${input}` : ""}`;
/** A TCP port as a number. */
export const Port = z
  .number({ error: noPort })
  .int({ abort: true, error: ({ input }) => `${isNot(input, "a port")}; write a whole number from 1 to 65535` })
  .min(1, { error: noPort })
  .max(65535, { error: noPort });

const noIpv4 = ({ input }: { input?: unknown }) => `${isNot(input, "an IPv4 address")}; write it like 10.0.0.53`;
/** One IPv4 address, as text. */
export const Ipv4 = z.string({ error: noIpv4 }).refine(isIPv4, { abort: true, error: noIpv4 });
