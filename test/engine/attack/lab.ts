import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LABELS } from "../../../gateway/contract.ts";
import { names } from "../../../plan/names.ts";
import { Engine, type Link } from "../engine.ts";
import { type Client, type Project, ROOT } from "../harness.ts";
import type { Internet } from "../internet/internet.ts";
import { Arrivals } from "./arrivals.ts";
import { Attacker, type Land } from "./attacker.ts";
import type { Attacker as Who } from "./technique.ts";

/** Where containers of the suites find the tools. */
const AT = "/tools";

/** The tools and the techniques, in a directory that the agent's user may read. */
export function placeTools(project: Project): string {
  const folder = project.directory("tools");
  const attack = join(ROOT, "test/engine/attack");
  cpSync(join(attack, "tools"), folder, { recursive: true });
  cpSync(join(attack, "techniques"), join(folder, "techniques"), { recursive: true });
  return folder;
}

/** Puts into a workspace what the client masks, and the same once more in `twin`, where no mask lies; tools/masks.py says what for. */
export function fillWorkspace(workspace: string): void {
  for (const at of [workspace, join(workspace, "twin")]) {
    for (const folder of [".git/hooks", "conf/deep"]) mkdirSync(join(at, folder), { recursive: true });
    for (const file of [".env", "conf/deep/key", "locked"]) writeFileSync(join(at, file), "of-acme-masked");
  }
  writeFileSync(join(workspace, ".git/HEAD"), "ref: refs/heads/main\n");
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "1000:1000", workspace]);
}

/** Starts an attacker who stands where the client's agent does. */
export function startIn(client: Client, image: string, tools: string, who: Who, land: Land): Promise<Attacker> {
  const runner = ["python3", "-B", `${AT}/runner.py`];
  if (who === "dev") return Attacker.start(["docker", "exec", "--interactive", client.agent, ...runner], land);
  return Attacker.start(
    [
      ...["docker", "run", "--rm", "--interactive", "--label", `agent-sandbox.client=${client.name}`],
      ...["--network", `container:${client.agent}`, "--user", "0:0", "--volume", `${tools}:${AT}:ro`],
      ...(who === "admin" ? ["--cap-add", "NET_ADMIN"] : []),
      ...["--entrypoint", runner[0]!, image, ...runner.slice(1)],
    ],
    land,
  );
}

/** Watches the wire to a fake internet, and the given bridges of an engine. */
export async function watch(
  { engine, internet }: Pick<Project, "engine" | "internet">,
  image: string,
  tools: string,
  bridges: readonly string[],
  label: string,
): Promise<Arrivals> {
  const host = internet.addresses.evil.replace(/\d+$/, "1");
  const wire = withAddress(await new Engine().links(), host)!.ifname;
  // A container of a user's own has no right to listen on the machine's network.
  if (engine.within.length > 0) {
    const sniffer = ["/usr/bin/python3", "-B", join(tools, "sniffer.py")];
    return Arrivals.watch(internet, [
      { command: sniffer, links: [wire] },
      { command: [...engine.within, ...sniffer], links: bridges },
    ]);
  }
  const command = [
    ...["docker", "run", "--rm", "--interactive", "--label", `agent-sandbox.client=${label}`],
    ...["--network", "host", "--user", "0:0"],
    ...["--cap-drop", "ALL", "--cap-add", "NET_RAW", "--volume", `${tools}:${AT}:ro`],
    ...["--entrypoint", "python3", image, "-B", `${AT}/sniffer.py`],
  ];
  return Arrivals.watch(internet, [{ command, links: [wire, ...bridges] }]);
}

const withAddress = (links: readonly Link[], address: string) =>
  links.find(({ addr_info }) => addr_info.some(({ local }) => local === address));

/** The bridge that the engine made for a network: of the name that was asked for, else the interface with the host's address on it; Podman tells no name. */
export async function bridgeOf(engine: Engine, network: string): Promise<string> {
  const { Id, Options, Labels, IPAM } = await engine.inspect(network);
  const client = Labels?.[LABELS.client];
  if (client && network === names(client).inner) return names(client).bridge;
  const host = IPAM.Config?.[0]?.Gateway;
  const link = withAddress(await engine.links(), host);
  return Options?.["com.docker.network.bridge.name"] ?? link?.ifname ?? `br-${Id.slice(0, 12)}`;
}

