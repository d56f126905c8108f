import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LABELS } from "../../gateway/contract.ts";
import { engineOf } from "../../host/engine-of.ts";
import { complain } from "../../host/say.ts";
import { names } from "../../plan/names.ts";
import { packageOf } from "../../setup/places.ts";
import { stackFiles } from "../../stack-file/look/stack-files.ts";
import { Name } from "../../stack-file/patterns.ts";
import { present } from "../../stack-file/present.ts";
import { suggest } from "../../stack-file/problem.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Engine } from "../../target/engine/engine.ts";
import { target } from "../../target/target.ts";
import { describeClients } from "../client.ts";
import { ROOT } from "../command.ts";
import { refuseExpired } from "../expired.ts";
import { endTelling } from "../verbose.ts";

/** What a person wrote after a word that leads into a sandbox. */
export interface Words {
  client: string;
  /** Between the client and `--`. */
  named: string[];
  /** After `--`; nothing where there is none. */
  after: string[] | undefined;
  start: boolean;
  yes: boolean;
}

/** What the options of all ways in mean. */
export const START_HELP = `  --start   brings a client up that does not run, by \`agentbox up\`, which shows what changes, and asks: no agent runs behind walls that nobody has proven
  --yes     with --start: does not ask`;

/** @throws UserError 2 when they make no sense */
export function readWords(args: readonly string[], usage: string): Words {
  const end = args.indexOf("--");
  const { values, positionals } = parseArgs({
    args: end < 0 ? [...args] : args.slice(0, end),
    allowPositionals: true,
    options: { start: { type: "boolean" }, yes: { type: "boolean" } },
  });
  const [client, ...named] = positionals;
  if (client === undefined) throw new UserError(2, `which client? agentbox ${usage}`);
  const { start = false, yes = false } = values;
  if (yes && !start) throw new UserError(2, `--yes goes with --start: agentbox ${usage}`);
  return { client, named, after: end < 0 ? undefined : args.slice(end + 1), start, yes };
}

/** What of an agent's container decides whether somebody can go in. */
export interface Door {
  /** As the engine says it: `running`, `exited`; nothing where there is no container. */
  status?: string;
  /** Agents in its image, where that says it. */
  agents: string[];
}

/**
 * Finds a client's agent container that runs, brings the client up where that is asked for, and says why nobody can go in otherwise. What it says, it says on
 * stderr, for stdout is the command's in the sandbox.
 * @param of with `late` also a client whose end has come: for who fetches what is his
 * @throws UserError
 */
export async function openDoor({
  client,
  start,
  yes,
  late = false,
}: Pick<Words, "client" | "start" | "yes"> & { late?: boolean }): Promise<{ engine: Engine; door: Door }> {
  if (!late || start) refuseExpired(ROOT, client);
  const { engine, door, clients } = await lookAtDoor(client);
  if (door.status === "running") return { engine, door };
  const declared = stackFiles(ROOT).map((stack) => stack.client);
  if (!declared.includes(client) && !clients.includes(client))
    throw new UserError(
      2,
      `there is no client "${client}": no file in stacks/, nothing on this engine.${suggest(client, [...declared, ...clients])} ${describeClients(clients)}`,
    );
  const is = describeDoor(client, door);
  if (!start)
    throw new UserError(
      3,
      `${is}. \`agentbox ${door.status === "exited" ? "start" : "up"} ${client}\` ${door.status === "exited" ? "starts it" : "brings it up"}; this command with --start brings it up, too`,
    );
  refuseUnasked(yes);
  complain(`agentbox: ${is}; it is brought up`);
  await bringUp(client, yes);
  const now = await lookAtDoor(client);
  if (now.door.status !== "running") throw new UserError(3, `${describeDoor(client, now.door)}, after an up`);
  return now;
}

async function lookAtDoor(client: string): Promise<{ engine: Engine; door: Door; clients: string[] }> {
  if (!Name.safeParse(client).success)
    throw new UserError(2, `"${client}" is no client's name: lower-case letters, digits and -`);
  const { agent } = names(client);
  const { engine, clients, containers } = await target.survey(engineOf(ROOT, client), { containers: [agent] });
  const found = containers[agent];
  if (found && found.Config.Labels?.[LABELS.client] !== client)
    throw new UserError(
      3,
      `the container ${agent} is none of ${client}'s: it has not its label. Nobody is led into it`,
    );
  const agents = found?.Config.Labels?.[LABELS.agents]?.split(",").filter(Boolean) ?? [];
  return { engine, clients, door: { ...(found && { status: found.State.Status }), agents } };
}

/** Why nobody can go in. */
export function describeDoor(client: string, { status }: Door): string {
  const { agent } = names(client);
  if (status === undefined) return `${client} is not up: there is no container ${agent}`;
  return `${client} does not run: ${agent} is ${JSON.stringify(status)}`;
}

/** @throws UserError where the up would ask, and nobody is there to answer */
function refuseUnasked(yes: boolean): void {
  if (!yes && !process.stdin.isTTY)
    throw new UserError(2, "The up asks before it brings anything up, and nobody can be asked here: say --yes as well");
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** As `agentbox up` does. @throws UserError when it was not brought up */
export async function bringUp(client: string, yes: boolean): Promise<void> {
  refuseUnasked(yes);
  // What comes in belongs to the command in the sandbox, and so does stdout.
  const up = spawn(join(packageOf(ROOT), "bin/agentbox"), ["up", client, ...(yes ? ["--yes"] : [])], {
    stdio: [yes ? "ignore" : "inherit", 2, 2],
  });
  // Ctrl-C is the terminal's to both, and the `up` ends as it ends one; the others are for this process alone.
  const handOn = (signal: NodeJS.Signals) => signal === "SIGINT" || up.kill(signal);
  for (const signal of SIGNALS) process.on(signal, handOn);
  const code = await new Promise((resolve) => up.on("error", () => resolve(1)).on("close", resolve));
  for (const signal of SIGNALS) process.off(signal, handOn);
  if (code !== 0) throw new UserError(1, `${client} was not brought up, so nobody is led into it`);
}

/**
 * Becomes bin/agentbox once more, which now knows the engine and finds nothing in its way (cli/ways/way-in.sh).
 * @throws UserError when this is already the second time
 */
export function goIn(engine: Engine, word: string, client: string, words: readonly string[]): never {
  if (process.env.AGENT_SANDBOX_ENGINE !== undefined)
    throw new UserError(
      3,
      `${client} runs, but the program ${engine.cli} is not on PATH, or does not say so. See what \`${engine.cli} inspect ${names(client).agent}\` says`,
    );
  const environment = { ...target.variables(process.env, engine), AGENT_SANDBOX_ENGINE: engine.cli };
  const program = join(packageOf(ROOT), "bin/agentbox");
  endTelling();
  // In the place of this process, so that signals and the terminal are nobody else's.
  return present(process.execve, "a Node of 22.15 or later")(program, [program, word, client, ...words], environment);
}
