import { isMapping } from "./mapping.ts";

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