/** All that somebody in the client's agent could have found out about where it is, and more. */
export async function survey(client: Client, other: Client, port: number): Promise<Land> {
  const { engine, internet } = client.project;
  const [agent, gateway, otherAgent, otherGateway] = await Promise.all(
    [client.agent, client.gateway, other.agent, other.gateway].map((name) => engine.inspect(name)),
  );
  const at = (container: typeof agent, network: string): string =>
    container.NetworkSettings.Networks[network].IPAddress;
  const first = (address: string) => address.replace(/\d+$/, "1");
  const resolve = async (of: Client, name: string) => (await of.exec(`getent ahostsv4 ${name}`)).stdout.split(" ")[0]!;
  const [vip, git, lan, trap, otherVip] = await Promise.all([
    ...["allowed.test", "git.test", "ollama", "ssh.trap.test"].map((name) => resolve(client, name)),
    resolve(other, "also.test"),
  ]);
  const inner = at(agent, `${client.name}-inner`);
  const outer = at(gateway, `${client.name}-outer`);
  const theirs = at(otherAgent, `${other.name}-inner`);
  const bridge = await bridgeOf(engine, `${client.name}-inner`);
  const nobodys = Array.from({ length: 120 }, (_, n) => vip!.replace(/\d+$/, String(254 - n)));
  return {
    ...internetOf(internet),
    AGENT: inner,
    GATEWAY: at(gateway, `${client.name}-inner`),
    RESOLVER: at(gateway, `${client.name}-inner`),
    VIP: vip!,
    GITVIP: git!,
    LANVIP: lan!,
    TRAPVIP: trap!,
    NOVIP: nobodys.find((address) => ![vip, git, lan, trap].includes(address))!,
    BRIDGE: first(inner),
    BRIDGE_MAC: (await engine.links()).find(({ ifname }) => ifname === bridge)!.address,
    SUBNET_BROADCAST: inner.replace(/\d+$/, "255"),
    OUTER_GATEWAY: outer,
    OUTER_HOST: first(outer),
    OUTER_SUBNET: outer.replace(/\d+$/, "0/24"),
    HOSTS: [first(inner), first(outer), first(theirs), "172.17.0.1", internet.addresses.evil.replace(/\d+$/, "1")],
    HOSTPORT: port,
    HOSTPID: process.pid,
    OTHER_AGENT: theirs,
    OTHER_GATEWAY: at(otherGateway, `${other.name}-inner`),
    OTHER_VIP: otherVip!,
    OTHER_OUTER: at(otherGateway, `${other.name}-outer`),
    OTHER_SUBNET: theirs.replace(/\d+$/, "0/24"),
    OTHER_NAMES: [other.agent, other.gateway],
  };
}

/** On a plain network the sites themselves stand where the gateway's virtual addresses are. */
export function plainLand(
  internet: Internet,
  address: string,
  bridge: { address: string; mac: string; prefix: number },
  port: number,
): Land {
  const { shared, git, lan } = internet.addresses;
  return {
    ...internetOf(internet),
    AGENT: address,
    GATEWAY: bridge.address,
    RESOLVER: internet.dns,
    VIP: shared,
    GITVIP: git,
    LANVIP: lan,
    BRIDGE: bridge.address,
    BRIDGE_MAC: bridge.mac,
    SUBNET_BROADCAST: broadcast(bridge.address, bridge.prefix),
    OUTER_GATEWAY: bridge.address,
    OUTER_HOST: bridge.address,
    HOSTS: [bridge.address, "172.17.0.1", internet.addresses.evil.replace(/\d+$/, "1")],
    HOSTPORT: port,
  };
}

/** The last address of a network: engines give out networks of several sizes. */
function broadcast(address: string, prefix: number): string {
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const last = (number | (2 ** (32 - prefix) - 1)) >>> 0;
  return [24, 16, 8, 0].map((bits) => (last >>> bits) & 255).join(".");
}

function internetOf({ addresses: a, dns }: Internet): Land {
  return {
    EVIL: a.evil,
    EVIL6: a.evil6,
    PRINTER: a.printer,
    METADATA: a.metadata,
    SHARED: a.shared,
    OTHER_SITE: a.other,
    DNS: dns,
  };
}
