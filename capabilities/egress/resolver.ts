import type { Resolver } from "../../gateway/gateway-policy.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** The DNS servers that a client's gateway asks, each line once, sorted: those for every name first. */
export function planResolvers({ resolvers }: Pick<Spec, "resolvers">): Resolver[] {
  const general = resolvers.filter((one) => typeof one === "string");
  const zones = resolvers
    .filter((one) => typeof one !== "string")
    .flatMap(({ domain, servers }) => [...new Set(servers)].map((server) => ({ domain, server })));
  const key = ({ domain, server }: { domain: string; server: string }) => `${domain} ${server}`;
  return [...[...new Set(general)].sort(), ...zones.sort((a, b) => (key(a) < key(b) ? -1 : 1))];
}
