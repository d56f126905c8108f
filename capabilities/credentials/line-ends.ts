import type { DeliveredFile } from "../delivered.ts";

/**
 * A secret's value without what editors and other systems leave at ends of lines. One line is the value alone: a token that a program reads with its line's end makes a broken
 * header, and Windows' `\r` is in a variable what nobody sees. A key (PEM, OpenSSH) has the ends of lines that its readers take, the last line's among them: OpenSSH
 * refuses a key that has others, or none there. Everything else, and what is no text, is as it is.
 */
export function withoutLineEnds(role: DeliveredFile["role"], value: Buffer): Buffer {
  if (!VALUES.includes(role)) return value;
  const text = value.toString("utf8");
  if (text.includes("\uFFFD")) return value;
  const bare = text.replace(/[\r\n]+$/, "");
  if (!/[\r\n]/.test(bare)) return Buffer.from(bare);
  if (/^-----BEGIN [A-Z0-9 ]+-----\r?$/m.test(bare)) return Buffer.from(`${bare.replaceAll("\r\n", "\n")}\n`);
  return value;
}

/** Roles of what is one value. A login and a dotfile are files of others' programs. */
const VALUES: readonly DeliveredFile["role"][] = ["secret", "variable", "git"];
