import { setTimeout as pause } from "node:timers/promises";
import { overlaps } from "../capabilities/network/addresses.ts";
import { LABELS } from "../gateway/contract.ts";
import { labels, type Maker } from "../plan/names.ts";
import type { Engine } from "../target/engine/engine.ts";
import { makeFirstNetwork, type PlacedNetwork, removeNetwork, subnetsOf } from "../target/engine/network.ts";

/**
 * Takes a new client's two networks, before anything is planned for good with their addresses. Which addresses are free was read when the `up` began, and another one may have chosen the
 * same since, from another checkout or another user as well: the engine is the one place that all of them share, and it gives a range to one alone (Docker 20.10 and Podman 4.3 refuse one
 * that overlaps). Who comes second chooses again. The steps of the networks find them standing, and so does the next `up` where this one fails.
 * @returns what somebody else has, of the ranges that were asked for; nothing where both are the client's
 * @throws EngineError
 */
export async function takeNetworks(
  engine: Engine,
  client: string,
  { inner, outer }: Readonly<Record<"inner" | "outer", PlacedNetwork>>,
  maker: Maker | undefined,
): Promise<string[]> {
  const made: string[] = [];
  for (const [role, { name, spec, hash }] of [["inner", inner] as const, ["outer", outer] as const]) {
    try {
      const said = { ...labels(client, role, maker), [LABELS.spec]: hash };
      await makeFirstNetwork(engine, client, { name, spec, labels: said });
      made.push(name);
    } catch (error) {
      const wanted = spec.ipamConfigs.map(({ subnet }) => subnet);
      const theirs = await eventuallyOverlapping(engine, name, wanted);
      // Whatever else the engine has against it, the step says.
      if (theirs.length === 0) throw error;
      for (const one of made) await removeNetwork(engine, client, one);
      return theirs;
    }
  }
  return [];
}

/** Seconds in which a network that is being made is listed. Docker 20.10 refuses a range as soon as somebody asks for it, and lists his network when its bridge is there. */
const LISTED = 5;

/** Ranges of others that overlap with those that were refused. */
async function eventuallyOverlapping(engine: Engine, besides: string, wanted: readonly string[]): Promise<string[]> {
  for (const end = Date.now() + LISTED * 1000; ; await pause(100)) {
    const theirs = (await subnetsOf(engine, besides)).filter((other) => wanted.some((own) => overlaps(own, other)));
    if (theirs.length > 0 || Date.now() > end) return theirs;
  }
}
