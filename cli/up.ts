import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import { confirmed } from "./belongings.ts";
import { knownClients } from "./client.ts";
import { carryOut } from "./client-plan.ts";
import { type Command, ROOT } from "./command.ts";
import { table } from "./format/table.ts";
import { inTurns } from "./in-turns.ts";
import { Interrupts } from "./interrupts.ts";
import { describeOperations, describePlans, dropPlans, type Planned, planClient } from "./up/planned.ts";

export const command: Command = {
  usage: "up CLIENT… | --all [-j N] [--keep-going] [--yes]",
  help: `Brings several clients up: previews all of them, tells once what changes for each in words, asks once, and carries out what was planned, and nothing else.
One client is \`pulumi up --stack CLIENT\`.

  --all         each client with a file in stacks/
  -j N          so many at a time; one after the other is the default
  --keep-going  goes on with the others after one that cannot be planned, or fails. Without it the first is the last that is begun, and with one that cannot be planned none is
  --yes         does not ask

What would be done for a client when its turn comes, and is not what was planned, is planned once more; it is carried out where the same words tell it and no more resources change, and else fails.
Ctrl-C ends those that are under way as it ends one \`pulumi up\`, and begins no other.
Exit codes: 0 each client is as its file says; 1 one is not; 2 bad usage.`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        all: { type: "boolean", default: false },
        jobs: { type: "string", short: "j", default: "1" },
        "keep-going": { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
      },
    });
    const { all, jobs, yes, "keep-going": keepGoing } = values;
    if (all === positionals.length > 0)
      throw new UserError(2, `name clients, or say --all${all ? ", not both" : ""}: agentbox ${command.usage}`);
    if (!/^([1-9]|[1-9]\d)$/.test(jobs))
      throw new UserError(2, `-j ${JSON.stringify(jobs)} is not how many at a time; write 1 to 99`);
    const clients = knownClients(ROOT, positionals);
    const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-up-"));
    const interrupts = new Interrupts();
    try {
      return await bringUp(clients, { folder, interrupts, jobs: Number(jobs), keepGoing, yes });
    } finally {
      interrupts.done();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface How {
  /** Where plans are meanwhile, which no other user can read. */
  folder: string;
  interrupts: Interrupts;
  jobs: number;
  keepGoing: boolean;
  yes: boolean;
}

async function bringUp(clients: readonly string[], how: How): Promise<number> {
  const { interrupts, jobs, keepGoing, yes } = how;
  const plans = await inTurns(clients, jobs, async (client) =>
    interrupts.asked ? notPlanned(client) : planClient(client, planOf(client, how), interrupts),
  );
  if (interrupts.asked) return nothingWasChanged(plans);
  for (const line of describePlans(plans)) say(line);
  const good = plans.filter(({ cannot }) => !cannot);
  const bad = plans.filter(({ cannot }) => cannot);
  const todo = good.filter(({ becomes }) => becomes !== "unchanged");
  const others = good.length === todo.length ? "" : `; ${good.length - todo.length} as their files say already`;
  if (bad.length > 0 && !keepGoing) {
    await dropPlans(plans);
    say(`${names(bad)} cannot be planned. Nothing was changed; --keep-going brings the others up`);
    return 1;
  }
  const question = `Bring up ${todo.length === 1 ? "1 client" : `${todo.length} clients`} (${names(todo)})${others}?`;
  // Nobody waits for an answer any more, and the plans go.
  interrupts.whenIdle = async () => {
    rmSync(how.folder, { recursive: true, force: true });
    process.exit(await nothingWasChanged(plans));
  };
  const nobodyThere = async (error: unknown) => {
    await dropPlans(plans);
    throw error;
  };
  if (todo.length > 0 && !(await confirmed(question, yes).catch(nobodyThere))) return nothingWasChanged(plans);
  interrupts.whenIdle = undefined;
  let done = 0;
  let failed = false;
  const begun = await inTurns(todo, jobs, async (plan): Promise<Outcome> => {
    if (interrupts.asked || (failed && !keepGoing)) return { client: plan.client, end: "not begun" };
    const outcome = await carryOutOne(plan, how);
    if (outcome.end === "failed") failed = true;
    say(`[${++done}/${todo.length}] ${plan.client}: ${outcome.end} after ${outcome.seconds?.toFixed(1)} s`);
    return outcome;
  });
  await dropPlans(todo.filter((_, at) => begun[at]?.end === "not begun"));
  const untouched = good.filter((plan) => !todo.includes(plan));
  const outcomes: Outcome[] = [
    ...begun,
    ...untouched.map(({ client }) => ({ client, end: "unchanged" as const })),
    ...bad.map(({ client, cannot }) => ({ client, end: "failed" as const, why: firstLine(cannot ?? []) })),
  ];
  tell(outcomes.sort((a, b) => (a.client < b.client ? -1 : 1)));
  return outcomes.every(({ end }) => end !== "failed" && end !== "not begun") ? 0 : 1;
}

/** How it ended for a client. */
interface Outcome {
  client: string;
  end: Planned["becomes"] | "failed" | "not begun";
  seconds?: number;
  why?: string;
}

/** Carries out what was planned. What was planned may have become another thing meanwhile: of two new clients that wanted one range of addresses the second takes the next. */
async function carryOutOne(plan: Planned, how: How): Promise<Outcome> {
  const { client } = plan;
  const { interrupts } = how;
  const begin = performance.now();
  const ended = (end: Outcome["end"], why?: string) => ({
    ...{ client, end, seconds: (performance.now() - begin) / 1000 },
    ...(why !== undefined && { why }),
  });
  const first = await carryOut(client, plan.file, { show: false, interrupts });
  if (first.code === 0) return ended(plan.becomes);
  if (!first.violated || interrupts.asked) return failure(client, first.text, ended);
  const anew = await planClient(client, planOf(client, how), interrupts);
  if (anew.cannot) return failure(client, anew.cannot.join("\n"), ended);
  if (doesOtherThan(plan, anew))
    return failure(client, [OTHERWISE, ...anew.words, describeOperations(anew)].join("\n"), ended);
  const second = await carryOut(client, anew.file, { show: false, interrupts });
  return second.code === 0 ? ended(plan.becomes) : failure(client, second.text, ended);
}

/** Whether a plan says other words than what was told, or touches more. */
function doesOtherThan(told: Planned, anew: Planned): boolean {
  return (
    anew.words.join("\n") !== told.words.join("\n") ||
    Object.entries(anew.operations).some(([operation, count]) => count > (told.operations[operation] ?? 0))
  );
}

const OTHERWISE =
  "error: what it would do now is not what was told: something changed since, and nothing of that was done";

/** Shows all that was said, for a person has to read it: the report at the end has its first line. */
function failure(client: string, text: string, ended: (end: "failed", why: string) => Outcome): Outcome {
  const lines = text.split("\n");
  for (const line of lines) say(`${client} | ${line}`);
  return ended("failed", firstLine(lines));
}

/** The first error that says something, with the line after one that names a file or a command alone: that it failed is told beside it. */
function firstLine(lines: readonly string[]): string {
  const begins = lines.findIndex((line) => /^\s*error: (?!(update|preview) failed$)/.test(line));
  const [first = "", second = ""] = lines.slice(Math.max(0, begins)).map((line) => line.trim().replace(/^error: /, ""));
  return /^stacks\/\S+$|:$/.test(first) ? `${first.replace(/:$/, "")}: ${second}` : first;
}

function tell(outcomes: readonly Outcome[]): void {
  say();
  table([
    ["client", "", "seconds", ""],
    ...outcomes.map(({ client, end, seconds, why = "" }) => [client, end, seconds?.toFixed(1) ?? "", why]),
  ]);
  const ends = ["created", "changed", "unchanged", "failed", "not begun"] as const;
  const counts = ends.map((end) => [outcomes.filter((outcome) => outcome.end === end).length, end] as const);
  say(counts.flatMap(([count, end]) => (count > 0 ? [`${count} ${end}`] : [])).join(", "));
}

function names(plans: readonly Planned[]): string {
  return plans.map(({ client }) => client).join(", ");
}

async function nothingWasChanged(plans: readonly Planned[]): Promise<number> {
  await dropPlans(plans);
  say("nothing was changed");
  return 1;
}

function planOf(client: string, { folder }: How): string {
  return join(folder, `${client}.plan.json`);
}

function notPlanned(client: string): Planned {
  return { client, file: "", words: [], operations: {}, becomes: "unchanged", cannot: ["nobody planned it"] };
}
