import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { hasEnded } from "../capabilities/lifetime/end.ts";
import { LABELS } from "../gateway/contract.ts";
import { instant } from "../host/awake.ts";
import { countOn, readCount, writeCount } from "../host/idle-count.ts";
import { readMaker } from "../host/maker.ts";
import { complain, say } from "../host/say.ts";
import { names } from "../plan/names.ts";
import { describeMoment } from "../stack-file/moment.ts";
import { describeSpan, secondsOf } from "../stack-file/span.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { EngineSurvey } from "../target/engine/survey.ts";
import { judgeOwnership } from "../target/ownership.ts";
import { target } from "../target/target.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { type Lifetime, readLifetime } from "./expired.ts";
import { inTurns } from "./in-turns.ts";
import { sayJson, VERSION } from "./json.ts";
import { surveyEach } from "./on-engines.ts";
import { isLockedIn, stateFiles } from "./pulumi/files.ts";

/** Looks at clients at a time: each is a few questions to the engine. */
const AT_ONCE = 8;

export const command: Command = {
  usage: "sweep [CLIENT…] [--every 5m] [--json]",
  help: `Stops, of these clients or of all of the project, those whose end has come (\`expires\`), and those in which nobody was for longer than their stack file says (\`idle\`),
as \`stop\` does. A timer calls it, every five minutes or so; docs/lifetime.md has one for systemd, for cron and for launchd. What is in use is judged from outside: sessions by the
engine, connections by the gateway. A look that failed counts as in use, and is told. A line a client; exit code 1 when something could not be looked at, or not be stopped.

  --every   goes on, and sweeps again after so long, until it is ended
  --json    for programs, a line a sweep, in the shape of docs/json.schema.json

  agentbox sweep --every 5m`,

  async run(args) {
    const options = { every: { type: "string" }, json: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const every = values.every === undefined ? undefined : secondsOf(values.every);
    if (values.every !== undefined && (every === undefined || every > 60 * 60))
      throw new UserError(2, `--every ${JSON.stringify(values.every)} is no time up to an hour; write it like 5m`);
    const sweepAll = async () => {
      // Anew each time: somebody writes a stack file meanwhile.
      const swept = await sweep(knownClients(ROOT, positionals));
      if (values.json) sayJson("sweep", { version: VERSION, clients: swept });
      else for (const line of describeSweep(swept)) say(line);
      return swept.some(({ word }) => BAD.includes(word)) ? 1 : 0;
    };
    if (every === undefined) return sweepAll();
    // A name that is no client's is a mistake of the command, and ends it.
    knownClients(ROOT, positionals);
    for (;;) {
      await sweepAll().catch(tell);
      await pause(every * 1000);
    }
  },
};

/** Of an engine that starts anew, say: it answers the next sweep. */
function tell(error: unknown): void {
  if (!(error instanceof UserError)) throw error;
  complain(`agentbox: nobody was looked at: ${error.lines.join("; ")}`);
}

/** What a sweep found of a client, or did. `open` is one that nothing stops; `UNSEEN` one that nobody could look at, `FAILED` one that may still run. */
export interface Swept {
  client: string;
  word: "stopped" | "off" | "open" | "in use" | "idle" | "UNSEEN" | "FAILED";
  says: string;
}

const BAD: readonly Swept["word"][] = ["UNSEEN", "FAILED"];

function describeSweep(swept: readonly Swept[]): string[] {
  const width = Math.max(0, ...swept.map(({ client }) => client.length));
  if (swept.length === 0) return ["There is no client: no file in stacks/"];
  return swept.map(({ client, word, says }) => `${client.padEnd(width)}  ${word.padEnd(8)} ${says}`);
}

async function sweep(clients: readonly string[]): Promise<Swept[]> {
  const agents = (of: readonly string[]) => ({ containers: of.map((client) => names(client).agent) });
  const engines = await surveyEach(ROOT, clients, agents);
  const all = engines.flatMap(({ clients, survey }) => clients.map((client) => ({ client, survey })));
  return inTurns(all.sort(byClient), AT_ONCE, async ({ client, survey }) => ({
    client,
    ...("unseen" in survey
      ? { word: "UNSEEN" as const, says: `counts as in use, for nobody could look: ${survey.unseen}` }
      : await sweepOne(survey.seen, client)),
  }));
}

const byClient = (a: { client: string }, b: { client: string }) => (a.client < b.client ? -1 : 1);

async function sweepOne(survey: EngineSurvey, client: string): Promise<Omit<Swept, "client">> {
  const runs = survey.listed.some((one) => one.client === client && !one.atRest && one.name !== names(client).lock);
  if (!runs) return { word: "off", says: "does not run" };
  // A worktree, or a colleague's checkout, has a stack file of this name, too, and another one's timer.
  const [elsewhere] = judgeOwnership(client, readMaker(), survey.belongings).problems;
  if (elsewhere) return { word: "open", says: "is another checkout's, and left to the sweep of that one" };
  const told = readTold(client);
  const inForce = await target.runState.expires(survey.engine, client);
  // Either is enough: what the file says is to be so, and what the gateway says is so.
  const ends = [told.seen?.expires, "seen" in inForce ? inForce.seen : undefined].filter((end) => end !== undefined);
  const over = ends.sort().find((end) => hasEnded(end, Date.now()));
  if (over !== undefined) return stop(survey, client, `its end has come (expires, ${describeMoment(over)})`);
  const unseen = told.unseen ?? ("unseen" in inForce ? inForce.unseen : undefined);
  if (unseen !== undefined) return { word: "UNSEEN", says: `counts as in use, for nobody could look: ${unseen}` };
  const { expires, idle } = told.seen ?? {};
  if (idle === undefined)
    return { word: "open", says: expires === undefined ? "has no end" : `ends ${describeMoment(expires)}` };
  return sweepIdle(survey, client, idle);
}

async function sweepIdle(survey: EngineSurvey, client: string, idle: number): Promise<Omit<Swept, "client">> {
  const agent = survey.containers[names(client).agent];
  const status = agent?.Config.Labels?.[LABELS.client] === client ? agent.State.Status : undefined;
  // One that somebody paused, or that ends again and again, is not at rest, and nobody can look who is in it.
  if (status === "paused" || status === "restarting") return { word: "open", says: `its agent is ${status}` };
  if (agent?.Id === undefined || status !== "running")
    // Without helpers an `up` may be at work, which places the gateway first.
    return survey.listed.some((one) => one.client === client && one.running && one.role === "beside")
      ? { word: "open", says: "its agent does not run; its helpers do" }
      : { word: "off", says: "its agent does not run" };
  const use = await target.runState.use(survey.engine, client);
  const by = "unseen" in use ? undefined : (use.seen ?? lockOf(client));
  const now = instant();
  const before = readCount(agent.Id);
  const started = agent.State.StartedAt ?? "";
  const inUse = "unseen" in use || by !== undefined;
  const mark = visited(client);
  const count = inUse ? { started, idle: 0, last: now, visited: mark } : countOn(before, started, now, mark);
  try {
    writeCount(agent.Id, count);
  } catch (error) {
    return { word: "UNSEEN", says: `how long nobody is in it cannot be noted: ${(error as Error).message}` };
  }
  if ("unseen" in use) return { word: "UNSEEN", says: `counts as in use, for nobody could look: ${use.unseen}` };
  if (by !== undefined) return { word: "in use", says: by };
  if (count.idle >= idle)
    return stop(survey, client, `nobody was in it for ${describeSpan(count.idle)} (idle, ${describeSpan(idle)})`);
  return { word: "idle", says: `nobody is in it for ${describeSpan(count.idle)} of ${describeSpan(idle)}` };
}

/** Stops it, and says why that was, or why it may still run. */
async function stop({ engine, listed }: EngineSurvey, client: string, why: string): Promise<Omit<Swept, "client">> {
  const troubles = await target.runState.stop(engine, client, listed, () => {});
  return troubles.length === 0
    ? { word: "stopped", says: why }
    : { word: "FAILED", says: `${why}, and it may still run: ${troubles.join("; ")}` };
}

function readTold(client: string): { seen?: Lifetime; unseen?: string } {
  try {
    return { seen: readLifetime(ROOT, client) };
  } catch (error) {
    if (error instanceof UserError) return { unseen: error.message };
    throw error;
  }
}

/** A command of pulumi that is at work on it, or was killed: it is not stopped under its hands. */
function lockOf(client: string): string | undefined {
  const files = stateFiles();
  return files && isLockedIn(files, client)
    ? `a command of pulumi has its lock (\`bin/pulumi preview --stack ${client}\` says whether it still runs)`
    : undefined;
}

/** The mark of the last visit by `enter`, `run`, `resume` or ssh of this checkout: it may have been between two sweeps (cli/ways/way-in.sh). */
function visited(client: string): number {
  const stat = statSync(join(ROOT, ".state/used", client), { throwIfNoEntry: false });
  return stat?.mtimeMs ?? 0;
}
