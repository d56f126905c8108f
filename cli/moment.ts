import { UserError } from "../stack-file/user-error.ts";

/**
 * A moment in milliseconds since 1970: `1h` is an hour before now; anything else is a date.
 * @param option whose value it is, for the message
 * @throws UserError 2
 */
export function moment(text: string, option: string): number {
  const [, number, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number && unit) return Date.now() - Number(number) * UNITS[unit as keyof typeof UNITS];
  const said = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(said))
    throw new UserError(2, `${option} "${text}" is no time; write it like 90s, 30m, 1h, 7d or 2026-11-21T09:00:00Z`);
  return said;
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
