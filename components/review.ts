import * as pulumi from "@pulumi/pulumi";
import type { Judgement } from "../plan/review/approval.ts";
import { tellApproval, tellReview } from "../plan/review/tell.ts";

/**
 * Shows what changes, and after it what a person should know of other clients, as one warning: Pulumi prints the first line of each once more, where its output is no
 * terminal.
 */
export function showReview(...of: Parameters<typeof tellReview>): void {
  const told = tellReview(...of);
  if (told) pulumi.log.warn(told);
}

/** Shows which approval holds, or refuses a change that has none: a preview still shows what would be, and fails; nothing is placed. @throws RunError but in a preview */
export function demandApproval(judged: Judgement): void {
  const told = tellApproval(judged);
  if (!told) return;
  if ("approved" in told) {
    pulumi.log.info(told.approved);
    return;
  }
  if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(told.refused);
  pulumi.log.error(told.refused);
  // A preview that has logged an error and nothing else ends with 0, and the `up` it belongs to goes on (measured, 3.259).
  process.exitCode = TOLD;
}

/** How a program says to its language host that it failed, and has told why (Pulumi's SDK, cmd/run). */
const TOLD = 32;
