import { type Inbound, PUBLISHED_AT } from "./gateway-policy.ts";

/**
 * Published ports as ranges, sorted: `8000-8099`, or `13000-13009:3000-3009` where those of the host (first) are others. One that is published elsewhere than on 127.0.0.1
 * says both, as engines write it: `0.0.0.0:2222:2222`.
 */
export function toRanges(ports: readonly Inbound[]): string[] {
  const runs: { port: number; to: number; count: number; listen: string }[] = [];
  for (const { port, to, listen = PUBLISHED_AT } of [...ports].sort((a, b) => a.port - b.port)) {
    const last = runs.at(-1);
    const follows = last && listen === last.listen && port === last.port + last.count;
    if (follows && to === last.to + last.count) last.count += 1;
    else runs.push({ port, to, count: 1, listen });
  }
  return runs.map(({ port, to, count, listen }) =>
    [
      ...(listen === PUBLISHED_AT ? [] : [listen]),
      range(port, count),
      ...(port === to && listen === PUBLISHED_AT ? [] : [range(to, count)]),
    ].join(":"),
  );
}

/** @throws RangeError for text that `toRanges` does not write */
export function fromRanges(ranges: readonly string[]): Inbound[] {
  return ranges.flatMap((text) => {
    const [, listen, first, last = first, to = first] =
      /^(?:(\d+(?:\.\d+){3}):)?(\d+)(?:-(\d+))?(?::(\d+)(?:-\d+)?)?$/.exec(text) ?? [];
    if (first === undefined) throw new RangeError(`${JSON.stringify(text)} is no range of ports`);
    const count = Number(last) - Number(first) + 1;
    return Array.from({ length: count }, (_, index) => ({
      ...{ port: Number(first) + index, to: Number(to) + index },
      ...(listen && { listen }),
    }));
  });
}

function range(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}-${first + count - 1}`;
}
