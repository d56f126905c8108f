import type { PostureFact } from "./fact.ts";

/**
 * Leaves out what held of a helper that is no more: its walls and its rights went with it, and the line of `helpers` says that it goes. Without this the walls of a container
 * that is removed would be told as lost. One of which anything is left is judged by all that it had. Pure.
 */
export function withoutDeparted(before: readonly PostureFact[], after: readonly PostureFact[]): PostureFact[] {
  const gone = before
    .flatMap(({ topic, about }) => (topic === "helpers" ? [about] : []))
    .filter((name) => !after.some((fact) => isOf(name, fact)));
  return before.filter((fact) => fact.topic === "helpers" || !gone.some((name) => isOf(name, fact)));
}

/** Whether a fact is of a helper: by its name in those of the stack file, by its container's in those of what is placed. */
function isOf(helper: string, { topic, about }: PostureFact): boolean {
  const [owner] = about.split(" ");
  return (owner === helper && DECLARED.includes(topic)) || (owner === `helper-${helper}` && PLACED.includes(topic));
}

/** Topics of the stack file whose facts begin with a helper's name. */
const DECLARED: readonly string[] = ["helpers", "helper-images", "helper-settings"];

/** Topics whose facts begin with a container's name. Facts of others may begin with the same word, as a guard that is called `helper-db` does. */
const PLACED: readonly string[] = [
  ...["containers", "images", "users", "capabilities", "networks", "places", "memory", "ports"],
  ...["kernel", "per-process", "unenforced", "system-calls"],
];
