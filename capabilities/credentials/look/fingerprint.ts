import { createHmac, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configFolder } from "../../../host/folders.ts";

/**
 * Tells one value of a secret from another without saying anything of it: an HMAC under a key that stays on this machine (mode 600, made once), for a plain
 * hash in the state would let a weak secret be guessed. 16 hexadecimal digits.
 */
export function fingerprint(path: string, value: Buffer): string {
  return createHmac("sha256", fingerprintKey()).update(path).update("\0").update(value).digest("hex").slice(0, 16);
}

/**
 * What delivered files are compared by where they lie: a key made of the one above, and its name. It is sent to the engine, where it tells of a value no more than
 * the value beside it; the one above never leaves this machine.
 */
export function lookKey(): { id: string; key: Buffer } {
  const key = createHmac("sha256", fingerprintKey()).update("files that were delivered").digest();
  return { id: createHmac("sha256", key).update("its name").digest("hex").slice(0, 16), key };
}

/** The mark of a delivered file (target/engine/tell-files.pl makes the same). */
export function markOf(path: string, content: Buffer): string {
  return createHmac("sha256", lookKey().key).update(path).update("\0").update(content).digest("hex").slice(0, 16);
}

let key: Buffer | undefined;

function fingerprintKey(): Buffer {
  if (key) return key;
  const path = join(configFolder(), "fingerprint.key");
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Whole before it has its name: another client's up that finds it would read half a key.
    const own = `${path}.${process.pid}`;
    writeFileSync(own, randomBytes(32), { mode: 0o600 });
    try {
      linkSync(own, path);
    } catch (error) {
      // The other was faster: its key is the one.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      unlinkSync(own);
    }
  }
  key = readFileSync(path);
  return key;
}
