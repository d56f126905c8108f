import { createHmac, randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { hostPath } from "../../host/path.ts";
import { agentCanChange, type Writable } from "../../host/writable.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { judgeCertificates } from "./certificates.ts";
import { isCertificates, type SecretFile } from "./secrets.ts";
import type { SecretSource } from "./source.ts";

/** Largest secret that is delivered, in bytes; a login file is a few KiB. */
const MOST = 2 ** 20;

/**
 * Looks at every secret's source and gives each a fingerprint, so that a rotation is seen without its value: an HMAC under
 * a key that stays on this machine (mode 600, made once), for a plain hash in the state would let a weak secret be guessed.
 * Files of `ca` have to be certificates. A file that an agent could change is refused: replaced by a link, it would deliver any file of the host.
 */
export function fingerprintSecrets(
  files: readonly SecretFile[],
  root: string,
  writable: readonly Writable[],
): { fingerprints: Record<string, string>; problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const fingerprints: Record<string, string> = {};
  for (const { path, source, key } of files) {
    if ("text" in source) continue;
    const value = read(source, root, writable);
    if (typeof value === "string") {
      problems.push({ path: key, message: value });
      continue;
    }
    if (isCertificates(path) && "file" in source) {
      const { refused, warning } = judgeCertificates(value, source.file, new Date());
      if (refused) problems.push({ path: key, message: `${source.file} ${refused}` });
      if (warning) warnings.push({ path: key, message: warning });
    }
    fingerprints[path] = createHmac("sha256", fingerprintKey())
      .update(path)
      .update("\0")
      .update(value)
      .digest("hex")
      .slice(0, 16);
  }
  return { fingerprints, problems, warnings };
}

/** The content of a source, or the sentence that says why there is none. */
function read(source: SecretSource, root: string, writable: readonly Writable[]): Buffer | string {
  if ("env" in source) {
    const value = process.env[source.env];
    return value
      ? Buffer.from(value)
      : `the variable ${source.env} is not set (or empty) where pulumi runs; export it, or use {file: path}`;
  }
  const path = hostPath(source.file, root);
  if (!existsSync(path)) return `${source.file} does not exist; create it, or name another source`;
  const untrusted = agentCanChange(path, writable);
  if (untrusted) return `${source.file} ${untrusted}`;
  const stat = statSync(path);
  if (!stat.isFile()) return `${source.file} is not a file`;
  if (stat.size === 0) return `${source.file} is empty`;
  if (stat.size > MOST) return `${source.file} is ${stat.size} bytes; a secret has at most ${MOST}`;
  try {
    return readFileSync(path);
  } catch (error) {
    return `${source.file} cannot be read: ${(error as Error).message}`;
  }
}

let key: Buffer | undefined;

function fingerprintKey(): Buffer {
  if (key) return key;
  const path = join(process.env.XDG_CONFIG_HOME ?? join(homedir(), ".config"), "agent-sandbox", "fingerprint.key");
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
