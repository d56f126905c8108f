import { existsSync, readFileSync } from "node:fs";
import type { Listener } from "../plan/facts.ts";

/** What listens on this machine, as far as its kernel tells: nothing where it has no such tables. */
export function readListeners(): Listener[] | undefined {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].filter((file) => existsSync(file));
  return tables.length === 0 ? undefined : tables.flatMap((file) => parseListeners(readFileSync(file, "utf8")));
}

/** The sockets of a table of the kernel's that listen. One that takes IPv4 as IPv6 (::ffff:127.0.0.1) is on the address of IPv4. */
export function parseListeners(table: string): Listener[] {
  return table.split("\n").flatMap((line) => {
    const [, local = "", , state] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    return state === "0A" ? [{ address: written(address), port: Number.parseInt(port, 16) }] : [];
  });
}

const MAPPED = "00000000000000000000ffff";

/** An address as people write it. The kernel prints each word of it as it lies in memory, the last byte first. */
function written(inMemory: string): string {
  const bytes = (inMemory.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  const hex = bytes.join("").toLowerCase();
  if (bytes.length === 4 || hex.startsWith(MAPPED))
    return bytes
      .slice(-4)
      .map((byte) => Number.parseInt(byte, 16))
      .join(".");
  // As a URL writes it, which is the short form.
  return new URL(`http://[${hex.match(/.{4}/g)?.join(":")}]`).hostname.slice(1, -1);
}
