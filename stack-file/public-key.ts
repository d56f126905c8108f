import { createHash } from "node:crypto";

/** A public key as OpenSSH writes it: `ssh-ed25519 AAAA…`, with or without words behind it. */
export interface PublicKey {
  type: KeyType;
  /** In base64. */
  key: string;
  /** What stands behind it; "" where nothing does. */
  comment: string;
}

/** How many parts a key of each type has besides the type, and how long the last one may be. DSA is none: OpenSSH takes it no more since 9.8. */
const TYPES = {
  "ssh-ed25519": { parts: 1, bytes: [32, 32] },
  "ecdsa-sha2-nistp256": { parts: 2, bytes: [65, 65] },
  "ecdsa-sha2-nistp384": { parts: 2, bytes: [97, 97] },
  "ecdsa-sha2-nistp521": { parts: 2, bytes: [133, 133] },
  // The modulus, of 2048 to 16384 bits, with a zero before it.
  "ssh-rsa": { parts: 2, bytes: [257, 2049] },
} as const;

export type KeyType = keyof typeof TYPES;

export const KEY_TYPES = Object.keys(TYPES) as KeyType[];

/** Reads one line. Nothing where it is no key: another type, no base64, a key that is cut off or longer than its type's, a letter that is none of a line. */
export function readPublicKey(line: string): PublicKey | undefined {
  const [, type, key = "", comment = ""] = /^(\S+) ([A-Za-z0-9+/]+={0,2})(?: ([ -~]{0,200}))?$/.exec(line) ?? [];
  return isType(type) && isWhole(type, key) ? { type, key, comment } : undefined;
}

/** By which people know it, and services show it: `SHA256:…`. @param key in base64 */
export function fingerprintOf(key: string): string {
  return `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64").replace(/=+$/, "")}`;
}

function isType(text: string | undefined): text is KeyType {
  return text !== undefined && Object.hasOwn(TYPES, text);
}

/** Whether the bytes are what the type says, to the last one: a length before each part, the type itself first. */
function isWhole(type: KeyType, key: string): boolean {
  const bytes = Buffer.from(key, "base64");
  if (bytes.toString("base64") !== key) return false;
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return false;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return false;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  const [least, most] = TYPES[type].bytes;
  const last = parts.at(-1)?.length ?? 0;
  return (
    parts.length === TYPES[type].parts + 1 && parts[0]?.toString("latin1") === type && last >= least && last <= most
  );
}
