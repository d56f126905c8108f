import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../host/say.ts";
import { endsIn } from "../plan/review/tell.ts";
import { confirmed } from "./belongings.ts";
import type { Command } from "./command.ts";
import { table } from "./format/table.ts";
import { inTurns } from "./in-turns.ts";
import { Interrupts } from "./interrupts.ts";
import { carryOut } from "./pulumi/plan.ts";
import { Steps } from "./pulumi/steps.ts";
import { tellSteps } from "./pulumi/told.ts";
import { askedClients, SEVERAL } from "./up/asked.ts";
import { describeOperations, describePlans, dropPlans, type Planned, planClient } from "./up/planned.ts";
import { describeEnd } from "./up/report.ts";

export const command: Command = {
  usage: "up CLIENT… | --all [-j N] [--keep-going] [--yes] [--raw]",
  help: `Brings clients up: previews all of them, tells once what changes for each in words, asks once, and carries out what was planned, and nothing else.
Of one client each step is told as it ends, and at the end what changed, the walls, and how to get in; where it fails, why is the last thing on the screen. Pulumi does all of it, and
its commands are shown: \`pulumi up --stack CLIENT\` does the same.

  --all         each client with a file in stacks/
  -j N          so many at a time; one after the other is the default
  --keep-going  goes on with the others after one that cannot be planned, or fails. Without it the first is the last that is begun, and with one that cannot be planned none is
  --yes         does not ask
  --raw         shows all that pulumi prints of one client, as it prints it

What would be done for a client when its turn comes, and is not what was planned, is planned once more; it is carried out where the same words tell it and no more resources change, and else fails.
Ctrl-C ends those that are under way as it ends one \`pulumi up\`, and begins no other.
Exit codes: 0 each client is as its file says; 1 one is not; 2 bad usage.

  agentbox up acme
  agentbox up --all -j 4 --keep-going`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...SEVERAL,
        "keep-going": { type: "boolean", default: false },
        yes: { type: "boolean", default: false },
        raw: { type: "boolean", default: false },
      },
    });
    const { yes, raw, "keep-going": keepGoing } = values;
    const { clients, jobs } = askedClients(values, positionals, command.usage);
    const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-up-"));
    const interrupts = new Interrupts();
    try {
      return await bringUp(clients, { folder, interrupts, jobs, keepGoing, yes, raw });
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
  raw: boolean;
}

async function bringUp(clients: readonly string[], how: How): Promise<number> {
  const { interrupts, jobs, keepGoing, yes } = how;
  const [one, ...others] = clients;
  const alone = others.length === 0 ? one : undefined;
  if (alone !== undefined) say(`$ pulumi preview --stack ${alone} --save-plan PLAN`);
  const plans = await inTurns(clients, jobs, async (client) =>
    interrupts.asked ? notPlanned(client) : planClient(client, planOf(client, how), interrupts, "up"),
  );
  if (interrupts.asked) return nothingWasChanged(plans);
  for (const line of describePlans(plans)) say(line);
  const good = plans.filter(({ cannot }) => !cannot);
  const bad = plans.filter(({ cannot }) => cannot);
  const todo = good.filter(({ becomes }) => becomes !== "unchanged");
  const asTheyAre = good.length === todo.length ? "" : `; ${good.length - todo.length} as their files say already`;
  if (bad.length > 0 && !keepGoing) {
    await dropPlans(plans);
    // Above is what is said of all; of one alone that is the reason and nothing else.
    if (alone === undefined) for (const { client, cannot } of bad) say(`${client}: ${firstLine(cannot ?? [])}`);
    say(
      `${names(bad)} cannot be planned. Nothing was changed${alone === undefined ? "; --keep-going brings the others up" : ""}`,
    );
    return 1;
  }
  const ends = todo.flatMap(({ words }) => words.flatMap(endsIn));
  const ending = ends.length > 0 ? `, which ends ${ends.join("; ")}` : "";
  const question = `Bring up ${todo.length === 1 ? "1 client" : `${todo.length} clients`} (${names(todo)})${asTheyAre}${ending}?`;
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
  const [only] = todo;
  if (alone !== undefined && good.length === 1 && !only) {
    say(`${alone} is as its file says, and nothing was changed. To get in: agentbox enter ${alone}`);
    return 0;
  }
  if (alone !== undefined && only) return bringOneUp(only, how);
  let done = 0;
  let failed = false;
  const begun = await inTurns(todo, jobs, async (plan): Promise<Outcome> => {
    if (interrupts.asked || (failed && !keepGoing)) return { client: plan.client, end: "not begun" };
    const outcome = await carryOutOne(plan, how);
    if (outcome.end === "failed") failed = true;
    // A person has to read it: the report at the end has its first line.
    for (const line of outcome.said?.text.split("\n") ?? []) say(`${plan.client} | ${line}`);
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

/** Of one client a person sees each step, and reads at the end what it came to, or why it failed and nothing below that. */
async function bringOneUp(plan: Planned, how: How): Promise<number> {
  const { client } = plan;
  say(`$ pulumi up --stack ${client} --plan PLAN`);
  let told = new Steps(client);
  const outcome = await carryOutOne(plan, how, async (file) => {
    const { end, steps } = await tellSteps(client, how, (words, shown) =>
      carryOut(client, file, { ...shown, interrupts: how.interrupts }, words),
    );
    told = steps;
    return end;
  });
  const failed = outcome.end === "failed" ? (outcome.said ?? { text: "", stderr: "" }) : undefined;
  say();
  for (const line of describeEnd(plan, told, outcome.seconds ?? 0, failed, how.interrupts.asked)) say(line);
  return outcome.end === "failed" ? 1 : 0;
}

/** How it ended for a client. */
interface Outcome {
  client: string;
  end: Planned["becomes"] | "failed" | "not begun";
  seconds?: number;
  why?: string;
  /** All that was said, of one that failed. */
  said?: { text: string; stderr: string };
}

/** Carries out what was planned. What was planned may have become another thing meanwhile: of two new clients that wanted one range of addresses the second takes the next. */
async function carryOutOne(
  plan: Planned,
  how: How,
  run: (file: string) => ReturnType<typeof carryOut> = (file) =>
    carryOut(plan.client, file, { show: false, interrupts: how.interrupts }),
): Promise<Outcome> {
  const { client } = plan;
  const { interrupts } = how;
  const begin = performance.now();
  const ended = (end: Outcome["end"]) => ({ client, end, seconds: (performance.now() - begin) / 1000 });
  const failed = (said: { text: string; stderr: string }) => ({
    ...ended("failed"),
    ...{ said, why: firstLine(said.text.split("\n")) },
  });
  const first = await run(plan.file);
  if (first.code === 0) return ended(plan.becomes);
  if (!first.violated || interrupts.asked) return failed(first);
  const anew = await planClient(client, planOf(client, how), interrupts, "up");
  if (anew.cannot) return failed({ text: anew.cannot.join("\n"), stderr: anew.cannot.join("\n") });
  if (doesOtherThan(plan, anew)) {
    const text = [...anew.words, describeOperations(anew), OTHERWISE].join("\n");
    return failed({ text, stderr: text });
  }
  const second = await run(anew.file);
  return second.code === 0 ? ended(plan.becomes) : failed(second);
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
