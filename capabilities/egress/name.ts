import { isIP } from "node:net";
import { isPrivateName } from "../../gateway/private.ts";
import { isWeb } from "../../gateway/vips.ts";
import { isHostName } from "../../stack-file/network.ts";
import { shown } from "../../stack-file/quoted.ts";

/** What a destination's name means: the name itself, the names below it, or both. */
export interface Name {
  host: string;
  itself: boolean;
  below: boolean;
}

/** Reads `docs.acme.example` (itself), `*.acme.example` (all names below it) or `.acme.example` (both, as squid and NO_PROXY have it). */
export function readName(text: string): Name {
  if (text.startsWith("*.")) return { host: text.slice(2), itself: false, below: true };
  if (text.startsWith(".")) return { host: text.slice(1), itself: true, below: true };
  return { host: text, itself: true, below: false };
}

/** True for `*.name` and `.name`. */
export function isWildcard(text: string): boolean {
  return readName(text).below;
}

/** What a domain is below which strangers can have names of their own, `object store` say, or nothing: a wildcard over it would open theirs as well. */
export type WhyShared = (domain: string) => string | undefined;

/** Why a text is no destination that a name can open on these ports, or nothing if it is one. */
export function refuseName(text: string, ports: readonly number[], whyShared: WhyShared): string | undefined {
  const { host, below } = readName(text);
  const address = addressOf(host);
  if (address)
    return `${shown(text)} is an address${address === host ? "" : ` (${address})`}, not a name; allow a public machine by its name, and declare one of the LAN by a name under egress.lan, like {ollama: 192.168.1.20:11434}`;
  if (/[^ -~]/.test(host))
    return `${shown(text)} has letters besides a-z; write it as DNS has it${inAscii(text, host)}`;
  const small = text.toLowerCase();
  if (text !== small && /^(\*?\.)?[a-z0-9.-]+$/.test(small)) return `${shown(text)} has capitals; write "${small}"`;
  if (text === "*")
    return '"*" would be every name; profile: web opens any public host on 80 and 443, and says so in every preview';
  if (host.includes("*"))
    return `${shown(text)} has a * inside; only a leading "*." is a wildcard, like *.acme.example`;
  if (host.endsWith(".")) return `${shown(text)} ends in a dot; write "${text.slice(0, -1)}"`;
  if (isPrivateName(host))
    return `${shown(text)} is private by definition: no public server answers for it. A machine of the LAN is declared by its address under egress.lan, a port of the engine's host under egress.host`;
  if (below && /^[a-z0-9-]+$/.test(host))
    return `${shown(text)} is everything below a top-level domain; list the names that are needed`;
  if (!isHostName(host)) return `${shown(text)} is not a host name; write the name alone, ${likeItsHost(text)}`;
  if (!below) return undefined;
  const other = ports.find((port) => !isWeb(port));
  if (other !== undefined)
    return `${shown(text)} is a wildcard, which cannot open port ${other}: only 80 and 443 carry the name; list each name`;
  const shared = whyShared(host);
  if (shared)
    return `${shown(text)} is a wildcard over a domain below which anybody can have a name (${shared}); list the names that are needed`;
  return undefined;
}

/** What to write of a URL, of a place on a host, or of a host with a port. */
function likeItsHost(text: string): string {
  const [, host = "", port] = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([a-z0-9.-]+)(?::(\d+))?(?:[:/].*)?$/.exec(text) ?? [];
  if (!isHostName(host)) return "like docs.acme.example, and ports as {host: docs.acme.example, ports: [8443]}";
  return port === undefined ? `"${host}"` : `as {host: ${host}, ports: [${port}]}`;
}

/** The address that programs read a text as, whatever its form: 127.1, 0x7f000001, 2130706433, [::1]. URLs have the rules. */
function addressOf(text: string): string | undefined {
  if (isIP(text)) return text;
  try {
    const host = new URL(`http://${text}/`).hostname.replace(/^\[|\]$/g, "");
    return isIP(host) ? host : undefined;
  } catch {
    return undefined;
  }
}

function inAscii(text: string, host: string): string {
  try {
    return `: "${text.replace(host, new URL(`http://${host}/`).hostname)}"`;
  } catch {
    return "";
  }
}
