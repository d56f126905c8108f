import { ROOT } from "../command.ts";
import { savePlan } from "../pulumi/plan.ts";
import { changedClients } from "./changed.ts";
import { beginPlans, placedCommit } from "./plans.ts";
import { block, heading, report, short, type Work } from "./report.ts";

/** Previews each client that HEAD changes, and saves the plans. With one that fails there are no plans: all of a merge is carried out, or nothing. */
export async function plan(work: Work): Promise<number> {
  const head = await placedCommit(work.revisions);
  const plans = beginPlans(head);
  const { changed, same } = await changedClients(ROOT, head);
  const failed: string[] = [];
  for (const { client, why } of changed) {
    const end = await savePlan(client, plans.fileOf(client));
    if (end.code !== 0) failed.push(client);
    report(work, [heading(client, end.code === 0, why), block(end.text)].join("\n\n"));
  }
  if (failed.length === 0) plans.keep(changed.map(({ client }) => client));
  const none = same.length > 0 ? `; ${same.join(", ")}: nothing of it changes` : "";
  report(
    work,
    failed.length > 0
      ? `${failed.join(", ")} cannot be planned, so ${short(head.commit)} has no plans and changes nothing${none}.`
      : changed.length === 0
        ? `${short(head.commit)} changes no client${none}.`
        : `Planned of ${short(head.commit)}: ${changed.map(({ client }) => client).join(", ")}${none}. These plans and nothing else: make ci-up HEAD=${short(head.commit)}`,
  );
  return failed.length === 0 ? 0 : 1;
}
