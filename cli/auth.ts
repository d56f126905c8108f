import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { domainsOf } from "../capabilities/auth/facts.ts";
import { askPerson, complain, passOverInput, say } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { askOnDesktop, canAsk, openInBrowser } from "./auth/desktop.ts";
import type { Page } from "./auth/page.ts";
import { question } from "./auth/question.ts";
import { relay } from "./auth/relay.ts";
import { type Command, ROOT } from "./command.ts";
import { readOutputs } from "./pulumi/outputs.ts";
import { openDoor } from "./ways/way-in.ts";

export const command: Command = {
  usage: "auth CLIENT [--for 5m] [--beside]",
  help: `Opens pages in your browser for an agent that logs in, each after your yes, and carries the answer of the login into the sandbox. It goes on until it is
interrupted. You are asked in a window of your desktop, else at this terminal; where there is neither, the answer is no. Which sites may be asked for is
\`auth.domains\` in the stack file. docs/callbacks.md says more.

  --for 5m   how long a login may take: 15m at most
  --beside   as \`enter\` and \`resume\` start it: asks in a window alone, tells what it has to tell at the end of its stdin, and ends with it

  agentbox auth acme`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { for: { type: "string", default: "5m" }, beside: { type: "boolean", default: false } },
    });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    return values.beside ? beside(client, secondsOf(values.for)) : here(client, secondsOf(values.for));
  },
};

/** At a terminal that is the person's own. */
async function here(client: string, seconds: number): Promise<number> {
  const { engine } = await openDoor({ client, start: false, yes: false });
  // What was typed before a question is no answer to it.
  passOverInput();
  const ask = async (page: Page) => {
    const lines = question(client, page);
    const answer = await askOnDesktop(question(client, page, ROOM));
    if (answer !== undefined) return answer === "yes";
    for (const line of lines) complain(line);
    const said = await askPerson("Open it? Only yes opens it:");
    passOverInput();
    if (said === undefined) complain("nobody can be asked: there is neither a desktop nor a terminal here");
    return said?.toLowerCase() === "yes";
  };
  const carry = relay({ ...around(engine, client, seconds), ask, tell: say });
  say(`agents of ${client} are heard, until you interrupt this (Ctrl-C)`);
  const how = await target.auth.asked(engine, client, carry.take, new AbortController().signal);
  carry.end();
  throw new UserError(3, `${client} is not heard any more: ${"unseen" in how ? how.unseen : "it ended"}`);
}

/**
 * Beside an agent's own terminal. What is shown there can be painted over, and what is typed there goes to the agent, so nobody is asked there and nothing is told there
 * while it lasts.
 */
async function beside(client: string, seconds: number): Promise<number> {
  // The terminal sends these to the agent's whole group.
  for (const signal of ["SIGINT", "SIGQUIT"] as const) process.on(signal, () => {});
  const end = new AbortController();
  const left = new Promise<void>((resolve) => process.stdin.resume().once("end", resolve).once("error", resolve));
  left.then(() => end.abort());
  const told: string[] = [];
  const heard = hear(client, seconds, told, end.signal).catch((error) => {
    told.push(...(error instanceof UserError ? error.lines : [String(error)]));
  });
  await left;
  // Whoever leaves waits neither for an engine nor for a window.
  await Promise.race([heard, setTimeout(LEAVING)]);
  for (const line of told.slice(-TOLD)) complain(`agentbox: ${line}`);
  process.exit(0);
}

/** What there is to tell once nobody listens any more is added to `told`. */
async function hear(client: string, seconds: number, told: string[], end: AbortSignal): Promise<void> {
  // The request waits where it is, for who can ask.
  if (!canAsk()) return;
  const { engine } = await openDoor({ client, start: false, yes: false });
  const ask = async (page: Page) => (await askOnDesktop(question(client, page, ROOM))) === "yes";
  const carry = relay({ ...around(engine, client, seconds), ask, tell: (line) => void told.push(line) });
  await target.auth.asked(engine, client, carry.take, end);
  carry.end();
}

function around(engine: Parameters<typeof target.auth.asked>[0], client: string, seconds: number) {
  return {
    ...{ client, seconds, open: openInBrowser, now: () => performance.now(), rest: () => setTimeout(1000) },
    domains: async () => {
      try {
        return { seen: domainsOf((await readOutputs(ROOT, client)).facts) };
      } catch (error) {
        if (error instanceof UserError) return { unseen: error.lines.join("; ") };
        throw error;
      }
    },
    handIn: (port: number, request: string) => target.auth.handIn(engine, client, port, request),
  };
}

/** Milliseconds that what was begun may still take when the agent has ended. */
const LEAVING = 100;
/** Letters of a URL that a window has room for. */
const ROOM = 700;
/** Lines that are told after an agent's terminal at most: the last ones. */
const TOLD = 6;

/** @throws UserError 2 */
function secondsOf(text: string): number {
  const [, number, unit] = /^(\d{1,4})([sm])$/.exec(text) ?? [];
  const seconds = Number(number) * (unit === "m" ? 60 : 1);
  if (seconds >= 1 && seconds <= 900) return seconds;
  throw new UserError(2, `--for "${text}" is not how long a login may take; write it like 90s or 5m, 15m at most`);
}
