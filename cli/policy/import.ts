import { type EgressCatalogue, planEgress } from "../../capabilities/egress/egress.ts";
import { isWildcard, readName } from "../../capabilities/egress/name.ts";
import { servicesOf } from "../../capabilities/egress/other-names.ts";
import { grouped } from "../../plan/review/suggest.ts";
import type { AllowedItem } from "../../stack-file/add-allowed.ts";
import { isHostName } from "../../stack-file/network.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import type { WrittenList } from "./written-list.ts";

/** What `egress.allow` is to have of a list that was written for something else. */
export interface Imported {
  items: AllowedItem[];
  /** What each item stands for. */
  carried: string[];
  left: WrittenList["left"];
}

type Known = Omit<EgressCatalogue, "files">;

/**
 * Turns a list into lines of `egress.allow`. A name that a service has becomes that service, and so does a wildcard over a vendor's domain of which a service opens what
 * is needed; what the project's own judgement refuses is left out with its reason. Pure.
 */
export function importList({ items, left }: WrittenList, known: Known): Imported {
  const isService = (item: AllowedItem) => typeof item === "string" && known.serviceNames.includes(item);
  const judged = [...new Map(items.map((item) => [JSON.stringify(item), item])).values()].map((item) => {
    const [service, ...others] =
      typeof item === "string" && isWildcard(item) ? servicesOf(readName(item).host, known) : [];
    if (service !== undefined && others.length === 0) return { item, service };
    return { item, why: refusal(item, known) };
  });
  const taken = judged.filter(({ service, why }) => service === undefined && why === undefined).map(({ item }) => item);
  const isExact = (item: AllowedItem): item is string =>
    typeof item === "string" && isHostName(item) && !isService(item);
  const all = [
    ...taken.filter(isService).map((item) => ({ item, what: `the service ${item}` })),
    ...grouped(
      taken.filter(isExact).map((name) => ({ name, ports: [443], refused: 0, reasons: [] })),
      known.services,
    ).map(({ item, wishes }) =>
      typeof item === "string"
        ? { item, what: `${wishes.map(({ name }) => name).join(", ")}: the service ${item}` }
        : { item: item.host, what: item.host },
    ),
    ...judged.flatMap(({ item, service }) =>
      service === undefined
        ? []
        : [{ item: service, what: `${item}: the service ${service}, which opens what is needed of it` }],
    ),
    ...taken.filter((item) => !isService(item) && !isExact(item)).map((item) => ({ item, what: written(item) })),
  ];
  return {
    items: [...new Map(all.map(({ item }) => [JSON.stringify(item), item])).values()],
    carried: all.map(({ what }) => what),
    left: [...left, ...judged.flatMap(({ item, why }) => (why === undefined ? [] : [{ what: written(item), why }]))],
  };
}

/** What is wrong with a line, by the rules for stack files. */
function refusal(item: unknown, known: Known): string | undefined {
  const { spec, problems } = parseSpec({ workspace: "/workspace", egress: { allow: [item] } });
  if (!spec) return problems[0]?.message ?? "it is no destination";
  return planEgress(spec, [], { ...known, files: [] }).problems[0]?.message;
}

function written(item: unknown): string {
  return typeof item === "string" ? item : JSON.stringify(item);
}
