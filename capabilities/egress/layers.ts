import type { Problem } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Agent } from "../image/agent.ts";
import type { PolicyFile } from "./file.ts";
import { readName } from "./name.ts";

/** Policy layers, in the order in which origins are shown. A destination is allowed when any layer lists it. */
export const LAYERS = ["base", "agent", "file", "client", "grant"] as const;

/** One who opens something: `agent claude`, `file ~/policy.yaml`, `client`. */
export interface Source {
  layer: (typeof LAYERS)[number];
  origin: string;
  items: Item[];
}

/** What a source lists, and where: a service, or names with their ports. */
export type Item = Place & ({ service: string } | { name: string; ports: readonly number[] });

type Place = Pick<Problem, "file" | "path">;

/**
 * What every sandbox needs, whatever it does: nothing. Images are whole when they are built, the clock is the host's, and trust
 * comes with the image; so nothing is open that nobody asked for.
 */
const BASE: readonly string[] = [];

/** Ports a bare name opens. */
const WEB = [80, 443];

/** The services an agent cannot work without, as its file has them. Its telemetry is a service of its own, open only where a client lists it. */
function agentServices({ name, services }: Agent): Item[] {
  const file = `images/agents/${name}.yaml`;
  return (["api", "login"] as const).flatMap((key) =>
    services[key].map((service, index) => ({ file, path: `services.${key}[${index}]`, service })),
  );
}

/** All sources of a client's policy, in the order of their layers. */
export function planSources(
  { egress }: Pick<Spec, "egress">,
  agents: readonly Agent[],
  { serviceNames, files }: { serviceNames: readonly string[]; files: readonly PolicyFile[] },
): Source[] {
  return [
    { layer: "base", origin: "base", items: BASE.map((service) => ({ path: "egress", service })) },
    ...agents.map((agent) => ({
      layer: "agent" as const,
      origin: `agent ${agent.name}`,
      items: agentServices(agent),
    })),
    ...files.map(({ path: file, services, domains }) => ({
      layer: "file" as const,
      origin: `file ${file}`,
      items: [
        ...services.map((service, index) => ({ file, path: `services[${index}]`, service })),
        ...listed(domains, { file, path: "domains" }, []),
      ],
    })),
    { layer: "client", origin: "client", items: listed(egress.allow, { path: "egress.allow" }, serviceNames) },
  ];
}

/** What is granted, each by itself: what is open for good is listed together, and a grant ends alone. In the order of the stack file. */
export function grantSources(
  { grants }: Pick<Spec, "grants">,
  { serviceNames }: { serviceNames: readonly string[] },
): Source[] {
  return grants.map(({ allow }, index) => ({
    layer: "grant",
    origin: "grant",
    items: [asItem(allow, { path: `grants[${index}].allow` }, serviceNames)],
  }));
}

/** A list of destinations as people write it. */
function listed(list: Spec["egress"]["allow"], where: Place, services: readonly string[]): Item[] {
  return list.map((item, index) => asItem(item, { ...where, path: `${where.path}[${index}]` }, services));
}

/** A destination as people write it; a word that is among `services` is one. */
function asItem(item: Spec["egress"]["allow"][number], at: Place, services: readonly string[]): Item {
  if (typeof item !== "string") return { ...at, path: `${at.path}.host`, name: item.host, ports: item.ports };
  return services.includes(item) ? { ...at, service: item } : { ...at, name: item, ports: WEB };
}

/**
 * One name that the same layer lists twice with other ports: one of the two is an oversight. A name and a wildcard over it are
 * two different lines, of which both count.
 */
export function disagreements(sources: readonly Source[]): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, Extract<Item, { name: string }>>();
  for (const item of sources.flatMap(({ items }) => items)) {
    if (!("name" in item)) continue;
    const { host, below } = readName(item.name);
    const key = `${below ? "*." : ""}${host}`;
    const first = seen.get(key);
    if (!first) seen.set(key, item);
    else if (sortedPorts(first.ports).join() !== sortedPorts(item.ports).join())
      problems.push({
        ...placeOf(item),
        message: `${quoted(item.name)} has the ports ${sortedPorts(item.ports).join(", ")} here and ${sortedPorts(first.ports).join(", ")} at ${[first.file, first.path].filter(Boolean).join(" ")}; write one line with all its ports`,
      });
  }
  return problems;
}

/** Where an item is, without what it is. */
export function placeOf({ file, path }: Place): Place {
  return { ...(file && { file }), path };
}

/** Each port once, in order. */
export function sortedPorts(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
