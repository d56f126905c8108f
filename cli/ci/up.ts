import { carryOut } from "../pulumi/plan.ts";
import { findPlans, placedCommit } from "./plans.ts";
import { report, short, type Work } from "./report.ts";

/** Carries out the plans of HEAD, in their order. After one that failed no other is begun. */
export async function up(work: Work): Promise<number> {
  const head = await placedCommit(work.revisions);
  const { clients, fileOf, drop } = findPlans(head);
  for (const [at, client] of clients.entries()) {
    const { code, violated } = await carryOut(client, fileOf(client));
    if (code !== 0) {
      const rest = clients.slice(at + 1);
      const why = violated
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
