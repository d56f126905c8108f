import type { Declared } from "../capabilities/capability.ts";
import type { Agent } from "../capabilities/image/agent.ts";
import { loginPlaces } from "../plan/login-places.ts";
import { loginStanding } from "../plan/login-standing.ts";
import { names } from "../plan/names.ts";
import type { Problem } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { EngineSurvey } from "../target/engine/survey.ts";
import type { FoundLogin } from "../target/engine/tell-logins.ts";
import type { Look } from "../target/look.ts";
import { target } from "../target/target.ts";

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

/**
 * What a person should know of the logins that a stack file declares, while their client is up: none is there, or it ends soon. An `up` asks it while it reads and plans.
 * @param asked what the engine says of the client's agent and gateway
 */
export async function warnOfLogins(
  asked: Promise<EngineSurvey | UserError>,
  { client, spec, agents }: Pick<Declared, "client" | "spec" | "agents">,
): Promise<Problem[]> {
  const said = agents.filter(({ name }) => spec.credentials[name] && "login" in spec.credentials[name]);
  if (said.length === 0) return [];
  // Whoever waits for the engine's answer is told what became of that.
  const survey = await asked.catch(() => undefined);
  // A copy comes with the first up.
  if (!survey || survey instanceof UserError || !survey.containers[names(client).agent]) return [];
  const look = await lookAtLogins(survey, client, said);
  return said.flatMap((agent) => {
    const { word, says } = loginStanding(client, agent, ofAgent(look, agent.name), Date.now());
    return word === "ok" || word === "unknown" ? [] : [{ path: `credentials.${agent.name}.login`, message: says }];
  });
}
