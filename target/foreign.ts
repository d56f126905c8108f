import type { EngineSurvey } from "./engine/survey.ts";
import type { Belonging } from "./ownership.ts";

/** A thing on the engine that does not carry the label of the client that is looked at. */
export interface Foreign {
  kind: Belonging["kind"];
  name: string;
  /** The client whose label it has; nothing where it has none of this product. */
  of?: string;
}

/** All on the engine that does not carry a client's label. What has a tag is an image, whose name is no volume's. */
export function foreignTo(
  client: string,
  { belongings, listed, networks, present }: Pick<EngineSurvey, "belongings" | "listed" | "networks" | "present">,
): Foreign[] {
  const owners = new Map(belongings.flatMap(({ kind, name, client: of }) => (kind === "volume" ? [[name, of]] : [])));
  return [
    ...listed.map(({ name, client: of }) => ({ kind: "container" as const, name, of })),
    ...networks.map(({ name, client: of }) => ({ kind: "network" as const, name, of })),
    ...present.map((name) => ({ kind: "volume" as const, name, of: owners.get(name) })),
  ].flatMap(({ of, ...thing }) => (of === client ? [] : [{ ...thing, ...(of !== undefined && { of }) }]));
}
