import { domainToUnicode } from "node:url";
import { SANDBOX } from "../../gateway/contract.ts";
import { isHostName } from "../../stack-file/network.ts";
import { printable } from "../../stack-file/printable.ts";
import { type Callback, callbackOf } from "./callback.ts";

/** A page that an agent asks a person to open. */
export interface Page {
  /** As the browser gets it: written anew by the parser that browsers have, in letters that no program takes for more than text. */
  url: string;
  host: string;
  callback?: Callback;
}

/** Bytes of a URL at most. */
const LONGEST = SANDBOX.urlBytes;

/**
 * Judges what an agent asked to have opened by its form alone: whose site it is, is the stack file's to allow. Pure.
 * @returns why it is no such page, as the end of a sentence
 */
export function readPage(text: string): { page: Page } | { refused: string } {
  if (Buffer.byteLength(text) > LONGEST) return { refused: `it is longer than ${LONGEST} bytes` };
  // The parser would pass over some of these, and a person sees none.
  if (/\s/u.test(text) || printable(text) !== text)
    return { refused: "it has blanks, control characters or marks of direction in it" };
  if (!URL.canParse(text)) return { refused: "it is no URL" };
  const parsed = new URL(text);
  if (parsed.protocol !== "https:") return { refused: `only https is opened, and it is ${parsed.protocol}` };
  if (parsed.username || parsed.password) return { refused: "it has a user or a password before the site's name" };
  if (parsed.port) return { refused: `it is at port ${parsed.port}, and a declared domain is its site at 443` };
  if (!isHostName(parsed.hostname)) return { refused: "its site is not the name of a host" };
  const url = parsed.href.replace(UNUSUAL, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  if (url.length > LONGEST) return { refused: `it is longer than ${LONGEST} bytes` };
  const found = callbackOf(parsed);
  if ("refused" in found) return found;
  return { page: { url, host: parsed.hostname, ...found } };
}

/** What the parser leaves as it is in some part of a URL, and shells and scripts of desktops have read as more than text. */
const UNUSUAL = /[^A-Za-z0-9\-._~:/?#@!&*+,;=%]/g;

/** A host for a person to read: of an internationalised one, as DNS has it and as it reads, for it may look like another. */
export function describeHost(host: string): string {
  const reads = domainToUnicode(host);
  if (!host.split(".").some((label) => label.startsWith("xn--"))) return printable(host);
  return `${printable(host)} (an internationalised name; it reads as "${printable(reads)}", which may look like another one's)`;
}
