import { describeOverlap } from "../capabilities/network/overlap.ts";
import type { EngineSurvey } from "../target/engine/survey.ts";
import { isHere } from "../target/here.ts";
import type { Look } from "../target/look.ts";
import { waysBeside } from "./networks.ts";
import { readRoutes } from "./routes.ts";

/**
 * What came over a client's networks since they were made, a VPN of this host say, as a sentence. Routes are read once for all clients.
 * @returns nothing where the engine is not on this machine, whose routes say nothing of its networks then
 */
export async function lookAtOverlaps({
  engine,
  machine,
  networks,
}: Pick<EngineSurvey, "engine" | "machine" | "networks">): Promise<
  (client: string) => Look<string | undefined> | undefined
> {
  if (!isHere({ engine, machine })) return () => undefined;
  const { seen, unseen } = await readRoutes(20);
  return (client) => {
    const own = networks.filter((network) => network.client === client).flatMap(({ subnets }) => subnets);
    const overlap = describeOverlap(own, waysBeside(own, seen, true));
    return overlap === undefined && unseen !== undefined && own.length > 0 ? { unseen } : { seen: overlap };
  };
}
