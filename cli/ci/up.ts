import { join } from "node:path";
import { ROOT } from "../command.ts";
import { findPlans, placedCommit } from "./plans.ts";
import { report, short, type Work } from "./report.ts";
import { runShown } from "./shown.ts";

/** Carries out the plans of HEAD, in their order. After one that failed no other is begun. */
export async function up(work: Work): Promise<number> {
  const head = await placedCommit(work.revisions);
  const { clients, fileOf, drop } = findPlans(head);
  for (const [at, client] of clients.entries()) {
    const words = ["up", "--stack", client, "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
    const { code, text } = await runShown(join(ROOT, "bin/pulumi"), [...words, "--plan", fileOf(client)], ROOT);
    if (code !== 0) {
      const rest = clients.slice(at + 1);
      const why = VIOLATED.test(text)
        ? "what would be done now is not what was planned: something changed since. Nothing but what was planned was done"
        : "its up failed, as is told above";
      const others = rest.length > 0 ? ` ${rest.join(", ")}: not begun.` : "";
      report(work, `❌ ${client}: ${why}. Plan anew: make ci-plan HEAD=${short(head.commit)}.${others}`);
      return 1;
    }
    drop(client);
    report(work, `✅ ${client}: as ${short(head.commit)} has it.`);
  }
  if (clients.length === 0) report(work, `Nothing of ${short(head.commit)} is left to do.`);
  return 0;
}

/** How Pulumi says that an operation is none of the plan's. */
const VIOLATED = /violates plan|not allowed by the plan|no plan for resource|unexpectedly not deleted/;
