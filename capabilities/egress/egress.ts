import type { Destination, Endpoint, Grant } from "../../gateway/gateway-policy.ts";
import { isPrivateName } from "../../gateway/private.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Agent } from "../image/agent.ts";
import type { PolicyFile } from "./file.ts";
import { describeAllowed } from "./keys.ts";
import { disagreements, grantSources, LAYERS, placeOf, planSources, type Source, sortedPorts } from "./layers.ts";
import { isWildcard, readName, refuseName, type WhyShared } from "./name.ts";
import { hintService, suggestService } from "./other-names.ts";
import type { Service } from "./service.ts";

/** All that may leave a client's sandbox: merged, sorted, every line with its origin. */
export interface EgressPolicy {
  destinations: Destination[];
  /** What is open besides, each until its end: in the order of the stack file. */
  grants: Grant[];
  endpoints: Endpoint[];
  /** Profile `web`: any public host on 80 and 443 besides the destinations. */
  web: boolean;
}

/** What `egress` may name, and how its names are judged. */
export interface EgressCatalogue {
  /** The names of all services, and at least those services that the spec, its files and its agents name (`namedServices`), or whose names a written wildcard covers. */
  serviceNames: readonly string[];
  services: readonly Service[];
  /** The files of `egress.from`. */
  files: readonly PolicyFile[];
  whyShared: WhyShared;
}

/** One line of names, before it is merged with others of the same name. */
interface Line {
  source: Source;
  /** With the service that has the line: `client: github`. */
  origin: string;
  name: string;
  ports: readonly number[];
}

/**
 * Merges what the layers list: base, agents, files of `egress.from`, the client's own lines; and each grant by itself. Profile `offline` opens nothing,
 * whatever is listed.
 */
export function planEgress(
  spec: Pick<Spec, "profile" | "egress" | "grants">,
  agents: readonly Agent[],
  catalogue: EgressCatalogue,
): { policy: EgressPolicy; problems: Problem[] } {
  if (spec.profile === "offline")
    return { policy: { destinations: [], grants: [], endpoints: [], web: false }, problems: [] };
  const problems = serviceProblems(catalogue);
  const sources = planSources(spec, agents, catalogue);
  const lines = sources.flatMap((source) => linesOf(source, catalogue, problems));
  const granted = grantSources(spec, catalogue).map((source) => linesOf(source, catalogue, problems));
  problems.push(...LAYERS.flatMap((layer) => disagreements(sources.filter((source) => source.layer === layer))));
  const destinations = merge(lines);
  const grants = spec.grants.map(({ allow, until }, index) => ({
    ...{ name: describeAllowed(allow), until },
    destinations: merge(granted[index] ?? []),
  }));
  problems.push(...twoPlaces(spec, [...destinations, ...grants.flatMap((grant) => grant.destinations)]));
  if (spec.egress.lan.host)
    problems.push({
      path: "egress.lan.host",
      message: '"host" is the name of the engine\'s host, whose ports egress.host opens; choose another name',
    });
  return {
    policy: {
      destinations,
      grants,
      endpoints: endpoints(spec),
      web: spec.profile === "web",
    },
    problems,
  };
}

/** One name leads to one place: the address that is declared, or the one that the DNS has. A wildcard over a name says nothing of where that one leads. */
function twoPlaces({ egress }: Pick<Spec, "egress">, destinations: readonly Destination[]): Problem[] {
  return Object.entries(egress.lan).flatMap(([name, { address }]) => {
    const other = destinations.find(({ host, subdomains }) => host === name && !subdomains);
    return other
      ? [
          {
            path: `egress.lan.${name}`,
            message: `leads ${quoted(name)} to ${address}, and the name is open to wherever the DNS leads it, too (${other.origin}); take one of the two lines out`,
          },
        ]
      : [];
  });
}

/** The services that a plan needs to read, sorted. A name that is no service is told by `planEgress`. */
export function namedServices(
  spec: Pick<Spec, "egress" | "grants">,
  agents: readonly Agent[],
  known: Pick<EgressCatalogue, "serviceNames" | "files">,
): string[] {
  const named = [...planSources(spec, agents, known), ...grantSources(spec, known)].flatMap(({ items }) =>
    items.flatMap((item) => ("service" in item ? [item.service] : [])),
  );
  return [...new Set(named)].filter((name) => known.serviceNames.includes(name)).sort();
}

/** The names that people wrote themselves: what may have to be judged by the public suffix list. */
export function writtenNames(
  spec: Pick<Spec, "egress" | "grants">,
  known: Pick<EgressCatalogue, "serviceNames" | "files">,
): string[] {
  return [...planSources(spec, [], known), ...grantSources(spec, known)].flatMap(({ items }) =>
    items.flatMap((item) => ("name" in item ? [item.name] : [])),
  );
}

