import { labels, type Maker, names } from "../names.ts";

/** A named volume of a client. Purposes outlive images: an update keeps them, destroy wipes them. */
export interface VolumePlan {
  name: string;
  purpose: string;
  labels: Record<string, string>;
  /** Whether it holds one agent's own state: such a volume outlives the agent's leaving, too. */
  ofAgent: boolean;
}

/** @param ofAgents purposes that are agents' own state */
export function planVolumes(
  client: string,
  purposes: readonly string[],
  ofAgents: readonly string[],
  maker?: Maker,
): VolumePlan[] {
  return [...new Set(purposes)].sort().map((purpose) => ({
    name: names(client).volume(purpose),
    purpose,
    labels: labels(client, purpose, maker),
    ofAgent: ofAgents.includes(purpose),
  }));
}
