import type { Writable } from "../../host/writable.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { type DeliveredFile, placeOf } from "../delivered.ts";
import { judgeCertificates } from "./certificates.ts";
import { fingerprint } from "./look/fingerprint.ts";
import { readSource } from "./look/source.ts";

/**
 * Looks at every secret's source and gives each a fingerprint, so that a rotation is seen without its value. Files of `ca` have to be certificates. A file
 * that an agent could change is refused: replaced by a link, it would deliver any file of the host.
 */
export function fingerprintSecrets(
  files: readonly DeliveredFile[],
  root: string,
  writable: readonly Writable[],
): { fingerprints: Record<string, string>; problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const fingerprints: Record<string, string> = {};
  for (const file of files) {
    const { role, source, key } = file;
    if ("text" in source) continue;
    const value = readSource(source, root, writable);
    if (typeof value === "string") {
      problems.push({ path: key, message: value });
      continue;
    }
    if (role === "certificates" && "file" in source) {
      const { refused, warning } = judgeCertificates(value, source.file, new Date());
      if (refused) problems.push({ path: key, message: `${source.file} ${refused}` });
      if (warning) warnings.push({ path: key, message: warning });
    }
    const path = placeOf(file);
    fingerprints[path] = fingerprint(path, value);
  }
  return { fingerprints, problems, warnings };
}
