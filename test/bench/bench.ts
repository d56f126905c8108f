/**
 * Measures the product against named alternatives in one run, and writes docs/performance.md. Needs an engine, root's
 * rights for a fake internet, and what `make setup` installs; `make bench` runs it. `make bench ARGS=fleet` measures fifty clients beside
 * each other instead, which takes half an hour and more, and writes docs/fleet.md; `ARGS="fleet 12"` twelve.
 */
import { writeFileSync } from "node:fs";
import { startInternet } from "../engine/internet/internet.ts";
import { Checkouts } from "./checkouts.ts";
import { egress } from "./egress.ts";
import { fleet } from "./fleet.ts";
import { fleetReport } from "./fleet-report.ts";
import { lifecycle } from "./lifecycle.ts";
import { busyProcessors, type Measured, report } from "./measure.ts";
import { prompts } from "./prompts.ts";
import { review } from "./review.ts";

const [part, count = "50"] = process.argv.slice(2);
const internet = await startInternet();
const checkouts = new Checkouts(internet);
try {
  checkouts.warmUp();
  const [page, text] = part === "fleet" ? manyClients(Number(count)) : everything();
  writeFileSync(page, text);
  process.stdout.write(text);
} finally {
  checkouts.remove();
  await internet.stop();
}

function everything(): [page: string, text: string] {
  const page = "docs/performance.md";
  const rows: Measured[] = [];
  for (const part of [lifecycle(checkouts), egress(checkouts, internet), prompts(checkouts, internet), review()])
    for (let busy = busyProcessors(), { value: row } = part.next(); row; { value: row } = part.next()) {
      rows.push({ ...row, busy });
      process.stderr.write(`${row.what}: ${row.ours.toPrecision(3)} ${row.unit}\n`);
      busy = busyProcessors();
    }
  return [page, report(page, rows)];
}

function manyClients(count: number): [page: string, text: string] {
  const page = "docs/fleet.md";
  const busy = busyProcessors();
  const rows = [];
  for (const row of fleet(checkouts, count)) {
    rows.push(row);
    process.stderr.write(`${row.what}: ${row.each.map((one) => one.toPrecision(3)).join(" ")} ${row.unit}\n`);
  }
  return [page, fleetReport(page, rows, { count, busy })];
}
