import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";

/** Where the host offers them: to itself alone. */
export const PUBLISHED_AT = "127.0.0.1";

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
  const runs: { address: string; port: number; to: number; count: number }[] = [];
  for (const { address, port } of [...published].sort((a, b) => a.port - b.port)) {
    const to = ports.find((one) => one.port === port)?.to ?? port;
    const last = runs.at(-1);
    if (last?.address === address && port === last.port + last.count && to === last.to + last.count) last.count += 1;
    else runs.push({ address, port, to, count: 1 });
  }
  return runs.map(({ address, port, to, count }) => ({
    topic: "ports",
    about: `${address}:${range(port, count)}`,
    says: `to ${range(to, count)}`,
    key: "ports",
  }));
}

function range(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}-${first + count - 1}`;
}

/** `127.0.0.1:8000 to 3000` of each port of a line. */
function each({ about, says }: PostureFact): string[] {
  const [, address, from] = /^(.+):(\d+)/.exec(about) ?? [];
  const [, until = from] = /-(\d+)$/.exec(about) ?? [];
  const [, to] = /^to (\d+)/.exec(says) ?? [];
  const count = Number(until) - Number(from) + 1;
  return Array.from({ length: count }, (_, index) => `${address}:${Number(from) + index} to ${Number(to) + index}`);
}
