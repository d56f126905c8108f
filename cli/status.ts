import { parseArgs } from "node:util";
import type { Declared } from "../capabilities/capability.ts";
import { describeSource } from "../capabilities/delivered.ts";
import { SOON } from "../capabilities/expiry.ts";
import { daysLeft, describeEnd, hasEnded } from "../capabilities/lifetime/end.ts";
import { LABELS } from "../gateway/contract.ts";
import { readDeclarations } from "../host/declarations.ts";
import { readCount } from "../host/idle-count.ts";
import { lookAtLogins, ofAgent } from "../host/logins.ts";
import { lookAtOverlaps } from "../host/overlaps.ts";
import { say } from "../host/say.ts";
import { declaredStanding, loginStanding, type Standing } from "../plan/login-standing.ts";
import { names } from "../plan/names.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import { describeSpan } from "../stack-file/span.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Inspected } from "../target/engine/answers.ts";
import type { EngineSurvey } from "../target/engine/survey.ts";
import type { FoundLogin } from "../target/engine/tell-logins.ts";
import type { Look } from "../target/look.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { inTurns } from "./in-turns.ts";
import { sayJson, VERSION } from "./json.ts";
import { type OnEngine, surveyEach } from "./on-engines.ts";
import type { Closer } from "./status/closer.ts";

const BAD: readonly (Standing["word"] | Closer["word"])[] = ["SOON", "ENDED", "UNSEEN", "DIFFERS"];

/** What stands before a sentence about the client's networks. */
const OVERLAPS = "OVER";

/** Looks at logins that run at a time: each is a container. */
const AT_ONCE = 8;

export const command: Command = {
  usage: "status [CLIENT… | --all] [--brief] [--json]",
  help: `Shows whether these clients run, or all of the project, and since when, how their agents are logged in, and until when their keys, tokens and secrets
last, where the stack file says that, until when what is granted is open, whether its helpers run, and whether this host reaches other machines (by a VPN, say) where its networks are. A line each: ok; none (no login); unknown (no file of it is known); SOON (it ends in 14 days or less); ENDED; OVER (something of this host is over its networks);
UNSEEN (nobody could look, and nothing is said of it: of each client whose engine does not answer, too).
How an agent is logged in is read from the file that it keeps its login in: the agent writes that, so it is the agent's word. Nothing of the agent's is run, and no
login is shown. Exit code 1 when something has ended, ends soon, is over its networks, or could not be looked at.

  --brief  whether each runs, and no more: one question to each engine, for lists and prompts
  --all    looks closer at each client that is up: its gateway's health, who is in it, whether the policy of the last \`up\` is in force and of when that was, and how what runs
           differs (DIFFERS); and names clients on the engine without a file in stacks/. It takes seconds for each
  --json   for programs, in the shape of docs/json.schema.json

  agentbox status --brief
  agentbox status --all`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { all: { type: "boolean" }, brief: { type: "boolean" }, json: { type: "boolean" } },
    });
    if (values.all && positionals.length > 0) throw new UserError(2, "name clients, or say --all, not both");
    if (values.all && values.brief)
      throw new UserError(2, "--all looks closer, and --brief does not look: say one of them");
    const clients = knownClients(ROOT, positionals);
    const [engines, declarations] = await Promise.all([
      surveyEach(ROOT, clients, (of) => ({
        containers: of.flatMap((client) => [names(client).agent, names(client).gateway]),
      })),
      values.brief ? [] : readDeclarations(ROOT, { clients, here: true }),
    ]);
    const declared = new Map(declarations.map((one) => [one.client, one.declared]));
    const statuses = (engine: OnEngine) =>
      values.brief ? briefly(engine) : statusesOn(engine, declared, values.all ?? false);
    const stands = (await Promise.all(engines.map(statuses)))
      .flat()
      .sort((a, b) => clients.indexOf(a.client) - clients.indexOf(b.client));
    // Of each engine that was asked: a client that lives on another one is none of these.
    const strays = engines.flatMap(({ clients: own, survey }) =>
      values.all && "seen" in survey
        ? survey.seen.clients.filter((client) => !own.includes(client) && !clients.includes(client))
        : [],
    );
    if (values.json) sayJson("status", { version: VERSION, clients: stands, ...(values.all && { strays }) });
    else {
      for (const line of stands.flatMap(describeStatus)) say(line);
      for (const stray of strays)
        say(
          `${stray} has no file in stacks/, and this engine has something of it, which may be another checkout's: \`agentbox take-over ${stray}\`, or \`agentbox wipe ${stray}\``,
        );
    }
    if (!values.json && stands.length === 0) say("There is no client: no file in stacks/");
    const bad = stands.some(
      ({ helpers = [], agents = [], ends = [], networks, unseen, closer = [] }) =>
        unseen !== undefined ||
        networks !== undefined ||
        [...helpers, ...agents, ...ends, ...closer].some(({ word }) => BAD.includes(word)),
    );
    return bad ? 1 : 0;
  },
};

