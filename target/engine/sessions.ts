import { names } from "../../plan/names.ts";
import type { Look } from "../look.ts";
import type { InIt } from "../sessions.ts";
import type { Address } from "./address.ts";
import { AT_REST, Running, Top } from "./answers.ts";
import { request } from "./api.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { connectionsOf, execsOf } from "./in-use.ts";

/**
 * Who would lose what they are at if these containers of a client ended: terminals and commands by the engine's own list of sessions, connections of published ports by the gateway's
 * kernel, and each tmux by the engine's list of processes, which goes on where nobody sits at it. No program of the agent's is run; what a tmux is called is the agent's word.
 * @param ends the agent's container, with all that is in it; or the gateway's, through which the connections go
 */
export async function sessionsOf(
  engine: Pick<Engine, "kind" | "cli" | "host" | "certificates">,
  client: string,
  ends: "agent" | "gateway",
): Promise<InIt> {
  const { agent, gateway } = names(client);
  const [inAgent, atGateway] = await Promise.all([
    ends === "agent" ? atWork(engine, agent) : { seen: undefined },
    atWork(engine, gateway),
  ]);
  const [execs, tmux, ports] = await Promise.all([
    within(inAgent, () => orUnseen(execsOf(engine, agent))),
    within(inAgent, (found) => orUnseen(tmuxIn(engine, agent, found))),
    within(atGateway, () => connectionsOf(engine, client)),
  ]);
  const seen = <Found>(look: Look<Found[]>) => ("seen" in look ? look.seen : []);
  const terminals = seen(execs).filter(({ tty }) => tty).length;
  return {
    sessions: [
      ...counted(terminals, "terminal"),
      ...counted(seen(execs).length - terminals, "command"),
      ...[...Map.groupBy(seen(ports), (port) => port)].flatMap(([port, these]) =>
        counted(these.length, "connection", ` to port ${port}`),
      ),
      ...seen(tmux),
    ],
    unseen: [...new Set([execs, tmux, ports].flatMap((look) => ("unseen" in look ? [look.unseen] : [])))],
  };
}

function counted(number: number, what: string, where = ""): string[] {
  return number === 0 ? [] : [`${number} ${what}${number === 1 ? "" : "s"}${where}`];
}

/** A container as it is at work; nothing where there is none, or it is at rest. */
async function atWork(engine: Address, container: string): Promise<Look<Running | undefined>> {
  try {
    const found = await request(engine, `/containers/${container}/json`, Running);
    return { seen: AT_REST.includes(found.State.Status) ? undefined : found };
  } catch (error) {
    if (error instanceof EngineError) return error.status === 404 ? { seen: undefined } : { unseen: error.message };
    throw error;
  }
}

/** Nobody is in a container that is not at work. */
async function within<Found>(
  container: Look<Running | undefined>,
  look: (found: Running) => Promise<Look<Found[]>>,
): Promise<Look<Found[]>> {
  if ("unseen" in container) return container;
  return container.seen ? look(container.seen) : { seen: [] };
}

/**
 * Each tmux of a container, as a person knows it: `tmux "main"`. Docker asks the host's own ps, and Podman the kernel.
 * @throws EngineError
 */
async function tmuxIn(
  engine: Pick<Engine, "kind" | "host" | "certificates">,
  container: string,
  { State, HostConfig }: Running,
): Promise<string[]> {
  // On a kernel of its own it has no processes that the engine knows: Docker 20.10 lists the machine's own in their place.
  if (State.Status !== "running" || !SHARES_THE_KERNEL.test(HostConfig?.Runtime ?? "")) return [];
  const words = engine.kind === "podman" ? "args" : "-eo%20pid,args";
  const { Processes } = await request(engine, `/containers/${container}/top?ps_args=${words}`, Top);
  return tmuxNames((Processes ?? []).map((words) => words.at(-1) ?? ""));
}

const SHARES_THE_KERNEL = /^(|oci|nvidia|crun|runc|io\.containerd\.runc\.v2)$/;

/** @param lines command lines of processes, which are their own words: a name that is none of tmux's usual ones is not repeated */
export function tmuxNames(lines: readonly string[]): string[] {
  const named = lines.flatMap((line) => {
    const [program = "", ...words] = line.split(/\s+/);
    // Whoever attaches to one is there besides the server, which has the words that it was begun with.
    const attaches = words.some((word, at) => /^(a|at|attach|attach-session)$/.test(word) && words[at - 1] !== "-s");
    if (!/(^|\/)tmux$/.test(program) || attaches) return [];
    const name = words[words.indexOf("-s") + 1];
    return words.includes("-s") && /^[\w.-]{1,40}$/.test(name ?? "") ? [`tmux "${name}"`] : ["a tmux"];
  });
  const all = [...new Set(named)].sort();
  return all.length > MOST ? [...all.slice(0, MOST), `${all.length - MOST} more of tmux`] : all;
}

/** That many are named. */
const MOST = 5;

async function orUnseen<Found>(looked: Promise<Found>): Promise<Look<Found>> {
  try {
    return { seen: await looked };
  } catch (error) {
    if (error instanceof EngineError) return { unseen: error.message };
    throw error;
  }
}
