import { GATEWAY } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import type { Look } from "../look.ts";
import { Session, Sessions } from "./answers.ts";
import { request } from "./api.ts";
import { type Reach, runClient } from "./client.ts";
import { EngineError } from "./engine-error.ts";

/**
 * Who is in a client's agent container: a terminal or a command by the engine's own list of sessions, or a connection of a published port (ssh is one) by the gateway's kernel. Both are
 * outside of the agent's container. Whoever sits at a tmux has come in by one of the two, and what tmux goes on with alone is nobody.
 * @returns the end of a sentence, `a terminal is open`; nothing where nobody is
 */
export async function useOf(engine: Reach, client: string): Promise<Look<string | undefined>> {
  try {
    const sessions = await execsOf(engine, names(client).agent);
    if (sessions.length > 0)
      return { seen: sessions.some(({ tty }) => tty) ? "a terminal is open" : "a command is under way" };
  } catch (error) {
    if (error instanceof EngineError) return { unseen: error.message };
    throw error;
  }
  const ports = await connectionsOf(engine, client);
  if ("unseen" in ports) return ports;
  const [port] = ports.seen;
  return { seen: port === undefined ? undefined : `somebody is connected to port ${port}` };
}

/** The published ports of a client that somebody outside is connected to, one for each connection. */
export async function connectionsOf(engine: Reach, client: string): Promise<Look<number[]>> {
  // First the ports, then the kernel's table of connections: the words of /proc begin with their own heading.
  const place = [`${GATEWAY.live}/inbound.map`, "/proc/net/tcp", "/proc/net/tcp6"];
  const said = await runClient(engine, ["exec", names(client).gateway, "cat", ...place]);
  return said.ok ? { seen: connectedPorts(said.stdout) } : { unseen: said.why };
}

/** The sessions that run in a container. One that ended meanwhile is none. @throws EngineError */
export async function execsOf(engine: Reach, container: string): Promise<{ tty: boolean }[]> {
  const { ExecIDs } = await request(engine, `/containers/${container}/json`, Sessions);
  const looks = (ExecIDs ?? []).map(async (id) => {
    try {
      const { Running, ProcessConfig } = await request(engine, `/exec/${id}/json`, Session);
      return Running ? [{ tty: ProcessConfig?.tty === true }] : [];
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return [];
      throw error;
    }
  });
  return (await Promise.all(looks)).flat();
}

/** A connection that is established, in the kernel's own table. */
const ESTABLISHED = "01";

/**
 * The ports of the policy that somebody outside is connected to, one for each connection. A gateway's own connection to elsewhere has a port of its own, which may be one of these by chance: then somebody
 * counts as there who is not.
 * @param text `inbound.map`, whose lines begin with a port, and after it tables of /proc/net
 */
export function connectedPorts(text: string): number[] {
  const lines = text.split("\n");
  const ports = new Set(lines.flatMap((line) => /^(\d+) \S+:agent$/.exec(line)?.[1] ?? []).map(Number));
  return lines
    .flatMap((line) => {
      const [, port, state] = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line) ?? [];
      return port !== undefined && state === ESTABLISHED ? [Number.parseInt(port, 16)] : [];
    })
    .filter((port) => ports.has(port));
}
