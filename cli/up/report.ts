import type { Steps } from "../pulumi/steps.ts";
import { whyFailed } from "../pulumi/told.ts";
import { isReview, type Planned } from "./planned.ts";

/** What an `up` was about, and what it came to: one that nobody planned was brought up. */
type Ended = Pick<Planned, "client" | "words"> & { becomes: Planned["becomes"] | "brought up" };

/**
 * How an `up` of one client ended, for a person.
 * @param failed all that was said, of one that failed: why is the last thing on the screen, and nothing below that
 * @param interrupted whether somebody asked it to end: then that is why
 */
export function describeEnd(
  plan: Ended,
  steps: Steps,
  seconds: number,
  failed: { text: string; stderr: string } | undefined,
  interrupted: boolean,
): string[] {
  const { client } = plan;
  if (failed === undefined) return describeUp(plan, steps.outputs, seconds);
  const after = `after ${seconds.toFixed(1)} s`;
  return interrupted
    ? [...steps.errors, `${client}: interrupted ${after}; \`agentbox up ${client}\` goes on from there`]
    : [`${client}: failed ${after}`, ...whyFailed(failed, steps)];
}

/** What an `up` of one client came to, for a person: at most 15 lines. What changed in words, the walls, how to get in, and what a person has to look at. */
export function describeUp(
  { client, words, becomes }: Ended,
  { walls, agents = "" }: Readonly<Record<string, string>>,
  seconds: number,
): string[] {
  const changed = words.filter(isReview).flatMap((text) => text.split("\n"));
  const attention = words.filter((text) => !isReview(text)).map((text) => text.split("\n")[0] ?? "");
  return [
    `${client}: ${becomes} in ${seconds.toFixed(1)} s`,
    ...column("changed", changed, 6),
    ...column("walls", walls ? [walls] : [], 1),
    ...column("enter", [`agentbox enter ${client} ${agents.split(", ")[0]}`.trim()], 1),
    ...column("look at", attention, 4),
  ];
}

function column(name: string, lines: readonly string[], most: number): string[] {
  const left = lines.length - most;
  const shown = left > 0 ? [...lines.slice(0, most), `… and ${left} more, above`] : lines;
  return shown.map((line, at) => `  ${(at === 0 ? name : "").padEnd(9)}${line}`);
}
