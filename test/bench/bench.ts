/**
 * Measures the product against named alternatives in one run, and writes docs/performance.md. Needs an engine, root's
 * rights for a fake internet, and what `make setup` installs; `make bench` runs it.
 */
import { writeFileSync } from "node:fs";
import { startInternet } from "../engine/internet/internet.ts";
import { Checkouts } from "./checkouts.ts";
import { egress } from "./egress.ts";
import { lifecycle } from "./lifecycle.ts";
import { busyProcessors, type Measured, report } from "./measure.ts";
import { prompts } from "./prompts.ts";
import { review } from "./review.ts";

const PAGE = "docs/performance.md";

const internet = await startInternet();
const checkouts = new Checkouts(internet);
try {
  checkouts.warmUp();
  const rows: Measured[] = [];
  for (const part of [lifecycle(checkouts), egress(checkouts, internet), prompts(checkouts, internet), review()])
    for (let busy = busyProcessors(), { value: row } = part.next(); row; { value: row } = part.next()) {
      rows.push({ ...row, busy });
      process.stderr.write(`${row.what}: ${row.ours.toPrecision(3)} ${row.unit}\n`);
      busy = busyProcessors();
    }
  const page = report(PAGE, rows);
  writeFileSync(PAGE, page);
  process.stdout.write(page);
} finally {
  checkouts.remove();
  await internet.stop();
}
