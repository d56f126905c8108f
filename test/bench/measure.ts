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
export function report(page: string, rows: readonly Row[]): string {
  const marker = "<!-- what follows is written by people -->";
  const engine = execFileSync("docker", ["version", "--format", "Docker Engine {{.Server.Version}}"], {
    encoding: "utf8",
  }).trim();
  const kept = readFileSync(page, { encoding: "utf8", flag: "a+" }).split(marker)[1] ?? "\n";
  const number = (value: number | undefined) => (value === undefined ? "–" : value.toPrecision(3));
  const line = ({ what, unit, ours, other, budget, against }: Row) =>
    `| ${what} | ${number(ours)} ${unit} | ${other === undefined ? "–" : `${number(other)} ${unit}`} | ${number(other && ours / other)} | ${budget} | ${against} |`;
  return [
    "# Performance",
    "",
    `Written by \`make bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores, Node ${process.versions.node}, ${engine}.`,
    "Medians; the two of a pair alternate in one run.",
    "",
    "| what | ours | other | ratio | budget | against |",
    "|---|---|---|---|---|---|",
    ...rows.map(line),
    "",
    `${marker}${kept}`,
  ].join("\n");
}
