import type { Declared } from "../../capabilities/capability.ts";
import { describeSource } from "../../capabilities/delivered.ts";
import { SOON } from "../../capabilities/expiry.ts";
import { daysLeft, describeEnd, hasEnded } from "../../capabilities/lifetime/end.ts";
import { flawless, readDeclarations } from "../../host/declarations.ts";
import { readCount } from "../../host/idle-count.ts";
import { lookAtLogins, ofAgent } from "../../host/logins.ts";
import { lookAtOverlaps } from "../../host/overlaps.ts";
import { declaredStanding, loginStanding } from "../../plan/login-standing.ts";
import { names } from "../../plan/names.ts";
import { asMoment, describeMoment } from "../../stack-file/moment.ts";
import { describeSpan } from "../../stack-file/span.ts";
import type { Inspected } from "../../target/engine/answers.ts";
import type { EngineSurvey } from "../../target/engine/survey.ts";
import type { FoundLogin } from "../../target/engine/tell-logins.ts";
import type { Look } from "../../target/look.ts";
import { inTurns } from "../in-turns.ts";
import type { OnEngine } from "../on-engines.ts";
import { agentOf, stateOf } from "./runs.ts";
import { OVERLAPS, type Status } from "./status.ts";

/** Looks at logins that run at a time: each is a container. */
const AT_ONCE = 8;

/** How clients are looked at that live on one engine. @param closely as `--all` does: at what runs, too */
export async function lookBy(
  root: string,
  clients: readonly string[],
  closely: boolean,
): Promise<(engine: OnEngine) => Promise<Status[]>> {
  const declarations = await readDeclarations(root, { clients, here: true });
  const declared = new Map(declarations.map((one) => [one.client, flawless(one)]));
  return (engine) => statusesOn(root, engine, declared, closely);
}

/** Of all clients of one engine. */
async function statusesOn(
  root: string,
  { clients, survey }: OnEngine,
  declared: ReadonlyMap<string, Declared | undefined>,
  closely: boolean,
): Promise<Status[]> {
  if ("unseen" in survey) return clients.map((client) => ({ client, unseen: survey.unseen }));
  const overlaps = await lookAtOverlaps(survey.seen);
  return inTurns(clients, AT_ONCE, async (client) => ({
    ...(await statusOf(survey.seen, client, declared.get(client))),
    ...ofNetworks(overlaps(client)),
    ...(closely &&
      agentOf(survey.seen, client) && {
        closer: await (await import("./closer.ts")).lookCloser(root, survey.seen, client),
      }),
  }));
}

/** @param declared nothing where its stack file has mistakes */
async function statusOf(survey: EngineSurvey, client: string, declared: Declared | undefined): Promise<Status> {
  const own = agentOf(survey, client);
  const now = Date.now();
  const state = stateOf(client, survey);
  if (!declared)
    return {
      ...state,
      helpers: [],
      agents: [],
      ends: [],
      unseen: `its stack file has mistakes: \`agentbox check ${client}\``,
    };
  const logins = await lookAtLogins(survey, client, declared.agents);
  const helpers = own ? helpersOf(declared, survey) : [];
  const ends = [...lifetimeOf(declared, own, now), ...grantsOf(declared, now), ...endsOf(declared, now)];
  return { ...state, helpers, agents: agentsOf(declared, logins, now), ends };
}

function ofNetworks(look: Look<string | undefined> | undefined): Pick<Status, "networks"> {
  if (look === undefined) return {};
  if ("unseen" in look) return { networks: { word: "UNSEEN", says: look.unseen } };
  return look.seen === undefined ? {} : { networks: { word: OVERLAPS, says: look.seen } };
}

/** Whether each helper runs. */
function helpersOf({ client, spec }: Declared, { listed }: EngineSurvey): NonNullable<Status["helpers"]> {
  return Object.keys(spec.helpers)
    .sort()
    .map((helper) => {
      const found = listed.find(({ name }) => name === names(client).helper(helper));
      if (found?.running) return { helper, word: "ok", says: "runs" };
      const says = found
        ? `does not run; \`agentbox logs ${client} --of ${helper}\``
        : "is not there; an `up` places it";
      return { helper, word: "ENDED", says };
    });
}

/** How each agent that takes a login or a key has one. */
function agentsOf(
  { client, agents, files }: Declared,
  logins: Look<ReadonlyMap<string, FoundLogin>>,
  now: number,
): NonNullable<Status["agents"]> {
  return agents.flatMap((agent) => {
    if (!agent.login) return [];
    const { name } = agent;
    const key = files.find((file) => file.role === "variable" && file.key === `credentials.${name}.apiKey`);
    if (key?.role !== "variable") return [{ agent: name, ...loginStanding(client, agent, ofAgent(logins, name), now) }];
    const what = `key ${key.name} (${describeSource(key.source)})`;
    return [{ agent: name, ...declaredStanding(what, key.expires, now) }];
  });
}

/** The sandbox's own end, and how long nobody is in it, as the last sweep saw it. */
function lifetimeOf(
  { spec: { expires, idle } }: Declared,
  agent: Inspected | undefined,
  now: number,
): NonNullable<Status["ends"]> {
  const over = expires !== undefined && hasEnded(expires, now);
  const soon = expires !== undefined && daysLeft(expires, now) <= SOON;
  const count = agent?.Id === undefined ? undefined : readCount(agent.Id);
  const seen =
    count === undefined || count.started !== agent?.State.StartedAt
      ? "no `agentbox sweep` has looked since it was started"
      : `nobody in it for ${describeSpan(count.idle)}, by the sweep of ${describeMoment(asMoment(count.last.at * 1000))}`;
  return [
    ...(expires === undefined
      ? []
      : [{ key: "expires", word: over ? "ENDED" : soon ? "SOON" : "ok", says: describeEnd(expires, now) } as const]),
    ...(idle === undefined
      ? []
      : [{ key: "idle", word: "ok", says: `stopped after ${describeSpan(idle)}: ${seen}` } as const]),
  ];
}

/** What is granted, each until its end. That one has ended is as it was meant. */
function grantsOf({ policy }: Declared, now: number): NonNullable<Status["ends"]> {
  return (policy?.grants ?? []).map(({ name, until }, index) => ({
    ...{ key: `grants[${index}]`, word: "ok" },
    says:
      until <= asMoment(now)
        ? `${name} ended ${describeMoment(until)}; the line can go`
        : `${name} is open until ${describeMoment(until)}`,
  }));
}

/** What else ends: secrets and tokens of git. */
function endsOf({ files }: Declared, now: number): NonNullable<Status["ends"]> {
  const ends = new Map(
    files.flatMap(({ key, expires, source }) =>
      expires !== undefined && !key.startsWith("credentials.")
        ? [[key, declaredStanding(describeSource(source), expires, now)] as const]
        : [],
    ),
  );
  return [...ends].map(([key, standing]) => ({ key, ...standing }));
}
