import { readFileSync } from "node:fs";
import { docker } from "./docker.ts";

/** What the kernel has counted for a container so far, in milliseconds: in cgroup v2's file, or v1's. */
export function processorTime(container: string): number {
  const pid = docker("inspect", "--format", "{{.State.Pid}}", container);
  const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
  const [, first] = /^\d+:(?:cpu,)?cpuacct(?:,cpu)?:(.*)$/m.exec(groups) ?? [];
  if (first !== undefined) return Number(readFileSync(`/sys/fs/cgroup/cpuacct${first}/cpuacct.usage`, "utf8")) / 1e6;
  const [, unified] = /^0::(.*)$/m.exec(groups)!;
  const [, used] = /^usage_usec (\d+)$/m.exec(readFileSync(`/sys/fs/cgroup${unified}/cpu.stat`, "utf8"))!;
  return Number(used) / 1000;
}

/** Memory that the engine counts for containers, without what is only cache, by name. MiB. It looks for two seconds, at all of them at once. */
export function memory(...containers: string[]): Record<string, number> {
  const said = docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", ...containers);
  return Object.fromEntries(
    said.split("\n").map((line) => {
      const [, name = "", figure, unit] = /^(\S+) ([\d.]+)(B|KiB|MiB|GiB)/.exec(line)!;
      return [
        name,
        Number(figure) * { B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10 }[unit as "B" | "KiB" | "MiB" | "GiB"],
      ];
    }),
  );
}

/** The engine's process that keeps a container, which no cgroup of the container counts: its memory in MiB, and its processor time in milliseconds with that of the health checks that it started. */
export function shimOf(container: string): { memory(): number; processorTime(): number } {
  const pid = docker("inspect", "--format", "{{.State.Pid}}", container);
  const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1];
  return {
    memory: () => Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${parent}/smaps_rollup`, "utf8"))![1]) / 1024,
    // The 14th to 17th field of proc(5), in hundredths of a second; the name in brackets may hold blanks.
    processorTime: () =>
      readFileSync(`/proc/${parent}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ")
        .slice(11, 15)
        .reduce((sum, ticks) => sum + Number(ticks) * 10, 0),
  };
}
