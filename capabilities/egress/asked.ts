import type { PostureFact } from "../../plan/review/fact.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { planResolvers } from "./resolver.ts";

/** A fact a server that is asked for names, with the names that it is asked for: `10.0.0.53 for every name but corp.example`, `10.1.0.53 for corp.example`. */
export function askedFacts(spec: Pick<Spec, "resolvers" | "upstreamProxy">): PostureFact[] {
  // Behind a company's proxy nobody is: it is the proxy that resolves names.
  if (spec.upstreamProxy) return [];
  const servers = serversOf(spec);
  return [...new Set([...servers.values()].flat())].map((about) => ({
    ...{ topic: "resolvers", about, says: describeAsked(askedOf(about, servers)), key: "resolvers" },
  }));
}

/** Whether a server, by what is said of it, is asked for no name that it is not asked for by what the other says. What does not read so, an older version has left. */
export function asksNoMore(says: string, than: string): boolean {
  if (says === than) return true;
  const [asked, other] = [parseAsked(says), parseAsked(than)];
  if (!asked || !other) return false;
  // Between two of these domains all names are decided alike.
  return [...asked.keys(), ...other.keys()].every((domain) => !isAsked(domain, asked) || isAsked(domain, other));
}

/**
 * Which names a server is asked for, by domain: of each name the longest one that it is at or below decides, as in the gateway's resolver. A domain's servers alone are asked for its
 * names, so a domain of others is a wall to this server.
 */
type Asked = ReadonlyMap<string, boolean>;

/** The domain that every name is below. */
const ROOT = "";

function isAsked(name: string, asked: Asked): boolean {
  const above = [...asked.keys()].filter((domain) => isAtOrBelow(name, domain));
  return asked.get(longest(above)) ?? false;
}

/** The servers of each domain; those for all other names have the root. */
function serversOf(spec: Pick<Spec, "resolvers">): Map<string, string[]> {
  const resolvers = planResolvers(spec);
  const general = resolvers.filter((one) => typeof one === "string");
  const zones = resolvers.filter((one) => typeof one !== "string");
  return new Map([
    [ROOT, general.length > 0 ? general : ["those of the engine's host"]],
    ...[...Map.groupBy(zones, ({ domain }) => domain)].map(([domain, of]): [string, string[]] => [
      domain,
      of.map(({ server }) => server),
    ]),
  ]);
}

/** What one server is asked for: all domains that are its own, so that none comes or goes untold, and those of others at which it is asked no more. */
function askedOf(server: string, servers: ReadonlyMap<string, string[]>): Asked {
  const all = new Map([...servers].map(([domain, of]) => [domain, of.includes(server)]));
  const isAsAbove = (domain: string) =>
    all.get(longest([...all.keys()].filter((other) => other !== domain && isAtOrBelow(domain, other)))) ===
    all.get(domain);
  return new Map([...all].filter(([domain]) => domain === ROOT || all.get(domain) || !isAsAbove(domain)));
}

const EVERY = "every name";

/** `for every name`, or `for corp.example but eu.corp.example, with lab.eu.corp.example`. */
function describeAsked(asked: Asked): string {
  const domains = [...asked.keys()].filter((domain) => domain !== ROOT).sort();
  const others = domains.filter((domain) => !asked.get(domain));
  const own = domains.filter((domain) => asked.get(domain));
  const isWithin = (domain: string) => others.some((other) => isAtOrBelow(domain, other));
  const first = [...(asked.get(ROOT) ? [EVERY] : []), ...own.filter((domain) => !isWithin(domain))];
  const again = own.filter(isWithin);
  const but = others.length > 0 ? ` but ${others.join(", ")}` : "";
  return `for ${first.join(", ")}${but}${again.length > 0 ? `, with ${again.join(", ")}` : ""}`;
}

function parseAsked(says: string): Asked | undefined {
  // An older version says nothing of every name.
  if (says === "") return new Map([[ROOT, true]]);
  const [, first, others, again] = /^for (.+?)(?: but (.+?))?(?:, with (.+))?$/.exec(says) ?? [];
  if (first === undefined) return undefined;
  const domains = (text: string | undefined, is: boolean) =>
    (text?.split(", ") ?? []).map((domain): [string, boolean] => [domain === EVERY ? ROOT : domain, is]);
  return new Map([[ROOT, false], ...domains(first, true), ...domains(others, false), ...domains(again, true)]);
}

function isAtOrBelow(name: string, domain: string): boolean {
  return domain === ROOT || name === domain || name.endsWith(`.${domain}`);
}

function longest(domains: readonly string[]): string {
  return domains.reduce((one, other) => (other.length > one.length ? other : one), ROOT);
}
