import { LABELS } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { asMoment } from "../../stack-file/moment.ts";
import type { Inspected } from "../../target/engine/answers.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import type { OnEngine } from "../on-engines.ts";
import type { Status } from "./status.ts";

/** Of all clients of one engine whether each runs, by what the survey has seen. */
export async function lookBriefly({ clients, survey }: OnEngine): Promise<Status[]> {
  return clients.map((client) =>
    "unseen" in survey ? { client, unseen: survey.unseen } : stateOf(client, survey.seen),
  );
}

/** The agent's container, where the engine has it and it says that it is this client's. */
export function agentOf(survey: EngineSurvey, client: string): Inspected | undefined {
  return ownOf(survey, client, names(client).agent);
}

function ownOf(survey: EngineSurvey, client: string, container: string): Inspected | undefined {
  const found = survey.containers[container];
  return found?.Config.Labels?.[LABELS.client] === client ? found : undefined;
}

/** Whether its agent runs, and since when, and whether its gateway does: without that nothing gets out. */
export function stateOf(client: string, survey: EngineSurvey): Pick<Status, "client" | "runs" | "gateway" | "since"> {
  const [agent, gateway] = [agentOf(survey, client), ownOf(survey, client, names(client).gateway)];
  const started = Date.parse(agent?.State.StartedAt ?? "");
  return {
    client,
    ...(agent && { runs: agent.State.Status }),
    ...(gateway && { gateway: gateway.State.Status }),
    ...(agent?.State.Status === "running" && started > 0 && { since: asMoment(started) }),
  };
}
