import { z } from "zod";
import { isNot, quoted } from "./quoted.ts";

/** A date, a time and a zone: `2026-12-01T18:00Z`, `2026-12-01T18:00:30+01:00`. */
const FORM = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})$/;

/** What becomes of a time with seconds that is not in quotes: Pulumi hands over what Go makes of it, and takes one without a zone for UTC (measured on 3.259). */
const READ_AS_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}.* [+-]\d{4} /;

/** A moment, in UTC and in the one form in which the later of two is the greater text: `2026-12-01T18:00:00Z`. A person writes it with its zone. */
export const Moment = z
  .string({ error: ({ input }) => `${isNot(input, "a moment")}; write it like 2026-12-01T18:00Z` })
  .transform((text, context) => {
    const moment = asUtc(text);
    if (moment) return moment;
    context.addIssue(wrong(text));
    return z.NEVER;
  });

/** A day, of one in UTC the midnight that it begins with, or a moment. */
export const DayOrMoment = z
  .string({ error: ({ input }) => `${isNot(input, "a day or a moment")}; write it like ${DAY_OR_MOMENT}` })
  .transform((text, context) => {
    const [day = text] = /^\d{4}-\d\d-\d\d(?=$|T00:00:00Z$| 00:00:00 \+0000 UTC$)/.exec(text) ?? [];
    const moment = z.iso.date().safeParse(day).success ? `${day}T00:00:00Z` : asUtc(text);
    if (moment) return moment;
    context.addIssue(wrong(text, "a day or a moment", DAY_OR_MOMENT));
    return z.NEVER;
  });

const DAY_OR_MOMENT = "2026-12-31, or 2026-12-31T18:00Z";

function asUtc(text: string): string | undefined {
  const [, day, time, zone] = FORM.exec(text) ?? [];
  // A day that no month has becomes one of the next month's.
  if (day === undefined || !z.iso.date().safeParse(day).success) return undefined;
  const parsed = new Date(`${day}T${time}${zone}`);
  if (Number.isNaN(parsed.getTime())) return undefined;
  const moment = asMoment(parsed.getTime());
  return OF_FOUR_DIGITS.test(moment) ? moment : undefined;
}

/** A year of five digits is written with a sign, `+010000`, and is less as text than any of four. A zone can make one of the last day of 9999, and of the first of 0000 one below it. */
const OF_FOUR_DIGITS = /^\d{4}-/;

/** @param milliseconds since 1970; what is less than a second is left out */
export function asMoment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}

/** As people read it: `2026-12-01 18:00 UTC`, with seconds where there are some. The later of two is the greater text. */
export function describeMoment(moment: string): string {
  // Of one without seconds the minutes stay, also those of a full hour.
  return moment
    .replace("T", " ")
    .replace(/^(.{16}):00Z$/, "$1Z")
    .replace(/Z$/, " UTC");
}

function wrong(text: string, what = "a moment", example = "2026-12-01T18:00Z"): string {
  if (READ_AS_TIME.test(text))
    return `was read as a time, ${quoted(text)}, before anybody could see its zone; write it in quotes ("2026-12-01T18:00:30Z"), or without seconds`;
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text))
    return `${quoted(text)} has no zone, and is another moment in each; write ${text}Z for UTC, or ${text}+01:00`;
  if (FORM.test(text) && /^(0000|9999)-/.test(text))
    return `${quoted(text)} is no moment of a year of four digits in UTC; write it like ${example}`;
  return `${isNot(text, what)}; write it like ${example}`;
}
