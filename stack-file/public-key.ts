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
const HOST_TYPES = {
  "ssh-ed25519": { parts: 1, bytes: [32, 32] },
  "ecdsa-sha2-nistp256": { parts: 2, bytes: [65, 65] },
  "ecdsa-sha2-nistp384": { parts: 2, bytes: [97, 97] },
  "ecdsa-sha2-nistp521": { parts: 2, bytes: [133, 133] },
  // The modulus, of 2048 to 16384 bits, with a zero before it.
  "ssh-rsa": { parts: 2, bytes: [257, 2049] },
} as const;

const TYPES = {
  ...HOST_TYPES,
  // Of a token that a person touches: the last part is what it was made for, `ssh:`. No host has one.
  "sk-ssh-ed25519@openssh.com": { parts: 2, bytes: [1, 200] },
  "sk-ecdsa-sha2-nistp256@openssh.com": { parts: 3, bytes: [1, 200] },
} as const;

export type KeyType = keyof typeof TYPES;

/** Types of a host's key. */
export const KEY_TYPES = Object.keys(HOST_TYPES) as KeyType[];

/** Types of a person's key. */
export const PERSON_KEY_TYPES = Object.keys(TYPES) as KeyType[];

/** Reads one line. @param types those that may be: a host's. Nothing where it is no key: another type, no base64, a key that is cut off or longer than its type's, a letter that is none of a line. */
export function readPublicKey(line: string, types: readonly KeyType[] = KEY_TYPES): PublicKey | undefined {
  const [, type, key = "", comment = ""] = /^(\S+) ([A-Za-z0-9+/]+={0,2})(?: ([ -~]{0,200}))?$/.exec(line) ?? [];
  return isOneOf(types, type) && isWhole(type, key) ? { type, key, comment } : undefined;
}

/** By which people know it, and services show it: `SHA256:…`. @param key in base64 */
export function fingerprintOf(key: string): string {
  return `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64").replace(/=+$/, "")}`;
}

/** How many bits the modulus of a whole rsa key has. @param key in base64 */
export function rsaBits(key: string): number {
  const modulus = partsOf(Buffer.from(key, "base64"))?.at(-1)?.toString("hex") ?? "";
  return modulus === "" ? 0 : BigInt(`0x${modulus}`).toString(2).length;
}

function isOneOf(types: readonly KeyType[], text: string | undefined): text is KeyType {
  return types.some((type) => type === text);
}

/** Whether the bytes are what the type says, to the last one: the type itself first. */
function isWhole(type: KeyType, key: string): boolean {
  const bytes = Buffer.from(key, "base64");
  if (bytes.toString("base64") !== key) return false;
  const parts = partsOf(bytes);
  if (!parts) return false;
  const [least, most] = TYPES[type].bytes;
  const last = parts.at(-1)?.length ?? 0;
  return (
    parts.length === TYPES[type].parts + 1 && parts[0]?.toString("latin1") === type && last >= least && last <= most
  );
}

/** What a key is made of: a length before each part. Nothing where a length leads past the end. */
function partsOf(bytes: Buffer): Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}
