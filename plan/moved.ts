import type { Problem } from "../stack-file/problem.ts";
import type { Engine } from "../target/engine/engine.ts";

/** An engine that a client was brought up on: its address, and the name that it gave itself once and for all, where it has one (Docker). */
export interface LivedOn {
  at: string;
  id?: string;
}

/** How an `up` notes its engine. */
export function livedOn({ host, id }: Pick<Engine, "host" | "id">): LivedOn {
  return { at: host, ...(id !== undefined && { id }) };
}

/**
 * Why an `up` would leave a client on one engine and make a second of it on another; nothing where it is the same engine, by its name or by its address, or where nobody knows.
 * @param before where its last `up` brought it, or one that came to no end
 */
export function refuseMove(
  client: string,
  before: LivedOn | undefined,
  now: Pick<Engine, "host" | "id">,
): Problem | undefined {
  if (before === undefined || before.at === now.host || (before.id !== undefined && before.id === now.id)) return;
  return {
    path: "engine",
    message: `${client} was brought up on ${before.at}, where its containers and volumes are, and this would make a second one of it on ${now.host}, with the first one unwatched. Remove it there first: \`pulumi destroy --stack ${client}\`, with which all in its volumes goes (\`agentbox cp\` and \`agentbox export\` take out what is to stay); or have engine name ${before.at} again. Where that engine is no more: \`pulumi stack rm --force ${client}\`, and take .state/engines/${client} away`,
  };
}
