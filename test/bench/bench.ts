/**
 * Measures the product against named alternatives in one run, and writes docs/performance.md. Needs an engine and what
 * `make setup` installs; `make bench` runs it. Figures are medians; the runs of a pair alternate, so that a machine that
 * gets slower meanwhile slows both.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { Bench } from "./checkout.ts";
import { RawTopology } from "./raw.ts";

const RUNS = 7;

interface Row {
  what: string;
  ours: number;
  other?: number;
  budget: string;
  against: string;
}

const bench = new Bench();
const raw = new RawTopology(bench.client);
try {
  bench.warmUp();
  const rows = [...upAndDown(), noOp(), oneHost()];
  const page = report(rows);
  writeFileSync("docs/performance.md", page);
  process.stdout.write(page);
} finally {
  raw.down();
  bench.remove();
}

/** A second `up` that has nothing to do, against a program that imports @pulumi/pulumi and declares nothing. */
function noOp(): Row {
  const ours: number[] = [];
  const other: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    ours.push(seconds(() => bench.sandbox("up")));
    other.push(seconds(() => bench.empty("up")));
  }
  return {
    what: "no-op `up --skip-preview`",
    ours: median(ours),
    other: median(other),
    budget: "≤ 1.3",
    against: "a program that imports @pulumi/pulumi and declares nothing, same CLI",
  };
}

/** From nothing to a proven sandbox and back, images there; leaves the sandbox up. */
function upAndDown(): Row[] {
  const times = { up: [] as number[], down: [] as number[], rawUp: [] as number[], rawDown: [] as number[] };
  for (let run = 0; run < 5; run++) {
    times.up.push(seconds(() => bench.sandbox("up")));
    const image = bench.images();
    const bundle = bench.bundle();
    times.down.push(seconds(() => bench.sandbox("destroy")));
    times.rawUp.push(
      seconds(() => {
        raw.up(image, bundle);
        bench.empty("up");
      }),
    );
    times.rawDown.push(
      seconds(() => {
        raw.down();
        bench.empty("destroy");
      }),
    );
  }
  bench.empty("up");
  bench.sandbox("up");
  const against = "the same containers, networks and volumes by the engine's client + the empty program";
  return [
    { what: "first `up`, images there", ours: median(times.up), other: median(times.rawUp), budget: "≤ 1.5", against },
    { what: "`destroy`", ours: median(times.down), other: median(times.rawDown), budget: "≤ 1.5", against },
  ];
}

/** A policy with one more host: from the start of the firewall step to the gateway's `live`. */
function oneHost(): Row {
  const times = Array.from({ length: RUNS }, (_, run) => {
    bench.allow([`h${run}.example.com`]);
    const bundle = bench.bundle();
    return seconds(() => raw.apply(`${bench.client}-gateway`, bundle));
  });
  return { what: "one host more, live after", ours: median(times), budget: "< 0.5 s", against: "" };
}

function seconds(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** The page, with what was measured where; the part below the marker is kept, for people write there why. */
function report(rows: readonly Row[]): string {
  const marker = "<!-- what follows is written by people -->";
  const engine = execFileSync("docker", ["version", "--format", "Docker Engine {{.Server.Version}}"], {
    encoding: "utf8",
  }).trim();
  const kept = readFileSync("docs/performance.md", { encoding: "utf8", flag: "a+" }).split(marker)[1] ?? "\n";
  const line = ({ what, ours, other, budget, against }: Row) =>
    `| ${what} | ${ours.toFixed(2)} | ${other?.toFixed(2) ?? "–"} | ${other ? (ours / other).toFixed(2) : "–"} | ${budget} | ${against} |`;
  return [
    "# Performance",
    "",
    `Written by \`make bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores, Node ${process.versions.node}, ${engine}. Medians of ${RUNS} runs`,
    "(5 of `up` and `destroy`), in seconds; the two of a pair alternate.",
    "",
    "| what | ours | other | ratio | budget | against |",
    "|---|---|---|---|---|---|",
    ...rows.map(line),
    "",
    `${marker}${kept}`,
  ].join("\n");
}
