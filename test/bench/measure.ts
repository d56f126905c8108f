import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** One line of docs/performance.md. */
export interface Row {
  what: string;
  unit: "s" | "ms" | "MiB" | "MB/s";
  ours: number;
  /** The named alternative of the same run; left out where the budget is a figure. */
  other?: number;
  budget: string;
  against: string;
}

/** A row, and what the machine did besides. */
export interface Measured extends Row {
  /** Processors that were busy just before, when this measured nothing. */
  busy: number;
}

/** Processors that may be busy with other work: more of it, and a figure is marked, for the ratio of two short programs moves with it. */
const QUIET = 0.5;

/** How many processors are busy, over two seconds in which this does nothing. The kernel's load average would count the bench itself for minutes. */
export function busyProcessors(): number {
  const before = ticks();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
  const after = ticks();
  return ((after.busy - before.busy) / (after.all - before.all)) * cpus().length;
}

/** Of all processors since the machine started (proc(5), /proc/stat: idle and iowait are the fourth and fifth). */
function ticks(): { busy: number; all: number } {
  const [first = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const numbers = first.split(/\s+/).slice(1, 9).map(Number);
  const all = numbers.reduce((sum, one) => sum + one, 0);
  return { all, busy: all - (numbers[3] ?? 0) - (numbers[4] ?? 0) };
}

/** How long it takes, in seconds. */
export function seconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Medians of two measures that alternate, so that a machine that gets slower meanwhile slows both. */
export function paired(runs: number, ours: () => number, other: () => number): { ours: number; other: number } {
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    mine.push(ours());
    theirs.push(other());
  }
  return { ours: median(mine), other: median(theirs) };
}

/** The page; what people have written below its marker is kept. */
export function report(page: string, rows: readonly Measured[]): string {
  const number = (value: number | undefined) => (value === undefined ? "–" : value.toPrecision(3));
  const line = ({ what, unit, ours, other, budget, against, busy }: Measured) =>
    `| ${what} | ${number(ours)} ${unit} | ${other === undefined ? "–" : `${number(other)} ${unit}`} | ${number(other && ours / other)} | ${budget} | ${busy.toFixed(1)}${busy > QUIET ? " (!)" : ""} | ${against} |`;
  return [
    "# Performance",
    "",
    `Written by \`make bench\` on ${header()}.`,
    `Medians; the two of a pair alternate in one run. \`busy\` is how many processors did other work just before; a row with (!) had more than ${QUIET}.`,
    "",
    "| what | ours | other | ratio | budget | busy | against |",
    "|---|---|---|---|---|---|---|",
    ...rows.map(line),
    "",
    `${KEPT_BELOW}${keptBelow(page)}`,
  ].join("\n");
}

/** When it was measured, and on what. */
export function header(): string {
  const words = ["version", "--format", "Docker Engine {{.Server.Version}}"];
  const engine = execFileSync("docker", words, { encoding: "utf8" }).trim();
  return `${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores, Node ${process.versions.node}, ${engine}`;
}

/** What a program writes is above it. */
export const KEPT_BELOW = "<!-- what follows is written by people -->";

export function keptBelow(page: string): string {
  return readFileSync(page, { encoding: "utf8", flag: "a+" }).split(KEPT_BELOW)[1] ?? "\n";
}
