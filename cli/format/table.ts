import { say } from "../../host/say.ts";
import { printable } from "../../stack-file/printable.ts";

/** Prints rows with their columns below each other. */
export function table(given: readonly (readonly string[])[]): void {
  // As wide as it is printed.
  const rows = given.map((row) => row.map(printable));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}
