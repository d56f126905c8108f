import { labels, type Maker, names } from "./names.ts";

/** A named volume of a client. Purposes outlive images: an update keeps them, destroy wipes them. */
export interface VolumePlan {
  name: string;
  purpose: string;
  labels: Record<string, string>;
}

/** The named volumes of a client, one per purpose, sorted. */
export function planVolumes(client: string, purposes: readonly string[], maker?: Maker): VolumePlan[] {
  return [...new Set(purposes)].sort().map((purpose) => ({
    name: names(client).volume(purpose),
    purpose,
    labels: labels(client, purpose, maker),
  }));
}
