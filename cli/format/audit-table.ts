import { type AuditLine, label, summarise, type Tally } from "../../gateway/audit-line.ts";
import { describeInward, type Inward } from "../../plan/review/inward.ts";
import type { Suggestion } from "../../plan/review/suggest.ts";
import { printable, writtenOut } from "../../stack-file/printable.ts";
import { fewNames } from "./review.ts";

/** How lines are written for people. */
export interface Style {
  /** How wide the terminal is, if there is one. A longer line goes on below, indented, so that no text of the agent's begins a row. */
  columns?: number | undefined;
}

/**
 * One line for one event: `11-21 09:52:27  allow  tls      github.com:443                     allowed  ↑1.2K ↓3.4M 250ms`. Whatever the agent
 * wrote is printable afterwards: no control character, nothing that turns the direction of writing, no line that breaks, nothing that looks
 * like the columns of a line.
 * @returns its rows
 */
export function describeAuditLine(line: AuditLine, { columns }: Style = {}): string[] {
  const size = line.up + line.down > 0 ? `↑${bytes(line.up)} ↓${bytes(line.down)}` : "";
  const told = [
    line.time.slice(5, 19).replace("T", " "),
    line.verdict.padEnd(5),
    line.kind.padEnd(7),
    plain(label(line)).padEnd(40),
    plain(line.reason) + (line.count ? ` (${line.count})` : ""),
    size,
    line.ms > 0 ? `${line.ms}ms` : "",
    line.commit ? `commit ${line.commit.slice(0, 12)}${line.dirty ? ", with changes that are in no commit" : ""}` : "",
    line.probe ? "(a probe of ours)" : "",
  ];
  return fold(told.join("  ").trimEnd(), columns);
}

/** The part of a line's first row that is coloured on a terminal. */
export function verdictOf({ verdict }: Pick<AuditLine, "verdict">): { part: string; colour: number } {
  return { part: verdict.padEnd(5), colour: COLOURS[verdict] };
}

const COLOURS = { allow: 32, deny: 31, asked: 33 } as const;

/** The rows of the summary: allowed names with most bytes, names that were refused most often. */
export function describeSummary(lines: readonly AuditLine[], { columns }: Style = {}, most = 10): string[] {
  const { allowed, refused, up, down } = summarise(lines);
  return [
    `${total(allowed)} allowed, ${total(refused)} refused; ↑${bytes(up)} ↓${bytes(down)}`,
    ...table("most bytes", allowed.slice(0, most), (row) => `↑${bytes(row.up)} ↓${bytes(row.down)}  in ${row.count}`),
    ...table("most refused", refused.slice(0, most), (row) => `${row.count} times`),
  ].flatMap((row) => fold(row, columns));
}

/** The rows of lines for the stack file that would open what was refused or is asked for, with the names that a service has it for. */
export function describeProposals(
  suggestions: readonly Suggestion[],
  client: string,
  { columns }: Style = {},
  most = 5,
): string[] {
  if (suggestions.length === 0) return [];
  const rows = suggestions.slice(0, most).map(({ item, wishes }, index) => {
    const written = typeof item === "string" ? item : `{host: ${item.host}, ports: [${item.ports.join(", ")}]}`;
    const names = typeof item === "string" ? wishes.map(({ name }) => name) : [];
    return `  ${(index === 0 ? "to open it" : "").padEnd(14)}${`egress.allow: [${plain(written)}]`.padEnd(40)}  ${plain(fewNames(names, 4))}`;
  });
  const patch = `agentbox suggest ${client}: ${suggestions.length === 1 ? "it" : `these ${suggestions.length}`} as a patch, with what each would change`;
  return [...rows, `  ${"".padEnd(14)}${patch}`].flatMap((row) => fold(row.trimEnd(), columns));
}

/** The rows of names that are open and lead into a private network. */
export function describeInwards(inward: readonly Inward[], { columns }: Style = {}): string[] {
  return inward.flatMap((one) => fold(`  ${"to private".padEnd(14)}${plain(describeInward(one))}`, columns));
}

function total(rows: readonly Tally[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

function table(title: string, rows: readonly Tally[], what: (row: Tally) => string): string[] {
  return rows.map(
    (row, index) => `  ${(index === 0 ? title : "").padEnd(14)}${plain(row.name).padEnd(40)}  ${what(row)}`,
  );
}

/** Makes a text printable, with no blanks but single spaces: two spaces separate the columns of a line. */
function plain(text: string): string {
  return printable(text)
    .replace(/(?! )\p{Zs}/gu, writtenOut)
    .replace(/ {2,}/g, (blanks) => `\\u{20}×${blanks.length}`);
}

/** Begins a row that continues the one above. */
const GOES_ON = "    ↳ ";

/** Breaks a text into rows as wide as the terminal. Letters beyond ASCII may take two columns, so each is counted as two. */
function fold(text: string, columns = Number.POSITIVE_INFINITY): string[] {
  const width = Math.max(columns, 40);
  const rows = [""];
  let used = 0;
  for (const letter of text) {
    const wide = letter <= "~" ? 1 : 2;
    if (used + wide > width) {
      rows.push(GOES_ON);
      used = GOES_ON.length + 1;
    }
    rows[rows.length - 1] += letter;
    used += wide;
  }
  return rows;
}

/** `1.2K`: bytes, in 1024s. */
export function bytes(count: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(count, 1)) / 10));
  const size = count / 1024 ** power;
  return power === 0 ? `${count}` : `${size.toFixed(size < 10 ? 1 : 0)}${"KMGT"[power - 1]}`;
}
