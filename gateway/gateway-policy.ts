/** What the gateway of one client has to enforce: validated, merged and sorted by the planner, never raw config. */
export interface GatewayInput {
  client: string;
  /** Names the agent may reach, sorted by host; unique by (host, subdomains). */
  destinations: Destination[];
  /** What else it may reach, each until its end. */
  grants: Grant[];
  /** When all of it ends, grants and ports of the agent too; as a grant's `until`. */
  expires?: string;
  /** Profile `web`: any public host on 80 and 443, by its name, besides the destinations. */
  web: boolean;
  /** Named endpoints on the LAN and ports of the host, sorted by name; unique by (name, port). */
  endpoints: Endpoint[];
  /** Ports of the agent that the gateway forwards from its outer side, sorted. The engine publishes them on the host. */
  inbound: Inbound[];
  /** Containers beside the agent, by the names that its resolver answers with their own addresses, sorted. */
  helpers?: readonly { name: string; address: string }[];
  /** Upstream DNS servers the gateway may ask. Without one for every name: the engine's own resolver (127.0.0.11 on Docker, what resolv.conf says). */
  resolvers: Resolver[];
  /** Where there is one, names are dialled by it alone; endpoints are dialled directly. */
  upstreamProxy?: UpstreamProxy;
  addresses: Addresses;
  /** Public IPv4 addresses of the engine's host, sorted: no name may lead there. */
  hostAddresses: readonly string[];
}

/** A company's HTTP proxy as the only way out to names: it resolves them. */
export interface UpstreamProxy {
  /** IPv4 address the gateway dials. */
  address: string;
  port: number;
}

/** A DNS server for every name, by its address, or one that is asked for a domain and all names below it, and for nothing else. */
export type Resolver = string | { domain: string; server: string };

/** A port that the gateway forwards to the agent. */
export interface Inbound {
  /** On the gateway, and on the host. */
  port: number;
  /** On the agent. */
  to: number;
  /** The host's address that it is published on. @default 127.0.0.1 */
  listen?: string;
}

/** Where the host offers a port that says nothing else: to itself alone. */
export const PUBLISHED_AT = "127.0.0.1";

export interface Destination {
  /** Lower-case ASCII host name, without a leading `*.`. */
  host: string;
  /** True for `*.host`: every name below host, and not host itself. */
  subdomains: boolean;
  /** TCP ports, sorted. 443 is judged by SNI, 80 by Host, any other by the virtual address that DNS gave out for this name. */
  ports: number[];
  /** Where the line comes from, e.g. `agent claude: anthropic`, `file ~/policy.yaml`, `client`. */
  origin: string;
}

/** Destinations that are open until a moment, and then no more. The gateway ends them by its own clock. */
export interface Grant {
  /** What was granted, as the stack file writes it, with ports where it says some: `github`, `git.acme.example 22`. */
  name: string;
  destinations: Destination[];
  /** In UTC, in the one form in which the later of two moments is the greater text: `2026-12-01T18:00:00Z`. */
  until: string;
}

export interface Endpoint {
  /** The name the agent uses: `ollama`, `host`, or a host name, `git.corp.example`. All lines of one host name have one address. */
  name: string;
  /** IPv4 address the gateway dials. */
  address: string;
  port: number;
  origin: string;
}

/** Addresses of the inner network. The plan asks the target for them; rendering only uses what it is given. */
export interface Addresses {
  /** The gateway's address on the inner network: the agent's resolver. */
  gateway: string;
  /** The agent's address on the inner network. */
  agent: string;
  /** The range of the inner network that holds virtual addresses only, as CIDR; always a /25. */
  vips: string;
  /** The engine's host on the outer network: shut, unless a port of it is declared. */
  host: string;
}
