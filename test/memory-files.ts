import { readFileSync } from "node:fs";

const MEMORY = "/dev/shm";

/** Before the unit tests: their temporary files are in memory, where this machine has one for files that may be run. They make so many that a third of cli/review's processor time was the disk's. */
export default function setup(): void {
  if (process.platform === "linux" && isPlain()) process.env.TMPDIR ??= MEMORY;
}

/** A container's is small, and nothing may be run from it. */
function isPlain(): boolean {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  const options = mounts.map((line) => line.split(" ")).find(([, at]) => at === MEMORY)?.[3];
  return options !== undefined && !options.split(",").includes("noexec");
}
