import type { PostureFact } from "../../plan/review/fact.ts";
import { neutral, type Topic } from "../../plan/review/topic.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { variables } from "./variable.ts";

/** A plain variable gives the agent nothing that it could not set itself: names that steer the sandbox's own programs are refused. */
export const environmentTopics: Readonly<Record<string, Topic>> = { environment: neutral() };

export function environmentFacts(spec: Pick<Spec, "environment">): PostureFact[] {
  return variables(spec).map(({ name, agent, value, key }) => ({
    topic: "environment",
    about: agent === undefined ? name : `${agent}/${name}`,
    says: JSON.stringify(value),
    key,
  }));
}
