import type { DeliveredFile } from "../../capabilities/delivered.ts";
import { daysBetween, describeDays, SOON } from "../../capabilities/expiry.ts";
import { oneOf, oneOrMore } from "../../stack-file/combinators.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { kind } from "./kind.ts";

/** Keys of a stack file below which credentials are. */
const OF = ["secrets", "git", "credentials", "upstreamProxy"] as const;

/** Which credentials have to say when they expire, and are refused from that day on. Logins are none: agents renew them. */
export const expiring = kind(oneOrMore(oneOf(OF), "[git, credentials]"), (of, { declared, today }) => [
  ...once(declared.files.filter(isCredential))
    .filter(({ key, expires }) => expires === undefined && of.some((one) => key.startsWith(`${one}.`)))
    .map(({ key }) => ({
      path: key,
      message: "says not when it expires; take one that does, and write that day beside it, like expires: 2027-01-31",
    })),
  ...expired(declared.files, today).filter(({ path }) => of.some((one) => path.startsWith(`${one}.`))),
]);

/** Credentials that are worth nothing any more, by what the stack file says of them. @param today as ISO writes it */
export function expired(files: readonly DeliveredFile[], today: string): Problem[] {
  return once(files).flatMap(({ key, expires }) =>
    expires !== undefined && expires <= today
      ? [{ path: key, message: `expired on ${expires}; take a new one, and write its own day` }]
      : [],
  );
}

/** Credentials that expire within two weeks: whoever is told on the day itself finds an agent that cannot push. @param today as ISO writes it */
export function expiringSoon(files: readonly DeliveredFile[], today: string): Problem[] {
  return once(files).flatMap(({ key, expires }) => {
    const days = expires === undefined ? undefined : daysBetween(today, expires);
    if (days === undefined || days <= 0 || days > SOON) return [];
    const message = `expires on ${expires}, ${describeDays(days)}; take a new one in time, and write its own day`;
    return [{ path: key, message }];
  });
}

/** What somebody issued: no text of this project's, no certificate, no dotfile, no login. */
function isCredential({ role, source }: DeliveredFile): boolean {
  return !("text" in source) && ["secret", "variable", "git", "way-out"].includes(role);
}

/** An exported secret is two files of one key. */
function once(files: readonly DeliveredFile[]): DeliveredFile[] {
  return files.filter(({ key }, at) => files.findIndex((other) => other.key === key) === at);
}
