import { isMapping } from "./mapping.ts";
import type { Problem } from "./problem.ts";

/** A value that Pulumi has encrypted: the key path, and the text that stands for it. */
export interface Encrypted {
  path: string;
  cipher: string;
}

/** What stands in the place of a value that nobody decrypts: it has the form of a variable's name, of a file's and of a user's. */
export const ENCRYPTED = "ENCRYPTED";

/** A config without its encrypted values, and which those are. Each stands as a word that is the same for all: without the key of the stack nothing is known of them. */
export function withoutEncrypted(config: Readonly<Record<string, unknown>>): {
  config: Record<string, unknown>;
  encrypted: Encrypted[];
} {
  const encrypted: Encrypted[] = [];
  const walk = (said: unknown, path: string): unknown => {
    if (Array.isArray(said)) return said.map((item, index) => walk(item, `${path}[${index}]`));
    if (!isMapping(said)) return said;
    if (typeof said.secure === "string" && Object.keys(said).length === 1) {
      encrypted.push({ path, cipher: said.secure });
      return ENCRYPTED;
    }
    return Object.fromEntries(Object.entries(said).map(([key, inner]) => [key, walk(inner, `${path}.${key}`)]));
  };
  return {
    config: Object.fromEntries(Object.entries(config).map(([key, said]) => [key, walk(said, key)])),
    encrypted,
  };
}

/** A config without the values that Pulumi has decrypted, those by key path, and what is wrong with how they are written. */
export interface TakenOut {
  config: Record<string, unknown>;
  values: Map<string, string>;
  problems: Problem[];
}

/**
 * Takes decrypted values out of a config before anything is parsed, told or kept of it: each stands as a word that is the same for all. One that the stack file has in clear is
 * told.
 * @param written the config as the stack file has it; nothing where there is no such file
 */
export function takeEncrypted(
  config: Readonly<Record<string, unknown>>,
  written: Readonly<Record<string, unknown>> = {},
): TakenOut {
  const values = new Map<string, string>();
  const problems: Problem[] = [];
  const walk = (said: unknown, wrote: unknown, path: string): unknown => {
    if (!isMapping(said)) return said;
    const inner = isMapping(wrote) ? wrote : {};
    return Object.fromEntries(
      Object.entries(said).map(([key, one]) => {
        const at = `${path}.${key}`;
        if (!isSecretValue(at) || typeof one !== "string") return [key, walk(one, inner[key], at)];
        values.set(at, one);
        if (typeof inner[key] === "string")
          problems.push({
            path: at,
            message: `is in clear in the stack file; take it for known, make a new one, and write it with pulumi config set --secret --path 'agent-sandbox:${at}'`,
          });
        return [key, ENCRYPTED];
      }),
    );
  };
  return {
    config: Object.fromEntries(Object.entries(config).map(([key, said]) => [key, walk(said, written[key], key)])),
    values,
    problems,
  };
}

/** Whether what is encrypted at a key path is a secret's value. Anywhere else it is a word of the stack file that no reviewer can read. */
export function isSecretValue(path: string): boolean {
  return OF_A_SOURCE.test(path);
}

const OF_A_SOURCE =
  /^(secrets\.[^.]+|git\.token|git\.tokens\..+|credentials\.[^.]+\.apiKey|upstreamProxy\.password)\.encrypted$/;
