import { EVERYTHING, HOST_NAMES, type KINDS } from "./contract.ts";
import { type Destination, type GatewayInput, type Inbound, PUBLISHED_AT } from "./gateway-policy.ts";
import { isJudgedByName, isWeb, planVips } from "./vips.ts";

/** Everything the gateway admits, with the address each name has inside the sandbox. All lists are sorted. */
export interface Admission {
  /** Exact names that are judged by SNI (443) or Host (80); one that is declared with its address is dialled there, whatever the DNS says. */
  names: { host: string; vip: string; ports: number[]; at?: string }[];
  /** Domains below which every name is admitted on 443 or 80. In profile `web` the last one is "", below which everything is. */
  below: { domain: string; vip: string; ports: number[]; origin: string }[];
  /** Exact names on other ports: the address is the name. */
  tcp: { host: string; vip: string; port: number }[];
  /** Endpoints on ports where the address is the name. */
  lan: { name: string; vip: string; address: string; port: number }[];
  inbound: Inbound[];
  /** What the agent's resolver answers: exact names and endpoints, each with where it comes from. */
  answers: { name: string; vip: string; origin: string }[];
}

/**
 * Lays a client's destinations (those of a period, where there are grants) out by how the gateway can tell them apart. A name below a wildcard has the wildcard's ports
 * in addition to its own, since both lines are declared; in profile `web` everything is below one. A name with a declared address has its own ports alone: the wildcard's lead elsewhere.
 * @throws when a value could not stand in a configuration file as it is, or a wildcard has ports besides 80 and 443: the
 *   planner refuses both first
 */
export function planAdmission(input: GatewayInput): Admission {
  check(input);
  const { shared, own } = planVips(input);
  const wildcards = [
    ...input.destinations.filter(({ subdomains }) => subdomains),
    ...(input.web ? [{ host: "", subdomains: true, ports: [80, 443], origin: "profile web" }] : []),
  ];
  const exact = input.destinations.filter(({ subdomains }) => !subdomains);
  const vip = (name: string) => own.get(name) ?? shared;
  const web = (destination: Destination) => union([destination, ...wildcards.filter((w) => isBelow(destination, w))]);
  return {
    names: sorted(
      [
        ...exact
          .map((line) => ({ host: line.host, vip: vip(line.host), ports: web(line) }))
          .filter((n) => n.ports.length > 0),
        ...declaredNames(input, vip),
      ],
      ({ host }) => host,
    ),
    // The longest domain first: the proxy takes the first that fits.
    below: sorted(
      wildcards.map((line) => ({ domain: line.host, vip: shared, ports: web(line), origin: line.origin })),
      ({ domain }) => `${String(999 - domain.length)} ${domain}`,
    ),
    tcp: sorted(
      exact.flatMap(({ host, ports }) =>
        ports.filter((port) => !isWeb(port)).map((port) => ({ host, vip: vip(host), port })),
      ),
      ({ host, port }) => `${host} ${pad(port)}`,
    ),
    lan: sorted(
      input.endpoints
        .filter((endpoint) => !isJudgedByName(endpoint))
        .map(({ name, address, port }) => ({ name, vip: vip(name), address, port })),
      ({ name, port }) => `${name} ${pad(port)}`,
    ),
    inbound: [...input.inbound].sort((a, b) => a.port - b.port),
    answers: answers(input, vip),
  };
}

/** A connection as the audit tells of it. */
export interface Connection {
  kind: (typeof KINDS.connections)[number];
  /** Of an inbound one it says nothing. */
  name: string;
  port: number;
}

/**
 * The policy line that lets a connection through, as people write it: `docs.acme.example`, `*.acme.example`, `*` for all public names, `ollama:11434`; nothing where
 * none does. It decides as the proxy does (render/haproxy.ts): an exact name before a wildcard, and the longest of these first.
 */
export function admits(
  { names, below, tcp, lan, inbound }: Admission,
  { kind, name, port }: Connection,
): string | undefined {
  switch (kind) {
    case "tls":
    case "http": {
      const exact = names.find(({ host }) => host === name);
      if (exact && !exact.ports.includes(port)) return undefined;
      if (exact) return exact.at === undefined ? name : `${name}:${port}`;
      const wildcard = below.find(({ domain }) => domain === "" || name.endsWith(`.${domain}`));
      if (!wildcard?.ports.includes(port)) return undefined;
      return wildcard.domain === "" ? "*" : `*.${wildcard.domain}`;
    }
    case "tcp":
      return tcp.some((line) => line.host === name && line.port === port) ? name : undefined;
    case "lan":
      return lan.some((line) => line.name === name && line.port === port) ? `${name}:${port}` : undefined;
    case "inbound":
      return inbound.filter((line) => line.port === port).map(({ listen = PUBLISHED_AT }) => `${listen}:${port}`)[0];
  }
}

