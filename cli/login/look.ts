import type { Agent } from "../../capabilities/image/agent.ts";
import { loginPlaces } from "../../plan/login-places.ts";
import { names } from "../../plan/names.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import type { FoundLogin } from "../../target/engine/tell-logins.ts";
import type { Look } from "../../target/look.ts";
import { target } from "../../target/target.ts";

/**
 * Looks at the logins of a client's agents in its volumes, from outside of its containers: one call of the engine.
 * @param survey of an engine that was asked for the client's agent and gateway: the gateway's image looks, which no agent has written
 * @returns by agent; nothing of one whose login nobody knows, or whose volume is not there
 */
export async function lookAtLogins(
  survey: EngineSurvey,
  client: string,
  agents: readonly Agent[],
): Promise<Look<ReadonlyMap<string, FoundLogin>>> {
  const own = (volume: string) =>
    survey.belongings.some(({ kind, name, client: of }) => kind === "volume" && name === volume && of === client);
  const all = loginPlaces(client, agents);
  const places = all.filter(({ volume }) => own(volume));
  const { agent, gateway } = names(client);
  // Nothing is kept of a client that is not up and has no volume; of one that is up without one, what it has is in its container.
  const nowhere = survey.containers[agent] ? [] : all.filter(({ volume }) => !own(volume));
  const absent = nowhere.map(({ agent }): [string, FoundLogin] => [agent, { is: "absent" }]);
  if (places.length === 0) return { seen: new Map(absent) };
  const image = survey.containers[gateway]?.Image;
  if (!image) return { unseen: `there is no container ${gateway}, by whose image it is looked at` };
  const look = await target.logins(survey.engine, { client, image, places });
  if ("unseen" in look) return look;
  return {
    seen: new Map([
      ...absent,
      ...places.flatMap(({ agent }, at): [string, FoundLogin][] => (look.seen[at] ? [[agent, look.seen[at]]] : [])),
    ]),
  };
}

/** What a look found of one agent. */
export function ofAgent(look: Look<ReadonlyMap<string, FoundLogin>>, agent: string): Look<FoundLogin | undefined> {
  return "unseen" in look ? look : { seen: look.seen.get(agent) };
}
