import { z } from "zod";
import { LABELS } from "../../../gateway/contract.ts";
import { type Reach, runClient } from "../client.ts";

const Config = z.object({
  Volumes: z.record(z.string(), z.unknown()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
});

/** What all labels of this product begin with: by them the engine is asked whose a container is, and what it was made of. */
const OURS = LABELS.client.replace(/[^.]+$/, "");

/**
 * Gives the image of a helper its tag, when it declares no volume that nobody planned, for an engine would make one without a name or a label, which is kept from no
 * other client and goes with no destroy; and no label of this product, for a container has those of its image.
 * @throws Error when it does; no tag has changed then
 */
export async function acceptHelper(
  engine: Reach,
  image: string,
  tag: string,
  places: readonly string[],
): Promise<void> {
  const said = await runClient(engine, ["image", "inspect", "--format", "{{json .Config}}", image]);
  if (!said.ok) throw new Error(`${image} cannot be looked at: ${said.why}`);
  const { Volumes, Labels } = Config.parse(JSON.parse(said.stdout));
  const marks = Object.keys(Labels ?? {}).filter((label) => label.startsWith(OURS));
  if (marks.length > 0)
    throw new Error(
      `${tag}  ${image} has labels of this product (${marks.sort().join(", ")}), by which its container would be taken for another; take an image without them. Everything is as it was`,
    );
  const declared = Object.keys(Volumes ?? {}).filter((at) => !places.includes(at.replace(/\/$/, "")));
  if (declared.length > 0)
    throw new Error(
      `${tag}  ${image} keeps state at ${declared.sort().join(", ")}, and its helper says no volume there; write volume: ${declared[0]}, or name the places that are to be forgotten under tmp. Everything is as it was`,
    );
  const tagged = await runClient(engine, ["tag", image, tag]);
  if (!tagged.ok) throw new Error(`${tag}  ${tagged.why}`);
}
