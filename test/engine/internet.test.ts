import { execFile } from "node:child_process";
import dgram from "node:dgram";
import { Resolver } from "node:dns/promises";
import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { startInternet } from "./internet/internet.ts";
import { type Place, planSites } from "./internet/sites.ts";

// One of its own: here, what must never be reached elsewhere is reached on purpose.
let internet: Awaited<ReturnType<typeof startInternet>>;

beforeAll(async () => {
  internet = await startInternet();
});
afterAll(() => internet.stop());

describe("what arrives at the fake internet is counted, or no zero of it is worth anything", () => {
  test("two names on one address are told apart", async () => {
    expect(await curl("allowed.test", "shared")).toBe("site=allowed.test host=allowed.test by=tls\n");
    expect(await curl("neighbour.test", "shared")).toBe("site=neighbour.test host=neighbour.test by=tls\n");
    expect(await curl("neighbour.test", "shared", "http")).toBe(
      `site=${internet.addresses.shared} host=neighbour.test by=http\n`,
    );
    expect(await internet.reached("allowed.test")).toMatchObject({ connections: 1 });
    expect(await internet.reached("neighbour.test")).toMatchObject({ connections: 2 });
  });

  test("what somebody signs in with is told, with the site that heard it", async () => {
    expect(await internet.shown()).toEqual([]);
    await curl("allowed.test", "shared", "https", "--user", "bot:secret");
    await curl("neighbour.test", "shared", "http", "--user", "bot:secret");
    const said = `Basic ${Buffer.from("bot:secret").toString("base64")}`;
    expect(await internet.shown()).toEqual([`https://allowed.test ${said}`, `http://neighbour.test ${said}`]);
  });

  test("a packet counts where no program listens, whatever its protocol", async () => {
    expect(await internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
    await udp(internet.addresses.evil, 4000, "secret");
    const seen = await until(
      () => internet.arrived("evil"),
      ({ packets }) => packets > 0,
    );
    expect(seen).toEqual({ packets: 1, bytes: 20 + 8 + "secret".length });
    await udp(internet.addresses.evil6, 4000, "secret");
    expect(
      await until(
        () => internet.arrived("evil6"),
        ({ packets }) => packets > 0,
      ),
    ).toMatchObject({ packets: 1 });
  });

  test("a question for a name counts as a way out", async () => {
    const dns = resolver();
    expect(await dns.resolve4("c2VjcmV0.evil.test")).toEqual([internet.addresses.evil]);
    await expect(dns.resolve4("unknown.test")).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect(await internet.asked("evil.test")).toBe(1);
    expect(await internet.asked("unknown.test")).toBe(1);
  });

  test("answers rotate, move, and point inside where their owner wants so", async () => {
    const dns = resolver();
    const { first, second, printer } = internet.addresses;
    const answers = await Promise.all([1, 2, 3, 4].map(() => dns.resolve4("rotating.test")));
    expect(new Set(answers.map(String))).toEqual(new Set([`${first},${second}`, `${second},${first}`]));
    expect(await dns.resolve4("moving.test")).toEqual([first]);
    await internet.move("moving.test", "second");
    expect(await dns.resolve4("moving.test")).toEqual([second]);
    expect(await dns.resolve4("lan.test")).toEqual([printer]);
    expect(await dns.resolve6("evil.test")).toEqual([internet.addresses.evil6]);
  });

  test("nothing of it is left when it is stopped", async () => {
    const other = await startInternet();
    const { host } = planSites(other.number);
    expect(hostAddresses()).toContain(host);
    await other.stop();
    expect(hostAddresses()).not.toContain(host);
    expect(await shell("ip", "rule")).not.toContain(`lookup ${6700 + other.number}`);
    expect(existsSync(other.folder)).toBe(false);
  });
});

function hostAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

function resolver(): Resolver {
  const dns = new Resolver({ timeout: 2000, tries: 2 });
  dns.setServers([internet.dns]);
  return dns;
}

/** Asks a site by name from this host, which is connected to the fake internet directly. */
function curl(name: string, place: Place, scheme = "https", ...args: string[]): Promise<string> {
  const resolve = `${name}:${scheme === "https" ? 443 : 80}:${internet.addresses[place]}`;
  return shell(
    "curl",
    "-sS",
    "--noproxy",
    "*",
    "--max-time",
    "20",
    "--cacert",
    internet.ca,
    "--resolve",
    resolve,
    ...args,
    `${scheme}://${name}/`,
  );
}

function udp(address: string, port: number, text: string): Promise<void> {
  const socket = dgram.createSocket(address.includes(":") ? "udp6" : "udp4");
  return new Promise((resolve, reject) =>
    socket.send(text, port, address, (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    }),
  );
}

async function until<T>(look: () => Promise<T>, enough: (seen: T) => boolean): Promise<T> {
  for (let i = 0; i < 50; i++) {
    const seen = await look();
    if (enough(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return look();
}

function shell(command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile(command, args, (error, stdout) => (error ? reject(error) : resolve(stdout))),
  );
}
