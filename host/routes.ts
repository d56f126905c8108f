import { existsSync, readFileSync } from "node:fs";
import { oneLine } from "../stack-file/printable.ts";
import { runProgram } from "./program.ts";

/** Where this host sends what is for a network, and by which interface. */
export interface Route {
  /** CIDR. */
  network: string;
  interface: string;
}

/** IPv4 routes of this host, as far as they could be seen. */
export interface Routes {
  seen: Route[];
  /** Why routes of tables besides the main one, or any, are not among them, where that is not known. */
  unseen?: string;
}

/**
 * IPv4 routes of this host, of all tables where iproute2 is there (a VPN's may be in one of its own), else of the main one. Not those of
 * everything: a default route, or the two halves of one that VPNs put over it, lead wherever nothing else does. Nor those that lead nowhere
 * (`unreachable`): nobody loses what a network of ours takes of them.
 * @param seconds that iproute2 may take
 */
export async function readRoutes(seconds = 5): Promise<Routes> {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const end = await runProgram("ip", ["-4", "route", "show", "table", "all"], { seconds, env });
  const wide = (routes: Route[]) => routes.filter(({ network }) => Number(network.split("/")[1]) >= NARROWEST_OF_ALL);
  if (end.code === 0) return { seen: wide(parseIpRoute(end.stdout)) };
  const table = existsSync(TABLE) ? readFileSync(TABLE, "utf8") : undefined;
  const main = parseProcRoute(table ?? "");
  if (end.lost === "missing")
    return table === undefined ? { seen: [], unseen: `there is neither ip nor ${TABLE}` } : { seen: wide(main) };
  const why = end.lost ? `it ${end.why}` : oneLine(end.stderr) || `it ended with status ${end.code}`;
  return { seen: wide(main), unseen: `ip -4 route show table all does not say: ${why}` };
}

const TABLE = "/proc/net/route";

/** A route below this many bits is one to everything: 0.0.0.0/1 and 128.0.0.0/1 are how VPNs say it. 10.0.0.0/8 is a company's. */
const NARROWEST_OF_ALL = 8;

/** Reads what `ip -4 route show table all` prints: a route a line, the hops of one with several a line each below it. */
export function parseIpRoute(text: string): Route[] {
  return text.split("\n").flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const kind = KINDS.find((kind) => kind === words[0]) ?? "unicast";
    if (kind === words[0]) words.shift();
    const network = words[0] ?? "";
    if (line.startsWith("\t") || !["unicast", "local"].includes(kind) || !/^\d+(\.\d+){3}(\/\d+)?$/.test(network))
      return [];
    const device = words.indexOf("dev");
    return [
      {
        network: network.includes("/") ? network : `${network}/32`,
        interface: device < 0 ? "" : (words[device + 1] ?? ""),
      },
    ];
  });
}

const KINDS = [
  ...["unicast", "local", "broadcast", "multicast", "anycast", "throw", "unreachable", "prohibit", "blackhole", "nat"],
];

/** Reads /proc/net/route: addresses as the kernel has them in memory, lowest byte first. */
export function parseProcRoute(text: string): Route[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [name, destination, , flags, , , , mask] = line.trim().split(/\s+/);
      // RTF_UP without RTF_REJECT.
      if (!name || !destination || !flags || !mask || (Number.parseInt(flags, 16) & 0x201) !== 1) return [];
      const bits = Number.parseInt(mask, 16).toString(2).replaceAll("0", "").length;
      const bytes = [...destination.matchAll(/../g)].reverse();
      return [{ network: `${bytes.map(([byte]) => Number.parseInt(byte, 16)).join(".")}/${bits}`, interface: name }];
    });
}
