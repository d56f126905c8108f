import { PUBLISHED_AT } from "../../gateway/gateway-policy.ts";
import { toRanges } from "../../gateway/port-ranges.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** How published ports compare: each port of a range by itself. */
export const portTopics: Readonly<Record<string, Topic>> = {
  ports: gives(
    (fact, there) => {
      const given = there.flatMap(each);
      return each(fact).every((one) => given.includes(one));
    },
    { unordered: "another port of the agent" },
  ),
};

/**
 * Ports of the agent that the host offers. Those that follow each other are one line: `127.0.0.1:8000-8099 to 8000-8099`.
 * @param published what the gateway's container publishes, where that is known
 */
export function portFacts(
  { ports }: Pick<Spec, "ports">,
  published: readonly { address: string; port: number }[] = ports.map(({ port }) => ({ address: PUBLISHED_AT, port })),
): PostureFact[] {
  const led = published.map(({ address, port }) => ({
    address,
    port,
    to: ports.find((one) => one.port === port)?.to ?? port,
  }));
  return [...Map.groupBy(led, ({ address }) => address)].flatMap(([address, there]) =>
    toRanges(there).map((text) => {
      const [host = "", agent = host] = text.split(":");
      return { topic: "ports", about: `${address}:${host}`, says: `to ${agent}`, key: "ports" };
    }),
  );
}

/** `127.0.0.1:8000 to 3000` of each port of a line. */
function each({ about, says }: PostureFact): string[] {
  const [, address, from] = /^(.+):(\d+)/.exec(about) ?? [];
  const [, until = from] = /-(\d+)$/.exec(about) ?? [];
  const [, to] = /^to (\d+)/.exec(says) ?? [];
  const count = Number(until) - Number(from) + 1;
  return Array.from({ length: count }, (_, index) => `${address}:${Number(from) + index} to ${Number(to) + index}`);
}
