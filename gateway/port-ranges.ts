import type { Inbound } from "./gateway-policy.ts";

/** Published ports as ranges, sorted: `8000-8099`, or `13000-13009:3000-3009` where those of the host (first) are others. */
export function toRanges(ports: readonly Inbound[]): string[] {
  const runs: { port: number; to: number; count: number }[] = [];
  for (const { port, to } of [...ports].sort((a, b) => a.port - b.port)) {
    const last = runs.at(-1);
    if (last && port === last.port + last.count && to === last.to + last.count) last.count += 1;
    else runs.push({ port, to, count: 1 });
  }
  return runs.map(({ port, to, count }) =>
    port === to ? range(port, count) : `${range(port, count)}:${range(to, count)}`,
  );
}

/** @throws RangeError for text that `toRanges` does not write */
export function fromRanges(ranges: readonly string[]): Inbound[] {
  return ranges.flatMap((text) => {
    const [, first, last = first, to = first] = /^(\d+)(?:-(\d+))?(?::(\d+)(?:-\d+)?)?$/.exec(text) ?? [];
    if (first === undefined) throw new RangeError(`${JSON.stringify(text)} is no range of ports`);
    const count = Number(last) - Number(first) + 1;
    return Array.from({ length: count }, (_, index) => ({ port: Number(first) + index, to: Number(to) + index }));
  });
}

function range(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}-${first + count - 1}`;
}
