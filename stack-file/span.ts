import { z } from "zod";
import { isNot, quoted } from "./quoted.ts";

/** Seconds, which a person writes as `30m`, `8h` or `3d`. @param least seconds */
export const Span = (least: number, most: number) =>
  z
    .string({ error: ({ input }) => `${isNot(input, "a time")}; write it like 30m, 8h or 3d` })
    .transform((text, context) => {
      const seconds = secondsOf(text);
      if (seconds !== undefined && seconds >= least && seconds <= most) return seconds;
      context.addIssue(
        seconds === undefined
          ? `${isNot(text, "a time")}; write it like 30m, 8h or 3d`
          : `${quoted(text)} is ${seconds < least ? "less" : "more"} than ${describeSpan(seconds < least ? least : most)}; write ${describeSpan(least)} to ${describeSpan(most)}`,
      );
      return z.NEVER;
    });

const SECONDS = { m: 60, h: 60 * 60, d: 24 * 60 * 60 } as const;

/** Nothing where a text is none. */
export function secondsOf(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** As people write it, in the largest unit that it has whole: `8h`. Seconds below a minute are left out. */
export function describeSpan(seconds: number): string {
  const minutes = Math.floor(seconds / SECONDS.m);
  if (minutes > 0 && minutes % (24 * 60) === 0) return `${minutes / (24 * 60)}d`;
  return minutes > 0 && minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
