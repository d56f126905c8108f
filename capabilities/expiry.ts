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
