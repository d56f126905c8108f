import { type Reach, runClient } from "../client.ts";

/**
 * Gives the image of a helper its tag, when it declares no volume that nobody planned: an engine would make one without a name or a label, which is kept from no
 * other client and goes with no destroy.
 * @throws Error when it does; no tag has changed then
 */
export async function acceptHelper(
  engine: Reach,
  image: string,
  tag: string,
  places: readonly string[],
): Promise<void> {
  const said = await runClient(engine, ["image", "inspect", "--format", "{{json .Config.Volumes}}", image]);
  if (!said.ok) throw new Error(`${image} cannot be looked at: ${said.why}`);
  const declared = Object.keys(JSON.parse(said.stdout) ?? {}).filter((at) => !places.includes(at.replace(/\/$/, "")));
  if (declared.length > 0)
    throw new Error(
      `${tag}  ${image} keeps state at ${declared.sort().join(", ")}, and its helper says no volume there; write volume: ${declared[0]}, or name the places that are to be forgotten under tmp. Everything is as it was`,
    );
  const tagged = await runClient(engine, ["tag", image, tag]);
  if (!tagged.ok) throw new Error(`${tag}  ${tagged.why}`);
}
