import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { asFarAsItLeads } from "../../host/real-path.ts";

/** Where mounts are, of a Linux: a folder of the product's with one in it may lead to anything. */
export function mountPoints(): string[] {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .flatMap((line) => line.split(" ")[4] ?? [])
      .map((point) => point.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))));
  } catch {
    return [];
  }
}

/** The mount at a path or below it, which removing the path would empty. Links on the way are followed, for the kernel names no others; a link at the path itself goes alone, and what it leads to stays. */
export function mountAt(path: string, points: readonly string[]): string | undefined {
  const real = join(asFarAsItLeads(dirname(path)), basename(path));
  return points.find((point) => point === real || point.startsWith(`${real}/`));
}
