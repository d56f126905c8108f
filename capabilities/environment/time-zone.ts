import { suggest } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";

/** What `TZ` may be besides a zone's name: `CET-1CEST,M3.5.0`, `<+03>-3` (POSIX.1-2024, 8.3). */
const RULE = /^(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)[+-]?\d/;

/**
 * Why a value of `TZ` is no time zone, as the end of a sentence, or nothing where it is one. Programs take a name that they do not know for UTC and say nothing.
 */
export function refuseTimeZone(value: string): string | undefined {
  const name = value.replace(/^:/, "");
  if (name === "" || RULE.test(name) || isZone(name)) return undefined;
  return `is no time zone: ${quoted(value)}.${suggest(name, Intl.supportedValuesOf("timeZone"))} Write the name of one, like Europe/Berlin, or UTC`;
}

function isZone(timeZone: string): boolean {
  try {
    // What Node takes in any letters, a file system does not.
    return new Intl.DateTimeFormat("en", { timeZone }) !== undefined && /^[A-Z]/.test(timeZone);
  } catch {
    return false;
  }
}
