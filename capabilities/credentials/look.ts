import type { Writable } from "../../host/writable.ts";
import type { DeliveredFiles } from "../../plan/deployed.ts";
import { present } from "../../stack-file/present.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { type DeliveredFile, describeSource, type PlacedFile, placeOf } from "../delivered.ts";
import { judgeCertificates } from "./certificates.ts";
import { type FingerprintKey, fingerprint, lookKey, markOf } from "./look/fingerprint.ts";
import { readSource } from "./look/source.ts";

/**
 * Looks at every secret's source and gives each a fingerprint, so that a rotation is seen without its value. Files of `ca` have to be certificates. A file
 * that an agent could change is refused: replaced by a link, it would deliver any file of the host.
 * @returns `marks` tell whether what lies in the sandbox is what was delivered
 */
export function fingerprintSecrets(
  files: readonly DeliveredFile[],
  root: string,
  writable: readonly Writable[],
  key: FingerprintKey,
): {
  fingerprints: Record<string, string>;
  marks: Record<string, string>;
  problems: Problem[];
  warnings: Problem[];
} {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const fingerprints: Record<string, string> = {};
  const marks: Record<string, string> = {};
  for (const file of files) {
    const { role, source, key: asked } = file;
    if ("text" in source) continue;
    const value = readSource(source, root, writable);
    if (typeof value === "string") {
      problems.push({ path: asked, message: value });
      continue;
    }
    if (role === "certificates" && "file" in source) {
      const { refused, warning } = judgeCertificates(value, source.file, new Date());
      if (refused) problems.push({ path: asked, message: `${source.file} ${refused}` });
      if (warning) warnings.push({ path: asked, message: warning });
    }
    const unfit = role === "variable" ? unfitForVariable(value) : undefined;
    if (unfit) problems.push({ path: asked, message: `${describeSource(source)} ${unfit}` });
    const path = placeOf(file);
    fingerprints[path] = fingerprint(key, path, value);
    marks[path] = markOf(key, path, value);
  }
  // An exported secret is two files of one source, with one thing wrong.
  const once = problems.filter(
    ({ path, message }, at) => problems.findIndex((other) => other.path === path && other.message === message) === at,
  );
  return { fingerprints, marks, problems: once, warnings };
}

/** What is delivered, as it is compared with what lies there later. @param marks of the files whose content is read on the host */
export function deliveredFiles(
  files: readonly Pick<PlacedFile, "path" | "source">[],
  owner: string,
  marks: Readonly<Record<string, string>>,
  key: FingerprintKey,
): DeliveredFiles {
  const all = files.map(({ path, source }) => [
    path,
    "text" in source ? markOf(key, path, Buffer.from(source.text)) : present(marks[path], `the mark of ${path}`),
  ]);
  return { key: lookKey(key).key.toString("hex"), owner, marks: Object.fromEntries(all) };
}

/** Bytes: with its name one variable has at most 128 KiB (MAX_ARG_STRLEN, execve(2)); with more of them nothing starts. */
const MOST_IN_A_VARIABLE = 100 * 2 ** 10;

/** Why a value cannot be a variable's, as the end of a sentence; nothing where it can. */
function unfitForVariable(value: Buffer): string | undefined {
  if (value.includes(0)) return "holds a NUL byte, which no variable can; deliver it as a file alone, without export";
  if (value.length > MOST_IN_A_VARIABLE)
    return `has ${value.length} bytes, and a variable at most ${MOST_IN_A_VARIABLE}; deliver it as a file alone, without export`;
  return undefined;
}
