import { LABELS } from "../../gateway/contract.ts";
import type { Workload } from "../../plan/workload.ts";
import type { Inspected } from "./answers.ts";
import { dialects } from "./dialect/dialects.ts";
import type { Engine } from "./engine.ts";
import type { PlacedNetwork } from "./network.ts";
import type { Standing } from "./standing.ts";

/**
 * Whether a container that runs is replaced by the plan, so that all processes in it end. By the same three things that components/container.ts has Pulumi replace it for:
 * the label of its spec, any other label where the engine reads them back, and a network of its own that is made again. What a person tells Pulumi besides (`--replace`)
 * no program sees.
 */
export function isMadeAnew(
  workload: Workload,
  { spec, labels }: Pick<Standing, "spec" | "labels">,
  networks: readonly Pick<PlacedNetwork, "name" | "stands">[],
  engine: Pick<Engine, "kind">,
  found: Inspected | undefined,
): boolean {
  if (found?.State.Status !== "running") return false;
  const planned = dialects[engine.kind].drifting.includes("labels") ? {} : { ...workload.labels, ...labels };
  const ofIts = ({ name }: { name: string }) =>
    workload.hostNetwork === true || workload.networks.some((network) => network.name === name);
  return (
    Object.entries({ ...planned, [LABELS.spec]: spec }).some(
      ([label, value]) => found.Config.Labels?.[label] !== value,
    ) || networks.some((network) => ofIts(network) && !network.stands)
  );
}
