import { createHash, createHmac, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configFolder } from "../../../host/folders.ts";

/** What a client's fingerprints are made with. The id says which key it is, and nothing of it. */
export interface FingerprintKey {
  id: string;
  key: Buffer;
}

/**
 * Tells one value of a secret from another without saying anything of it: the id of a key, and an HMAC under that key, for a plain hash in the state would let a
 * weak secret be guessed. Twice 16 hexadecimal digits. Of a file of `ca` its number is left out: where a list has one more before it, the certificate is no other.
 */
export function fingerprint({ id, key }: FingerprintKey, path: string, value: Buffer): string {
  const name = path.replace(/^ca\/\d+\.pem$/, "ca");
  return `${id}.${createHmac("sha256", key).update(name).update("\0").update(value).digest("hex").slice(0, 16)}`;
}

/**
 * What delivered files are compared by where they lie: a key made of a client's, and its name. It is sent to the engine, where it tells of a value no more than
 * the value beside it; the client's own never gets there.
 */
export function lookKey({ key }: FingerprintKey): FingerprintKey {
  const own = createHmac("sha256", key).update("files that were delivered").digest();
  return { id: createHmac("sha256", own).update("its name").digest("hex").slice(0, 16), key: own };
}

/** The mark of a delivered file (target/engine/tell-files.pl makes the same). */
export function markOf(key: FingerprintKey, path: string, content: Buffer): string {
  return createHmac("sha256", lookKey(key).key).update(path).update("\0").update(content).digest("hex").slice(0, 16);
}

/** Whether a value is the one that has this fingerprint. @throws Error when this machine has not its key */
export function hasFingerprint(said: string, path: string, value: Buffer): boolean {
  const [id = ""] = said.split(".");
  return fingerprint({ id, key: readFileSync(fileOf(id)) }, path, value) === said;
}

/**
 * The key of a client's fingerprints: the one that its stack keeps, so that each machine which has the stack sees a rotation where there is one and nowhere else.
 * A stack without one gets that which this machine makes for the client; it is the same one at the preview and at the `up`. What the step reads that delivers
 * (hasFingerprint) is put on this machine, mode 600, for no input of a step may carry it.
 * @param kept what the stack's output says (docs/decisions.md, D-94)
 */
export function fingerprintKey(client: string, kept: unknown): FingerprintKey {
  const key =
    typeof kept === "string" && /^[0-9a-f]{64}$/.test(kept)
      ? Buffer.from(kept, "hex")
      : createHmac("sha256", machineKey()).update(client).digest();
  const id = createHash("sha256").update(key).digest("hex").slice(0, 16);
  writeOnce(fileOf(id), key);
  return { id, key };
}

function fileOf(id: string): string {
  return join(configFolder(), "fingerprint-keys", id);
}

function machineKey(): Buffer {
  const path = join(configFolder(), "fingerprint.key");
  writeOnce(path, randomBytes(32));
  return readFileSync(path);
}

/** Writes a file unless it is there. It is whole before it has its name: another client's `up` that finds it would read half a key. */
function writeOnce(path: string, content: Buffer): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, content, { mode: 0o600 });
  try {
    linkSync(own, path);
  } catch (error) {
    // The other was faster: its key is the one.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(own);
  }
}
