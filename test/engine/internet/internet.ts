import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join, resolve as resolvePath } from "node:path";
import { FORGE, type Place, planSites, recordOf, type Sites } from "./sites.ts";
import type { Arrivals, Traffic } from "./world.ts";

/** The fake internet as a test sees it. Leaks are counted here, where they would arrive. */
export interface Internet {
  /** The address of its DNS server, for `resolvers`. */
  dns: string;
  /** Its authority's certificate (PEM file), for `ca`. */
  ca: string;
  addresses: Sites["addresses"];
  /** Where who serves the ssh of forge.test and stranger.test listens: a socket of this machine. */
  forge: string;
  /** What arrived at the address of a name, over any protocol, and who was asked for there by this name. */
  reached(name: string): Promise<Traffic & { connections: number }>;
  /** What arrived at a place. */
  arrived(place: Place): Promise<Traffic>;
  /** How often the authoritative server was asked for the name or one below it. */
  asked(name: string): Promise<number>;
  /** What agents have said to the models so far: `NAME METHOD PATH`, and the body on the next line. */
  heard(): Promise<string[]>;
  /** What somebody signed in with at web sites and git hosts so far, models' APIs left out: `https://code.test Basic …`. */
  shown(): Promise<string[]>;
  /** Points a name to another place, or to an address that is not of this internet. */
  move(name: string, to: Place | `${number}.${string}`): Promise<void>;
  /** Has the authoritative server answer after so many milliseconds; Infinity: not at all, as one that is down. */
  resolveAfter(milliseconds: number): Promise<void>;
  /** Every name so far: of handshakes and of plain requests, and of questions. */
  names(): Promise<Pick<Arrivals, "places" | "connections" | "asked">>;
}

/**
 * Starts a fake internet on this machine.
 * @param beside the network namespace (of `ip netns`) whose neighbour it is; without one, this process's own
 * @throws when root's rights, `ip`, `iptables` or `openssl` are missing
 */
export async function startInternet(
  beside?: string,
): Promise<Internet & { folder: string; number: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "fakenet-"));
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const [command, ...args] = [
    ...asRoot,
    ...(beside ? ["ip", "netns", "exec", beside] : []),
    process.execPath,
    // Everything here runs from the repository's root: jest's tests, which have no import.meta, and the bench.
    resolvePath("test/engine/internet/keeper.ts"),
    folder,
    randomBytes(3).toString("hex"),
  ];
  // In a group of its own: Ctrl-C ends the tests, and the keeper cleans up when they are gone.
  const keeper = spawn(command!, args, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const number = await started(keeper);
  return {
    ...connectInternet(folder, number),
    folder,
    number,
    async stop() {
      keeper.stdin!.end();
      if (keeper.exitCode === null) await once(keeper, "exit");
    },
  };
}

/** The fake internet that another process of this test run has started. */
export function connectInternet(folder: string, number: number): Internet {
  const sites = planSites(number);
  const ask = (path: string, method = "GET") => request(join(folder, "world.sock"), path, method);
  return {
    dns: sites.dns,
    ca: join(folder, "ca.pem"),
    addresses: sites.addresses,
    forge: join(folder, FORGE),
    async reached(name) {
      const { places, connections } = await ask("/");
      const address = recordOf(name, sites.records)?.a[0];
      const place = Object.entries(sites.addresses).find(([, at]) => at === address)?.[0] as Place | undefined;
      if (!place) throw new Error(`${name} has no address of the fake internet`);
      return { ...places[place], connections: connections[name] ?? 0 };
    },
    async arrived(place) {
      return (await ask("/")).places[place];
    },
    async asked(name) {
      const { asked } = await ask("/");
      return Object.entries(asked)
        .filter(([question]) => question === name || question.endsWith(`.${name}`))
        .reduce((sum, [, times]) => sum + times, 0);
    },
    names: () => ask("/"),
    async heard() {
      return (await ask("/")).heard;
    },
    async shown() {
      return (await ask("/")).shown;
    },
    async move(name, to) {
      await ask(`/move?name=${name}&to=${to}`, "POST");
    },
    async resolveAfter(milliseconds) {
      await ask(`/resolver?after=${milliseconds}`, "POST");
    },
  };
}

function started(keeper: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    keeper.stderr!.on("data", (chunk) => {
      said += chunk;
    });
    keeper.stdout!.once("data", (chunk) => resolve(Number(String(chunk))));
    keeper.once("error", reject);
    keeper.once("exit", (code) => reject(new Error(`the fake internet did not start (exit ${code}):\n${said}`)));
  });
}

function request(socketPath: string, path: string, method: string): Promise<Arrivals> {
  return new Promise((resolve, reject) => {
    const asking = http.request({ socketPath, path, method, agent: false }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => (response.statusCode === 200 ? resolve(JSON.parse(body)) : reject(new Error(body))));
    });
    asking.on("error", reject);
    asking.end();
  });
}