export interface Status {
  client: string;
  /** As the engine says it: `running`, `exited`; nothing where there is no container. */
  runs?: string;
  since?: string;
  /** Those of the stack file, where the client is up. These three are left out where nobody was to look. */
  helpers?: (Standing & { helper: string })[];
  agents?: (Standing & { agent: string })[];
  /** What ends, by the stack file. */
  ends?: (Standing & { key: string })[];
  /** What is wrong with its networks, or why nobody could look. */
  networks?: { word: typeof OVERLAPS | "UNSEEN"; says: string };
  /** Why nothing is known of its agents and of what ends. */
  unseen?: string;
  /** What a closer look found, where one was asked for. */
  closer?: Closer[];
}

/** Of all clients of one engine. */
async function statusesOn(
  { clients, survey }: OnEngine,
  declared: ReadonlyMap<string, Declared | undefined>,
  close: boolean,
): Promise<Status[]> {
  if ("unseen" in survey) return clients.map((client) => ({ client, unseen: survey.unseen }));
  const overlaps = await lookAtOverlaps(survey.seen);
  return inTurns(clients, AT_ONCE, async (client) => ({
    ...(await statusOf(survey.seen, client, declared.get(client))),
    ...ofNetworks(overlaps(client)),
    ...(close &&
      agentOf(survey.seen, client) && {
        closer: await (await import("./status/closer.ts")).lookCloser(ROOT, survey.seen, client),
      }),
  }));
}

/** Of all clients of one engine whether each runs, by what the survey has seen. */
async function briefly({ clients, survey }: OnEngine): Promise<Status[]> {
  return clients.map((client) =>
    "unseen" in survey ? { client, unseen: survey.unseen } : stateOf(client, agentOf(survey.seen, client)),
  );
}

function agentOf(survey: EngineSurvey, client: string): Inspected | undefined {
  const found = survey.containers[names(client).agent];
  return found?.Config.Labels?.[LABELS.client] === client ? found : undefined;
}

function stateOf(client: string, agent: Inspected | undefined): Pick<Status, "client" | "runs" | "since"> {
  const started = Date.parse(agent?.State.StartedAt ?? "");
  return {
    client,
    ...(agent && { runs: agent.State.Status }),
    ...(agent?.State.Status === "running" && started > 0 && { since: asMoment(started) }),
  };
}

/** @param declared nothing where its stack file has mistakes */
async function statusOf(survey: EngineSurvey, client: string, declared: Declared | undefined): Promise<Status> {
  const own = agentOf(survey, client);
  const now = Date.now();
  const state = stateOf(client, own);
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

/** A client's status for a person. */
function describeStatus(status: Status): string[] {
  const { client, helpers = [], agents = [], ends = [], networks, unseen, closer = [] } = status;
  return [
    `${client} ${describeState(status)}`,
    ...closer.map(({ about, word, says }) => `  ${word.padEnd(WIDTH)}${about}: ${says}`),
    ...helpers.map(({ helper, word, says }) => `  ${word.padEnd(WIDTH)}helper ${helper}: ${says}`),
    ...agents.map(({ agent, word, says }) => `  ${word.padEnd(WIDTH)}${agent}: ${says}`),
    ...ends.map(({ key, word, says }) => `  ${word.padEnd(WIDTH)}${key}: ${says}`),
    ...(networks ? [`  ${networks.word.padEnd(WIDTH)}${networks.says}`] : []),
    ...(unseen === undefined ? [] : [`  ${"UNSEEN".padEnd(WIDTH)}${unseen}`]),
  ];
}

function describeState({ runs, since, helpers, unseen }: Status): string {
  // Of a stack file with mistakes the engine was asked all the same.
  if (runs === undefined && unseen !== undefined && helpers === undefined) return "could not be looked at";
  if (runs === undefined) return "is not up";
  if (runs !== "running") return `does not run: its agent's container is ${JSON.stringify(runs)}`;
  return `runs${since === undefined ? "" : ` since ${describeMoment(since)}`}`;
}

const WIDTH = 9;
