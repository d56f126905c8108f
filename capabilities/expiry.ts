/** What a credential's line in the posture says, with the day from which its issuer takes it no more: `(env NPM) until 2027-01-31`. */
export function withExpiry(says: string, expires: string | undefined): string {
  return expires === undefined ? says : `${says} until ${expires}`;
}

/** Such a line without its day. */
export function withoutExpiry(says: string): string {
  return says.replace(EXPIRY, "");
}

/** Whether what the first says lasts no longer than what the second says: what has no day lasts for ever. */
export function lastsAtMost(says: string, than: string): boolean {
  return expiryOf(than) === "" || (expiryOf(says) !== "" && expiryOf(says) <= expiryOf(than));
}

const EXPIRY = / until (\d{4}-\d\d-\d\d)$/;

function expiryOf(says: string): string {
  return EXPIRY.exec(says)?.[1] ?? "";
}

/** Days before an end on which it begins to be told. */
export const SOON = 14;

/** Whole days from one day to another, as ISO writes both; below 0 where the second is the earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** `in 3 days`, `today`, `2 days ago`: the last word of a sentence about an end. */
export function describeDays(days: number): string {
  if (days === 0) return "today";
  const count = Math.abs(days) === 1 ? "1 day" : `${Math.abs(days)} days`;
  return days > 0 ? `in ${count}` : `${count} ago`;
}
