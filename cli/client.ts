import { EngineError, surveyEngine } from "../host/engine.ts";
import { runClient } from "../host/engine-client.ts";
import type { Engine } from "../model/engine.ts";
import { suggest } from "../model/problem.ts";
import { Refusal } from "./command.ts";

/** The engine, for a command that needs one. @throws Refusal 3 when there is none */
export async function theEngine(): Promise<Engine> {
  try {
    return (await surveyEngine()).engine;
  } catch (error) {
    throw error instanceof EngineError ? new Refusal(3, error.message) : error;
  }
}

/** The one client that a command is about. @throws Refusal 2 when none is named, or nothing on the engine is that one's */
export async function theClient(engine: Engine, named: readonly string[], usage: string): Promise<string> {
  const [client, ...more] = named;
  const known = await clients(engine);
  const there = known.length > 0 ? `Clients on this engine: ${known.join(", ")}` : "There is no client on this engine";
  if (client === undefined) throw new Refusal(2, `which client? agentbox ${usage}. ${there}`);
  if (more.length > 0) throw new Refusal(2, `one client at a time: agentbox ${usage}`);
  if (!known.includes(client))
    throw new Refusal(2, `nothing on this engine belongs to a client "${client}".${suggest(client, known)} ${there}`);
  return client;
}

const LABEL = "agent-sandbox.client";

/** Every client that has something on the engine. A volume outlives containers that somebody removed. */
async function clients(engine: Engine): Promise<string[]> {
  const list = async (...words: string[]) => {
    const said = await runClient(engine, [...words, "--filter", `label=${LABEL}`, "--format", `{{.Label "${LABEL}"}}`]);
    if (said.code !== 0) throw new Refusal(3, `${engine.cli} ${words.join(" ")}: ${said.stderr.trim()}`);
    return said.stdout.split("\n").filter(Boolean);
  };
  return [...new Set((await Promise.all([list("ps", "--all"), list("volume", "ls")])).flat())].sort();
}
