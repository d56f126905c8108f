import type { Problem } from "../stack-file/problem.ts";
import { shellWord } from "../stack-file/shell-word.ts";
import { describeGuardrails, type GuardrailFacts, judge } from "./guardrails.ts";

/**
 * What is said of a workspace that belongs to root, as whom no agent runs. A directory that is no client's is told as that: advice to give it
 * away would be taken.
 * @param path the workspace, links resolved
 */
export function refuseRoot(path: string, facts: GuardrailFacts): Problem[] {
  const mounts = [{ kind: "bind" as const, source: path, at: "/workspace", readOnly: false, key: "workspace" }];
  const stops = judge([{ mounts }], facts).filter((found) => found.path === "workspace");
  if (stops.length > 0) return describeGuardrails(stops);
  return [
    {
      path: "workspace",
      message: `${path} belongs to root, and the agent never runs as root; give it to a regular user: chown -R 1000:1000 ${shellWord(path)}`,
    },
  ];
}
