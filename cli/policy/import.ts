import { type EgressCatalogue, planEgress } from "../../capabilities/egress/egress.ts";
import { isWildcard, readName } from "../../capabilities/egress/name.ts";
import { servicesOf } from "../../capabilities/egress/other-names.ts";
import type { Service } from "../../capabilities/egress/service.ts";
import { grouped, type Wish } from "../../plan/review/suggest.ts";
import type { AllowedItem } from "../../stack-file/add-allowed.ts";
import { isMapping } from "../../stack-file/mapping.ts";
import { isHostName } from "../../stack-file/network.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { describeHost } from "../auth/page.ts";
import { whyDenied } from "./denied.ts";
import type { Left, WrittenList } from "./written-list.ts";

/** What `egress.allow` is to have of a list that was written for something else. */
export interface Imported {
  items: AllowedItem[];
  /** What each item stands for. */
  carried: string[];
  left: Left[];
}

type Known = Omit<EgressCatalogue, "files">;

/**
 * Turns a list into lines of `egress.allow`. A name that a service has becomes that service, and so does a wildcard over a vendor's domain of which a service opens what
 * is needed; what the list itself refuses besides, and what the project's own judgement refuses, is left out with its reason. Pure.
 */
export function importList({ services, items, denied, left }: WrittenList, known: Known): Imported {
  const whyNot = (name: string) => whyDenied(hostsOf(name, known), denied);
  const named = unique(services).map((item) => {
    const isThere = known.serviceNames.some((name) => name === item);
    return { item, why: isThere ? whyNot(String(item)) : "it is none of `agentbox services`" };
  });
  const judged = unique(items).map((item) => {
    const why = whyDenied(namesOf(item), denied);
    const service = why === undefined ? vendors(item, known) : undefined;
    return service !== undefined && whyNot(service) === undefined
      ? { item, service }
      : { item, why: why ?? refusal(item, known) };
  });
  const taken = judged.flatMap(({ item, service, why }) =>
    (service ?? why) === undefined ? [item as AllowedItem] : [],
  );
  const all = [
    ...named.flatMap(({ item, why }) =>
      why === undefined ? [{ item: String(item), what: `the service ${item}` }] : [],
    ),
    ...grouped(
      taken.filter(isExact).map((name) => ({ name, ports: [443], refused: 0, reasons: [] })),
      known.services.filter(({ name }) => whyNot(name) === undefined),
    ).map(({ item, wishes, service }) =>
      typeof item === "string"
        ? { item, what: `${wishes.map(({ name }) => name).join(", ")}: the service ${item}${besides(service, wishes)}` }
        : { item: item.host, what: describeHost(item.host) },
    ),
    ...judged.flatMap(({ item, service }) =>
      service === undefined
        ? []
        : [{ item: service, what: `${written(item)}: the service ${service}, which opens what is needed of it` }],
    ),
    ...taken.filter((item) => !isExact(item)).map((item) => ({ item, what: written(item) })),
  ];
  return {
    items: unique(all.map(({ item }) => item)),
    carried: all.map(({ what }) => what),
    left: [
      ...left,
      ...[...named, ...judged].flatMap(({ item, why }) => (why === undefined ? [] : [{ what: written(item), why }])),
    ],
  };
}

function unique<Item>(items: readonly Item[]): Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function isExact(item: AllowedItem): item is string {
  return typeof item === "string" && isHostName(item);
}

/** The names that an item opens, as it is written. */
function namesOf(item: unknown): string[] {
  const host = isMapping(item) ? item.host : item;
  return typeof host === "string" ? [host.toLowerCase()] : [];
}

function hostsOf(service: string, { services }: Known): string[] {
  return services.find(({ name }) => name === service)?.hosts.map(({ host }) => host) ?? [];
}

/** The one service that has what is needed of a domain, for a wildcard over it. */
function vendors(item: unknown, known: Known): string | undefined {
  const [service, ...others] =
    typeof item === "string" && isWildcard(item) ? servicesOf(readName(item).host, known) : [];
  return others.length === 0 ? service : undefined;
}

/** What a service opens and the list does not name. */
function besides(service: Service | undefined, wishes: readonly Wish[]): string {
  const more = (service?.hosts ?? []).flatMap(({ host }) => (wishes.some(({ name }) => name === host) ? [] : [host]));
  return more.length === 0 ? "" : `, which opens besides: ${more.join(", ")}`;
}

/** What is wrong with a line, by the rules for stack files. */
function refusal(item: unknown, known: Known): string | undefined {
  if (typeof item === "string" && known.serviceNames.includes(item))
    return `a service has this name, and the list means a host; where the service is meant, add it by hand: egress.allow: [${item}]`;
  const { spec, problems } = parseSpec({ workspace: "/workspace", egress: { allow: [item] } });
  if (!spec || problems.length > 0) return problems[0]?.message ?? "it is no destination";
  return planEgress(spec, [], { ...known, files: [] }).problems[0]?.message;
}

function written(item: unknown): string {
  return typeof item === "string" ? item : JSON.stringify(item);
}
