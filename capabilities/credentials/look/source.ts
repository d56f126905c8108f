import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { hostPath } from "../../../host/path.ts";
import { agentCanChange, type Writable } from "../../../host/writable.ts";
import { askFor, type SecretSource } from "../source.ts";
import type { Ask } from "../sources/kind.ts";
import { askProgram } from "./program.ts";

/** Largest secret that is delivered, in bytes; a login file is a few KiB. */
export const MOST = 2 ** 20;

/**
 * What a source has: its value; or `unseen`, the sentence that says why it could not be looked at here, which a preview goes on without; or `refused`, why what was
 * seen is not taken.
 */
export type Reading = { value: Buffer } | { unseen: string } | { refused: string };

/** What sources are read with. */
export interface SourceWorld {
  root: string;
  /** What agents can change: nothing that decides a value is there. */
  writable: readonly Writable[];
  /** Values of the stack's own config, decrypted, by key path (stack-file/encrypted.ts). */
  encrypted: ReadonlyMap<string, string>;
}

/**
 * Reads a source. What is judged and what is delivered is read here, and nowhere else, and once.
 * @param key the key of the stack file that names the source
 * @param isSecret whether nobody but its owner may read a file of it; certificates and dotfiles are no secrets
 */
export async function readSource(
  source: SecretSource,
  key: string,
  isSecret: boolean,
  world: SourceWorld,
): Promise<Reading> {
  const ask = askFor(source, process);
  if ("file" in ask) return readFile(ask.file, isSecret, world);
  if ("program" in ask) return asText(await askProgram(ask, MOST, world), `${ask.program} printed`);
  return "variable" in ask
    ? asText(readVariable(ask), `the variable ${ask.variable}`)
    : asText(readConfig(key, world), "it");
}

function readVariable({ variable }: Extract<Ask, { variable: string }>): Reading {
  const value = process.env[variable];
  return value
    ? { value: Buffer.from(value) }
    : { unseen: `the variable ${variable} is not set (or empty) where pulumi runs; export it, or use {file: path}` };
}

function readConfig(key: string, { encrypted }: SourceWorld): Reading {
  const value = encrypted.get(`${key}.encrypted`);
  return value
    ? { value: Buffer.from(value) }
    : { unseen: `is empty in the stack; pulumi config set --secret --path 'agent-sandbox:${key}.encrypted'` };
}

/** What is text by where it comes from: a program's colours, or half of something binary, are no value. */
function asText(reading: Reading, what: string): Reading {
  if (!("value" in reading)) return reading;
  const text = reading.value.toString("utf8");
  if (text.includes("\uFFFD")) return { refused: `${what} has bytes that are no text (UTF-8); use {file: path}` };
  const [control] = /(?![\t\n\r])\p{Cc}/u.exec(text) ?? [];
  if (control === undefined) return reading;
  return { refused: `${what} has a control character (${JSON.stringify(control)}); a value is text without any` };
}

function readFile(file: string, isSecret: boolean, { root, writable }: SourceWorld): Reading {
  const path = hostPath(file, root);
  let opened: number;
  try {
    const untrusted = agentCanChange(path, writable);
    if (untrusted) return { refused: `${file} ${untrusted}` };
    // Of a pipe it would wait for a writer.
    opened = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR"
      ? { unseen: `${file} does not exist; create it, or name another source` }
      : { unseen: `${file} cannot be read: ${message}` };
  }
  try {
    const stat = fstatSync(opened);
    if (!stat.isFile()) return { refused: `${file} is not a file` };
    // Of a file of somebody else's, as a CI's runner places one, the mode is theirs to choose, as long as it is theirs alone to write.
    const others = stat.uid === process.getuid?.() ? 0o077 : 0o022;
    const mode = (stat.mode & 0o777).toString(8);
    if (isSecret && stat.mode & others)
      return { refused: `${file} is open to others (mode ${mode}); chmod 600 ${file}, and see whether they had it` };
    if (stat.size === 0) return { refused: `${file} is empty` };
    if (stat.size > MOST) return { refused: `${file} is ${stat.size} bytes; a secret has at most ${MOST}` };
    return { value: readFileSync(opened) };
  } catch (error) {
    return { unseen: `${file} cannot be read: ${(error as Error).message}` };
  } finally {
    closeSync(opened);
  }
}