/** Host names among the endpoints, each with those of its ports whose protocol carries the name: also with none, for no wildcard over it opens any. */
function declaredNames({ endpoints }: GatewayInput, vip: (name: string) => string): Admission["names"] {
  const named = endpoints.filter(({ name }) => name.includes("."));
  return [...Map.groupBy(named, ({ name }) => name)].flatMap(([host, lines]) =>
    lines.slice(0, 1).map(({ address }) => ({
      ...{ host, vip: vip(host), at: address },
      ports: [...new Set(lines.filter(isJudgedByName).map(({ port }) => port))].sort((a, b) => a - b),
    })),
  );
}

function answers(input: GatewayInput, vip: (name: string) => string): Admission["answers"] {
  const lines = [
    ...input.destinations
      .filter(({ subdomains }) => !subdomains)
      .map(({ host, origin }) => ({ name: host, vip: vip(host), origin })),
    ...input.endpoints.flatMap(({ name, origin }) =>
      [name, ...(HOST_NAMES[name] ?? [])].map((also) => ({ name: also, vip: vip(name), origin })),
    ),
  ];
  return sorted(
    [...Map.groupBy(lines, ({ name }) => name)].flatMap(([name, same]) =>
      same.slice(0, 1).map(({ vip }) => ({
        ...{ name, vip },
        origin: [...new Set(same.map(({ origin }) => origin))].sort().join(", "),
      })),
    ),
    ({ name }) => name,
  );
}

/** True when every name that the first line means is below the second line's domain. */
function isBelow(line: Destination, wildcard: Destination): boolean {
  return wildcard.host === "" ? line.host !== "" : line.host.endsWith(`.${wildcard.host}`);
}

function union(lines: readonly Destination[]): number[] {
  return [...new Set(lines.flatMap(({ ports }) => ports.filter(isWeb)))].sort((a, b) => a - b);
}

function sorted<T>(items: T[], key: (item: T) => string): T[] {
  return items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function pad(port: number): string {
  return String(port).padStart(5, "0");
}

const SHAPES = {
  client: /^[a-z0-9][a-z0-9-]{0,62}$/,
  host: /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+$/,
  endpoint: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  address: /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/,
  vips: /^\d+\.\d+\.\d+\.(0|128)\/25$/,
  origin: /^[ -~]*$/,
  moment: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  grant: /^[a-z0-9._*-]+( \d+(,\d+)*)?$/,
} as const;

/** The last wall against a line that means something else than was declared: whatever is written was looked at here. */
function check(input: GatewayInput): void {
  const be = (shape: keyof typeof SHAPES, value: string) => {
    if (!SHAPES[shape].test(value))
      throw new Error(`${JSON.stringify(value)} cannot stand in a gateway's files as ${shape}`);
  };
  const port = (value: number) => {
    if (!Number.isInteger(value) || value < 1 || value > 65535) throw new Error(`${value} is not a port`);
  };
  be("client", input.client);
  const { gateway, agent } = input.addresses;
  for (const { name, address } of input.helpers ?? []) {
    be("endpoint", name);
    be("address", address);
  }
  for (const address of [gateway, agent, ...input.hostAddresses]) be("address", address);
  for (const resolver of input.resolvers) {
    be("address", typeof resolver === "string" ? resolver : resolver.server);
    if (typeof resolver !== "string") be("host", resolver.domain);
  }
  be("vips", input.addresses.vips);
  for (const { port: outside, to, listen = PUBLISHED_AT } of input.inbound) {
    [outside, to].forEach(port);
    be("address", listen);
  }
  for (const { name, until } of input.grants) {
    be("grant", name);
    be("moment", until);
    if (name === EVERYTHING) throw new Error("a grant is called as the sandbox's own end is");
  }
  if (input.expires !== undefined) be("moment", input.expires);
  if (input.upstreamProxy) {
    be("address", input.upstreamProxy.address);
    port(input.upstreamProxy.port);
    if (input.web) throw new Error("profile web is behind a proxy, where nobody knows which address a name has");
  }
  for (const { host, subdomains, ports, origin } of input.destinations) {
    be("host", host);
    be("origin", origin);
    ports.forEach(port);
    if (subdomains && !ports.every(isWeb)) throw new Error(`*.${host} has ports besides 80 and 443`);
  }
  for (const endpoint of input.endpoints) {
    be(endpoint.name.includes(".") ? "host" : "endpoint", endpoint.name);
    be("address", endpoint.address);
    be("origin", endpoint.origin);
    port(endpoint.port);
    const { name, address } = endpoint;
    if (!name.includes(".")) continue;
    if (input.endpoints.some((other) => other.name === name && other.address !== address))
      throw new Error(`${name} has two addresses`);
    if (input.destinations.some(({ host, subdomains }) => host === name && !subdomains))
      throw new Error(`${name} is declared twice, with an address and without one`);
  }
}
