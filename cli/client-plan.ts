import { PULUMI, ROOT } from "./command.ts";
import { runShown, type Shown } from "./shown.ts";

const QUIET = ["--non-interactive", "--color", "never"];

/** Previews a client and saves what was planned: a plan that is carried out later does that and nothing else. @param words of pulumi besides */
export function savePlan(client: string, file: string, words: readonly string[] = [], shown?: Shown) {
  const args = ["preview", "--stack", client, ...QUIET, "--save-plan", file, ...words];
  return runShown(PULUMI, args, ROOT, shown);
}

/** Carries a plan out. `violated`: what would be done now is not what was planned, for something changed since; nothing but what was planned was done. */
export async function carryOut(
  client: string,
  file: string,
  shown?: Shown,
  words: readonly string[] = [],
): Promise<{ code: number; text: string; stderr: string; violated: boolean }> {
  const args = ["up", "--stack", client, "--yes", "--skip-preview", ...QUIET, "--plan", file, ...words];
  const { code, text, stderr } = await runShown(PULUMI, args, ROOT, shown);
  const lines = text.split("\n").filter((line) => !NOT_REACHED.test(line));
  return { code, text: lines.join("\n"), stderr, violated: code !== 0 && VIOLATED.test(text) };
}

/** What Pulumi says of each resource of a plan that an `up` did not come to, as an error, before the one error that it failed by. */
const NOT_REACHED = /error: expected resource operations for \S+ but none were seen/;

/** How Pulumi says that an operation is none of the plan's. */
const VIOLATED = /violates plan|not allowed by the plan|no plan for resource|unexpectedly not deleted/;
