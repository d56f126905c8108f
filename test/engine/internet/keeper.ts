import { execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { dirname, join } from "node:path";
import { makeCertificates } from "./certificates.ts";
import { planSites, type Sites } from "./sites.ts";

/** Where the address plan of sandboxes lies: only what comes from there is led to an address that somebody else may own. */
const SANDBOXES = "10.208.0.0/12";

/**
 * Makes the namespace of the fake internet, starts the world in it, and removes both when its standard input ends: so
 * nothing is left, however the tests end. Runs as `node keeper.ts <folder> <suffix>` with root's rights, beside the host's
 * network. Says its number on standard output once all is up.
 */
async function main(folder: string, suffix: string): Promise<void> {
  const n = await freeNumber(suffix);
  const sites = planSites(n);
  const names = {
    namespace: `fakenet-${suffix}`,
    link: `fakenet${suffix}`,
    peer: `wan${suffix}`,
    table: String(6700 + n),
  };
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
  process.stdout.on("error", () => undefined);
  try {
    makeCertificates(folder, Object.keys(sites.records));
    connect(sites, names);
  } catch (error) {
    remove(sites, names);
    throw error;
  }
  const world = spawn(
    "ip",
    [
      "netns",
      "exec",
      names.namespace,
      process.execPath,
      join(dirname(process.argv[1]!), "world.ts"),
      String(n),
      folder,
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  world.stdout.once("data", () => process.stdout.write(`${n}\n`));
  world.once("exit", (code) => {
    remove(sites, names);
    rmSync(folder, { recursive: true, force: true });
    process.exit(code ?? 1);
  });
  process.stdin.resume().once("end", () => world.stdin.end());
}

interface Names {
  namespace: string;
  link: string;
  peer: string;
  table: string;
}

function connect(sites: Sites, { namespace, link, peer, table }: Names): void {
  const world = (...args: string[]) => ip("-n", namespace, ...args);
  ip("netns", "add", namespace);
  ip("link", "add", link, "type", "veth", "peer", "name", peer, "netns", namespace);
  world("link", "set", "lo", "up");
  world("link", "set", peer, "up");
  for (const address of Object.values(sites.addresses)) {
    // Without duplicate address detection, or the address cannot be listened on for a second.
    world(
      "address",
      "add",
      ...(address.includes(":") ? [`${address}/64`, "dev", peer, "nodad"] : [`${address}/24`, "dev", peer]),
    );
  }
  ip("address", "add", `${sites.host}/24`, "dev", link);
  ip("address", "add", sites.addresses.evil6.replace(/::.*/, "::1/64"), "dev", link, "nodad");
  ip("link", "set", link, "up");
  world("route", "add", "default", "via", sites.host);
  for (const address of [sites.addresses.lan, sites.addresses.nas, sites.addresses.printer])
    ip("route", "add", `${address}/32`, "dev", link);
  // The host's own metadata service stays where it is for everybody else.
  ip("route", "add", `${sites.addresses.metadata}/32`, "dev", link, "table", table);
  ip("rule", "add", "from", SANDBOXES, "to", sites.addresses.metadata, "lookup", table);
}

/** Takes away what connect made, as far as it came. */
function remove(sites: Sites, { namespace, link, table }: Names): void {
  for (const args of [
    ["rule", "del", "from", SANDBOXES, "to", sites.addresses.metadata, "lookup", table],
    ["link", "del", link],
    ["netns", "del", namespace],
  ]) {
    try {
      ip(...args);
    } catch {
      // It was not there yet.
    }
  }
}

/** A number whose public range no interface of this host has. Runs that start in one moment begin the search in different places, and never take the same. */
async function freeNumber(suffix: string): Promise<number> {
  const used = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
  const [first, count] = [89, 101];
  const start = Number.parseInt(suffix, 16) % count;
  for (let i = 0; i < count; i++) {
    const n = first + ((start + i) % count);
    if (!used.includes(planSites(n).host) && (await reserve(n))) return n;
  }
  throw new Error(
    "every range of the fake internet is in use on this host; remove the links that `ip -br link | grep fakenet` shows",
  );
}

/** Takes a number until this process ends, by a socket without a file: its name is taken by one process of a network at a time, also before there is an interface to see. */
function reserve(n: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(`\0agent-sandbox-fakenet-${n}`, () => resolve(true));
  });
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

await main(process.argv[2]!, process.argv[3]!);
