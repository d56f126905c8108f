import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import http from "node:http";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import type { Certificates } from "./certificates.ts";
import { serveDns } from "./dns.ts";
import { serveSites } from "./servers.ts";
import { FORGE, type Place, planSites } from "./sites.ts";

/** What has arrived on the fake internet so far: packets and bytes by place, handshakes and questions by name. */
export interface Arrivals {
  places: Record<Place, Traffic>;
  connections: Record<string, number>;
  asked: Record<string, number>;
  /** What agents said to models, whole: `NAME METHOD PATH` and the body on the next line. */
  heard: string[];
  /** What somebody signed in with, in its order: the site, and what its header said: `https://code.test Basic …`. */
  shown: string[];
}

export interface Traffic {
  packets: number;
  bytes: number;
}

/**
 * The fake internet itself: runs inside the namespace, as `node world.ts <n> <folder>`, and answers on the socket
 * <folder>/world.sock, which reaches across namespaces. It lives as long as its standard input is open.
 */
async function main(n: number, folder: string): Promise<void> {
  const sites = planSites(n);
  const connections: Record<string, number> = {};
  const asked: Record<string, number> = {};
  const heard: string[] = [];
  const shown: string[] = [];
  const count = (where: Record<string, number>) => (name: string) => {
    where[name] = (where[name] ?? 0) + 1;
  };
  const certificates: Certificates = {
    ca: join(folder, "ca.pem"),
    certificate: join(folder, "site.pem"),
    key: join(folder, "site.key"),
  };
  countPackets(Object.values(sites.addresses));
  let patience = 0;
  await Promise.all([
    serveDns(sites, count(asked), () => patience),
    serveSites(
      sites,
      certificates,
      count(connections),
      (name, request) => heard.push(`${name} ${request}`),
      (site, authorization) => shown.push(`${site} ${authorization}`),
      join(folder, "repositories"),
      join(folder, FORGE),
    ),
  ]);

  const control = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://world");
    if (request.method === "POST" && url.pathname === "/move") {
      const to = url.searchParams.get("to")!;
      sites.records[url.searchParams.get("name")!]!.a = [sites.addresses[to as Place] ?? to];
    }
    if (request.method === "POST" && url.pathname === "/resolver") patience = Number(url.searchParams.get("after"));
    const traffic = readPackets();
    const places = Object.fromEntries(
      Object.entries(sites.addresses).map(([place, address]) => [place, traffic[address] ?? { packets: 0, bytes: 0 }]),
    );
    response.end(
      JSON.stringify({ places, connections, asked, heard, shown } satisfies { places: Record<string, Traffic> } & Omit<
        Arrivals,
        "places"
      >),
    );
  });
  rmSync(join(folder, "world.sock"), { force: true });
  control.listen(join(folder, "world.sock"), () => process.stdout.write("ready\n"));
  process.stdin.resume().on("end", () => process.exit(0));
}

/**
 * One rule an address, before anything else of the kernel looks at the packet: what arrives is counted even where no
 * program listens, and whatever its protocol is.
 */
function countPackets(addresses: readonly string[]): void {
  for (const address of addresses) {
    const tables = isIPv6(address) ? "ip6tables" : "iptables";
    execFileSync(tables, ["-w", "-t", "raw", "-A", "PREROUTING", "-d", address], { stdio: "pipe" });
  }
}

function readPackets(): Record<string, Traffic> {
  return Object.fromEntries(
    ["iptables", "ip6tables"].flatMap((tables) =>
      execFileSync(tables, ["-w", "-t", "raw", "-L", "PREROUTING", "-v", "-x", "-n"], { encoding: "utf8" })
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .filter(([packets]) => /^\d+$/.test(packets ?? ""))
        .map(
          (columns) =>
            [columns.at(-1)!.split("/")[0]!, { packets: Number(columns[0]), bytes: Number(columns[1]) }] as const,
        ),
    ),
  );
}

await main(Number(process.argv[2]), process.argv[3]!);
