import { existsSync, readFileSync, statSync } from "node:fs";
import { hostPath } from "../../../host/path.ts";
import { agentCanChange, type Writable } from "../../../host/writable.ts";
import type { SecretSource } from "../source.ts";

/** Largest secret that is delivered, in bytes; a login file is a few KiB. */
const MOST = 2 ** 20;

/**
 * The content of a source, or the sentence that says why there is none. What is judged and what is delivered is read here, and nowhere else.
 * @param writable what agents can change: a file there is none
 */
export function readSource(source: SecretSource, root: string, writable: readonly Writable[]): Buffer | string {
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
