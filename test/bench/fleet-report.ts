import { ends, type FleetRow } from "./fleet.ts";
import { header, KEPT_BELOW, keptBelow, median } from "./measure.ts";

/** The page of many clients; what people have written below its marker is kept. */
export function fleetReport(
  page: string,
  rows: readonly FleetRow[],
  { count, busy }: { count: number; busy: number },
): string {
  return [
    "# Many clients on one machine",
    "",
    `Written by \`make bench ARGS=fleet\` on ${header()}. ${count} clients of one project, agent \`shell\`, one after the other, the others there; ${busy.toFixed(1)} processors were busy with other work when it began.`,
    `\`first\` and \`last\` are medians of the first five clients and of the last five. \`growth\` is last by first, each by what the empty program took beside it (an ordinary \`pulumi up\` that declares nothing), so a machine that gets slower meanwhile makes no growth; of figures at rest it is last by first.`,
    "",
    "| what, of one client | first | last | median | all | growth | budget |",
    "|---|---|---|---|---|---|---|",
    ...rows.map(line),
    "",
    `${KEPT_BELOW}${keptBelow(page)}`,
  ].join("\n");
}

function line({ what, unit, each, beside }: FleetRow): string {
  const { first, last } = ends(each);
  const growth = beside ? last / beside.last / (first / beside.first) : last / first;
  const figure = (value: number) => `${value.toPrecision(3)} ${unit}`;
  const all = each.reduce((sum, one) => sum + one, 0);
  return `| ${what} | ${figure(first)} | ${figure(last)} | ${figure(median(each))} | ${figure(all)} | ${growth.toFixed(2)} | ≤ 1.2 |`;
}
