import { isIP } from "node:net";
import type { Agent } from "./agent.ts";
import type { Destination, Endpoint } from "./gateway/input.ts";
import { type Problem, suggest } from "./problem.ts";
import type { Service } from "./service.ts";
import { isHostName } from "./spec/network.ts";
import type { Spec } from "./spec/spec.ts";

/** All that may leave a client's sandbox: merged, sorted, every line with its origin. */
export interface EgressPolicy {
  destinations: Destination[];
  endpoints: Endpoint[];
}

/** Ports a bare name in `egress.allow` opens. */
const WEB = [80, 443];

/**
 * Merges what the agents need with what the client allows. Profile `offline` opens nothing, whatever is listed.
 * @param catalogue the services named here, and the names of all
 * @param host address at which the gateway reaches the engine's host, for `egress.host`
 */
export function planEgress(
  spec: Pick<Spec, "profile" | "egress">,
  agents: readonly Agent[],
  { services, serviceNames }: { services: readonly Service[]; serviceNames: readonly string[] },
  host: string,
): { policy: EgressPolicy; problems: Problem[] } {
  if (spec.profile === "offline")
    return { policy: { destinations: [], endpoints: [] }, problems: offlineProblems(spec) };
  const problems: Problem[] = [];
  const lines: Destination[] = agents.flatMap((agent) =>
    agentServices(agent).flatMap((name) => serviceLines(services.find((s) => s.name === name)!, `agent ${agent.name}`)),
  );
  for (const [index, item] of spec.egress.allow.entries()) {
    const path = `egress.allow[${index}]`;
    const { host, ports } = typeof item === "string" ? { host: item, ports: WEB } : item;
    const service = typeof item === "string" ? services.find((s) => s.name === item) : undefined;
    if (service) {
      lines.push(...serviceLines(service, `service ${service.name}`));
      continue;
    }
    const message = refusal(host, ports, serviceNames);
    if (message) problems.push({ path: typeof item === "string" ? path : `${path}.host`, message });
    else lines.push(line(host, ports, "client"));
  }
  if (spec.egress.lan.host && spec.egress.host.length > 0)
    problems.push({
      path: "egress.lan.host",
      message: '"host" is the name of the engine\'s host, whose ports egress.host opens; choose another name',
    });
  return { policy: { destinations: merge(lines), endpoints: endpoints(spec, host) }, problems };
}

/** The services an agent cannot work without. Its telemetry is a service of its own, open only where a client lists it. */
export function agentServices(agent: Agent): string[] {
  return [...agent.services.api, ...agent.services.login];
}

function offlineProblems(spec: Pick<Spec, "egress">): Problem[] {
  const given = [
    ...(spec.egress.allow.length > 0 ? ["egress.allow"] : []),
    ...(Object.keys(spec.egress.lan).length > 0 ? ["egress.lan"] : []),
    ...(spec.egress.host.length > 0 ? ["egress.host"] : []),
  ];
  return given.map((path) => ({
    path,
    message: 'opens something, but profile is "offline"; empty it, or choose profile standard',
  }));
}

/** Why a word is not a destination, or nothing if it is one. */
function refusal(host: string, ports: readonly number[], known: readonly string[]): string | undefined {
  const name = host.replace(/^\*\./, "");
  if (isIP(name))
    return `"${host}" is an address, not a name; declare an address of the LAN by a name under egress.lan`;
  if (host !== host.toLowerCase()) return `"${host}" has capitals; write "${host.toLowerCase()}"`;
  if (name.includes("*")) return `"${host}" has a * inside; only a leading "*." is a wildcard, like *.acme.example`;
  if (!isHostName(name)) {
    return host.includes(".")
      ? `"${host}" is not a host name; write the name alone, like docs.acme.example`
      : `"${host}" is not a service or a host name.${suggest(host, known)} Services: ${known.join(", ")}`;
  }
  if (host.startsWith("*.") && ports.some((port) => !WEB.includes(port)))
    return `"${host}" is a wildcard, which cannot open port ${ports.find((port) => !WEB.includes(port))}: only 80 and 443 carry the name; list each name`;
  return undefined;
}

function serviceLines(service: Service, origin: string): Destination[] {
  return service.hosts.map(({ host, ports }) => line(host, ports, origin));
}

function line(host: string, ports: readonly number[], origin: string): Destination {
  return { host: host.replace(/^\*\./, ""), subdomains: host.startsWith("*."), ports: [...ports], origin };
}

/** One line a name: ports and origins of several lines come together, in stable order. */
function merge(lines: readonly Destination[]): Destination[] {
  const byName = Map.groupBy(lines, ({ host, subdomains }) => `${host} ${subdomains}`);
  return [...byName.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, same]) => ({
      host: same[0]!.host,
      subdomains: same[0]!.subdomains,
      ports: [...new Set(same.flatMap(({ ports }) => ports))].sort((a, b) => a - b),
      origin: [...new Set(same.map(({ origin }) => origin))].sort().join(", "),
    }));
}

function endpoints(spec: Pick<Spec, "egress">, host: string): Endpoint[] {
  const lan = Object.entries(spec.egress.lan).map(([name, { address, port }]) => ({
    name,
    address,
    port,
    origin: "client",
  }));
  const ports = [...new Set(spec.egress.host)].map((port) => ({ name: "host", address: host, port, origin: "client" }));
  return [...lan, ...ports].sort((a, b) => (a.name === b.name ? a.port - b.port : a.name < b.name ? -1 : 1));
}
