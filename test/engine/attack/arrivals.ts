import { type ChildProcess, spawn } from "node:child_process";
import dgram from "node:dgram";
import net from "node:net";
import { createInterface } from "node:readline";
import { freePort } from "../free-port.ts";
import type { Internet } from "../internet/internet.ts";
import type { Place } from "../internet/sites.ts";

/** Places that nothing of a sandbox may ever reach. */
const HIDDEN: readonly Place[] = ["evil", "evil6", "printer", "metadata"];

/** The command that starts tools/sniffer.py in a network namespace, and the links of it to listen on. */
export interface Sniffer {
  command: readonly string[];
  links: readonly string[];
}

/**
 * Where a leak would arrive. A technique's token is looked for on the wires of the host, and in the names that the fake
 * internet was asked for; what carries no token is counted: packets at hidden places, and visits to a listener on the host.
 */
export class Arrivals {
  /** The port of the listener on all addresses of the host, TCP and UDP. */
  readonly port: number;
  private readonly internet: Internet;
  private readonly seen: Map<string, Set<string>>;
  private readonly visits: { count: number };
  private readonly close: () => Promise<void>;

  private constructor(
    parts: Pick<Arrivals, "port"> & {
      internet: Internet;
      seen: Map<string, Set<string>>;
      visits: { count: number };
      close: () => Promise<void>;
    },
  ) {
    this.port = parts.port;
    this.internet = parts.internet;
    this.seen = parts.seen;
    this.visits = parts.visits;
    this.close = parts.close;
  }

  /** @param sniffers where to listen */
  static async watch(internet: Internet, sniffers: readonly Sniffer[]): Promise<Arrivals> {
    const seen = new Map<string, Set<string>>();
    const visits = { count: 0 };
    const tcp = net.createServer((socket) => {
      visits.count += 1;
      socket.on("error", () => undefined).destroy();
    });
    const port = await freePort();
    await new Promise<void>((resolve, reject) => tcp.once("error", reject).listen(port, resolve));
    // One of each family: a socket of both takes no IPv4 multicast.
    const udp = [dgram.createSocket("udp4"), dgram.createSocket({ type: "udp6", ipv6Only: true })];
    for (const socket of udp) {
      socket.on("message", () => {
        visits.count += 1;
      });
      await new Promise<void>((resolve, reject) => socket.once("error", reject).bind(port, resolve));
    }
    const hear = (link: string, token: string) => {
      seen.set(token, (seen.get(token) ?? new Set()).add(link));
    };
    const wires = await Promise.all(sniffers.map((sniffer) => listen(sniffer, hear)));
    const close = async () => {
      tcp.close();
      for (const socket of udp) socket.close();
      for (const wire of wires) {
        const closed = new Promise((resolve) => wire.once("close", resolve));
        wire.stdin!.end();
        if (wire.exitCode === null) await closed;
      }
    };
    return new Arrivals({ port, internet, seen, visits, close });
  }

  /** Where something with this token has arrived, in words; all tokens are in small letters. */
  async of(token: string): Promise<string[]> {
    return (await this.all([token])).get(token)!;
  }

  /** The same for many, with one look at the fake internet. */
  async all(tokens: readonly string[]): Promise<Map<string, string[]>> {
    // What is on its way is about to be there.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { connections, asked } = await this.internet.names();
    const named = (kind: string, names: Record<string, number>) =>
      Object.keys(names).map((name) => [kind, name.toLowerCase()] as const);
    const heard = [...named("a connection for", connections), ...named("a question for", asked)];
    return new Map(
      tokens.map((token) => [
        token,
        [
          ...heard.filter(([, name]) => name.includes(token)).map(([kind, name]) => `${kind} ${name}`),
          ...[...(this.seen.get(token) ?? [])].map((link) => `a packet on ${link}`),
        ],
      ]),
    );
  }

  /** How much has come so far of which nobody knows whose it was, by where. */
  async unnamed(): Promise<Record<string, number>> {
    const { places } = await this.internet.names();
    return { ...Object.fromEntries(HIDDEN.map((place) => [place, places[place].packets])), host: this.visits.count };
  }

  end(): Promise<void> {
    return this.close();
  }
}

async function listen({ command, links }: Sniffer, hear: (link: string, token: string) => void): Promise<ChildProcess> {
  const sniffer = spawn(command[0]!, [...command.slice(1), ...links], { stdio: "pipe" });
  let said = "";
  sniffer.stderr.on("data", (chunk) => {
    said += chunk;
  });
  let ready = 0;
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: sniffer.stdout }).on("line", (line) => {
      const [link, token] = line.split(" ") as [string, string];
      if (token !== "listening") hear(link, token);
      else if (++ready === links.length) resolve();
    });
    sniffer.once("close", (code) => reject(new Error(`nobody listens on the wires (${code}): ${said}`)));
  });
  return sniffer;
}
