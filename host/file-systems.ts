import { existsSync, readFileSync } from "node:fs";
import { within } from "../plan/path.ts";

const TABLE = "/proc/self/mountinfo";

/** Where this host has file systems mounted; nothing when the kernel has no such table (macOS). */
export function mountPoints(table = existsSync(TABLE) ? readFileSync(TABLE, "utf8") : ""): string[] {
  return table.split("\n").flatMap((line) => {
    const at = line.split(" ")[4];
    return at ? [at.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)))] : [];
  });
}

/** The first file system that is mounted below a directory, itself left out. */
export function mountedBelow(path: string, points: readonly string[]): string | undefined {
  return points.find((point) => point !== path && within(point, path));
}