/** The lines of one source; what is wrong with it goes to `problems`. */
function linesOf(source: Source, catalogue: EgressCatalogue, problems: Problem[]): Line[] {
  return source.items.flatMap((item) => {
    const judged = "service" in item ? serviceLines(source, item, catalogue) : nameLines(source, item, catalogue);
    if ("lines" in judged) return judged.lines;
    problems.push({ ...placeOf(item), message: judged.message });
    return [];
  });
}

/** There are too many for a message. */
const ALL_SERVICES = "All services: agentbox services";

type Judged = { lines: Line[] } | { message: string };

/** A service is no way around the rules for names: a person may write one, and none of this project's tests sees that. */
function serviceProblems({ services, whyShared }: EgressCatalogue): Problem[] {
  return services.flatMap(({ name, hosts }) =>
    hosts.flatMap(({ host, ports }, index) => {
      const message = refuseName(host, ports, whyShared);
      return message ? [{ file: `policies/services/${name}.yaml`, path: `hosts[${index}].host`, message }] : [];
    }),
  );
}

function serviceLines(source: Source, { service: name }: { service: string }, catalogue: EgressCatalogue): Judged {
  const service = catalogue.services.find((service) => service.name === name);
  if (!service)
    return {
      message: `${quoted(name)} is not a service.${suggestService(name, catalogue.serviceNames) || ` ${ALL_SERVICES}`}`,
    };
  const origin = `${source.origin}: ${name}`;
  return { lines: service.hosts.map(({ host, ports }) => ({ source, origin, name: host, ports })) };
}

function nameLines(
  source: Source,
  { name, ports, file }: { name: string; ports: readonly number[]; file?: string },
  catalogue: EgressCatalogue,
): Judged {
  const { serviceNames, whyShared } = catalogue;
  // A word without a dot that is no other kind of name was meant to be a service.
  if (/^[a-z][a-z0-9-]*$/i.test(name) && !isPrivateName(name.toLowerCase())) {
    if (serviceNames.includes(name))
      return {
        message: `${quoted(name)} is a service; list it under ${file ? "services" : "egress.allow, by its name alone"}`,
      };
    return {
      message: `${quoted(name)} is not ${file ? "a host name" : "a service or a host name"}.${suggestService(name, serviceNames) || ` ${ALL_SERVICES}. A machine of the LAN is declared under egress.lan, a port of the engine's host under egress.host`}`,
    };
  }
  const message = refuseName(name, ports, whyShared);
  if (!message) return { lines: [{ source, origin: source.origin, name, ports }] };
  return { message: message + (isWildcard(name) ? hintService(readName(name).host, catalogue) : "") };
}

/** One line a name: ports and origins of several lines come together, in stable order. `.x` is x and all below it: two lines. */
function merge(lines: readonly Line[]): Destination[] {
  const ranked = [...lines].sort(
    (a, b) => LAYERS.indexOf(a.source.layer) - LAYERS.indexOf(b.source.layer) || (a.origin < b.origin ? -1 : 1),
  );
  const single = ranked.flatMap(({ name, ports, origin }) => {
    const { host, itself, below } = readName(name);
    return [...(itself ? [{ host, subdomains: false }] : []), ...(below ? [{ host, subdomains: true }] : [])].map(
      (of) => ({
        ...of,
        ports,
        origin,
      }),
    );
  });
  return [...Map.groupBy(single, ({ host, subdomains }) => `${host} ${subdomains}`)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, same]) =>
      same.slice(0, 1).map(({ host, subdomains }) => ({
        host,
        subdomains,
        ports: sortedPorts(same.flatMap(({ ports }) => ports)),
        origin: [...new Set(same.map(({ origin }) => origin))].join(", "),
      })),
    );
}

/** Where the gateway reaches the engine's host, as long as nobody knows the address: `atHost` says it. */
const HOST = "host";

/** The policy with the address at which the gateway reaches the engine's host, for `egress.host`. */
export function atHost(policy: EgressPolicy, address: string): EgressPolicy {
  const placed = policy.endpoints.map((endpoint) => (endpoint.address === HOST ? { ...endpoint, address } : endpoint));
  return { ...policy, endpoints: placed };
}

function endpoints(spec: Pick<Spec, "egress">): Endpoint[] {
  const lan = Object.entries(spec.egress.lan).flatMap(([name, { address, ports }]) =>
    ports.map((port) => ({ name, address, port, origin: "client" })),
  );
  const ports = [...new Set(spec.egress.host)].map((port) => ({ name: "host", address: HOST, port, origin: "client" }));
  return [...lan, ...ports].sort((a, b) => (a.name === b.name ? a.port - b.port : a.name < b.name ? -1 : 1));
}
