import { z } from "zod";

/** Text of one form; what does not have it is told with what it should be. */
export function text(pattern: RegExp, what: string) {
  const error = (issue: { input?: unknown }) => `${JSON.stringify(issue.input)} is not ${what}`;
  return z.string({ error }).regex(pattern, { error });
}

export const Name = text(/^[a-z][a-z0-9-]*$/, "a name: lower-case letters, digits and -");
export const EnvironmentName = text(/^[A-Z][A-Z0-9_]*$/, "a variable's name, like API_KEY");
export const OneLine = text(/^[^\n]*$/, "one line");
export const InEtc = text(/^\/etc(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/, "a path below /etc");
/** A path below a folder; it may hold a *. */
export const Below = text(/^(?!\/)[A-Za-z0-9@._/*-]+$/, "a relative path of letters, digits and @._/*-");
/** As dpkg defines it, without what apt would read as an option, a version or a removal. */
export const DebianPackage = text(
  /^[a-z0-9][a-z0-9+.-]*[a-z0-9]$|^[a-z0-9][a-z0-9+.-]*[+]{2}$/,
  "a package of the distribution, like libpq-dev",
);
