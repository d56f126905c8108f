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
