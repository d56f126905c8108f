import { basename, dirname, join } from "node:path";
import { asFarAsItLeads } from "../../host/real-path.ts";
import { within } from "../../plan/path.ts";

/** The mount at a path or below it, which removing the path would empty. Links on the way are followed, for the kernel names no others; a link at the path itself goes alone, and what it leads to stays. */
export function mountAt(path: string, points: readonly string[]): string | undefined {
  const real = join(asFarAsItLeads(dirname(path)), basename(path));
  return points.find((point) => within(point, real));
}
