import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Facts } from "../plan/facts.ts";

/**
 * Interfaces by which this host may reach what is elsewhere, by name: those of the default routes of the main table, and tunnels, whose routes may be in a table of their
 * own (WireGuard's). None where the kernel does not tell (macOS).
 * @param links where the kernel has a folder an interface
 * @param table the main routing table, as /proc/net/route has it
 */
export function readUplinks(links = "/sys/class/net", table = "/proc/net/route"): Facts["host"]["uplinks"] {
  if (!existsSync(links) || !existsSync(table)) return [];
  const rows = readFileSync(table, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  // The eighth column is the mask: of everything, or of one of the two halves that VPNs put over it.
  const ways = rows.filter((row) => row[7] === "00000000" || row[7] === "00000080").map(([name]) => name);
  return readdirSync(links)
    .sort()
    .flatMap((name) => {
      const about = (file: string) => {
        // An interface may go meanwhile, as those of other sandboxes do: its files then say EINVAL.
        try {
          return Number(readFileSync(join(links, name, file), "utf8").trim());
        } catch {
          return Number.NaN;
        }
      };
      const leads = ways.includes(name) || TUNNELS.includes(about("type"));
      const mtu = about("mtu");
      return leads && about("flags") & UP && mtu > 0 ? [{ name, mtu }] : [];
    });
}

/** IFF_UP. */
const UP = 1;

/** What the kernel calls the hardware of tunnels: ARPHRD_NONE (tun, WireGuard), PPP, IPIP and GRE. */
const TUNNELS = [65534, 512, 768, 778];
