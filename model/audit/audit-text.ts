import { printable } from "../printable.ts";
import { type AuditLine, label, summarise, type Tally } from "./audit.ts";

/** How lines are written for people. Colour only where a terminal shows it. */
export interface Style {
  colour: boolean;
}

/**
 * One line for one event: `11-21 09:52:27  allow  tls      github.com:443                     allowed  ↑1.2K ↓3.4M 250ms`. Whatever the agent
 * wrote is printable afterwards: no control character, nothing that turns the direction of writing, no line that breaks.
 */
export function describeAuditLine(line: AuditLine, { colour }: Style): string {
  const verdict = line.verdict.padEnd(5);
  const size = line.up + line.down > 0 ? `↑${bytes(line.up)} ↓${bytes(line.down)}` : "";
  const told = [
    line.time.slice(5, 19).replace("T", " "),
    colour ? `\u001b[${COLOURS[line.verdict]}m${verdict}\u001b[0m` : verdict,
    line.kind.padEnd(7),
    printable(label(line)).padEnd(40),
    printable(line.reason) + (line.count ? ` (${line.count})` : ""),
    size,
    line.ms > 0 ? `${line.ms}ms` : "",
  ];
  return told.join("  ").trimEnd();
}

const COLOURS = { allow: 32, deny: 31, asked: 33 } as const;

/** The footer: what was reached by bytes, what was refused by how often. */
export function describeSummary(lines: readonly AuditLine[], most = 10): string {
  const { allowed, refused, up, down } = summarise(lines);
  return [
    `${total(allowed)} allowed, ${total(refused)} refused; ↑${bytes(up)} ↓${bytes(down)}`,
    ...table("most bytes", allowed.slice(0, most), (row) => `↑${bytes(row.up)} ↓${bytes(row.down)}  in ${row.count}`),
    ...table("most refused", refused.slice(0, most), (row) => `${row.count} times`),
  ].join("\n");
}

function total(rows: readonly Tally[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

function table(title: string, rows: readonly Tally[], what: (row: Tally) => string): string[] {
  return rows.map(
    (row, index) => `  ${(index === 0 ? title : "").padEnd(14)}${printable(row.name).padEnd(40)}  ${what(row)}`,
  );
}

/** `1.2K`: bytes, in 1024s. */
export function bytes(count: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(count, 1)) / 10));
  const size = count / 1024 ** power;
  return power === 0 ? `${count}` : `${size.toFixed(size < 10 ? 1 : 0)}${"KMGT"[power - 1]}`;
}
