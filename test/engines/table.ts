import { PROMISES, type Promised } from "./promises.ts";

/** What one run of the suite saw on an engine. */
export interface Row {
  engine: string;
  version: string;
  /** YYYY-MM-DD */
  date: string;
  minutes: number;
  verdicts: Readonly<Record<Promised, { passed: number; failed: number }>>;
  /** What does not hold there, in the product's own words. */
  weaker: readonly string[];
}

/** A test as jest reports it. */
export interface Told {
  status: string;
  ancestorTitles: readonly string[];
}

/** What jest's report says of each promise. One of which no test ran has failed. */
export function verdictsOf(tests: readonly Told[]): Row["verdicts"] {
  const of = (name: string) => {
    const mine = tests.filter(({ ancestorTitles: [group] }) => group?.startsWith(`${name}: `));
    const passed = mine.filter(({ status }) => status === "passed").length;
    return { passed, failed: Math.max(mine.length - passed, passed === 0 ? 1 : 0) };
  };
  return Object.fromEntries(Object.keys(PROMISES).map((name) => [name, of(name)])) as unknown as Row["verdicts"];
}

/**
 * docs/engines.md with the rows of a run; rows of engines that were not run stay as they were. Where the promises have changed since,
 * no older row stays: its cells would stand below other headings.
 * @param before the page as it is
 * @param order the engines, as rows stand
 */
export function renderTable(before: string, rows: readonly Row[], order: readonly string[]): string {
  const columns = ["engine", "version", "seen on", ...Object.keys(PROMISES), "minutes", "weaker there"];
  const head = `| ${columns.join(" | ")} |`;
  const written = before.split("\n");
  const lines = new Map(
    (written.includes(head) ? written : []).flatMap((line) =>
      (/^\| ([a-z]+-[\d.]+(?:-rootless)?) /.exec(line)?.slice(1) ?? []).map((name) => [name, line]),
    ),
  );
  for (const row of rows) lines.set(row.engine, renderRow(row));
  return [
    ...HEAD,
    head,
    `|${columns.map(() => " --- |").join("")}`,
    ...order.flatMap((name) => lines.get(name) ?? []),
    "",
    ...Object.entries(PROMISES).map(([name, what]) => `- **${name}**: ${what}.`),
    "",
  ].join("\n");
}

const HEAD = [
  "# Engines",
  "",
  "Written by `make engines` (`ENGINE=docker-28` runs one), from what its suite saw, and by nobody's hand. A cell says how many tests passed of how many: every number",
  "is whole where an engine holds its promises. *Weaker there* are the lines of the posture that say what the engine cannot hold.",
  "",
];

function renderRow({ engine, version, date, minutes, verdicts, weaker }: Row): string {
  const cells = Object.values(verdicts).map(({ passed, failed }) =>
    failed === 0 ? `${passed}` : `**${passed} of ${passed + failed}**`,
  );
  const said = weaker.length === 0 ? "nothing" : weaker.join("; ");
  return `| ${[engine, version, date, ...cells, minutes, said.replaceAll("|", "\\|")].join(" | ")} |`;
}
