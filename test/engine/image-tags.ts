import { parseWords } from "../../components/steps/text.ts";
import type { Client } from "./harness.ts";

/** The tags of the images that a client's `up` would see to, by a preview of it. */
export async function imageTags(client: Client): Promise<string[]> {
  const { stdout } = await client.preview("--json");
  const steps = JSON.parse(stdout).steps as { urn: string; newState?: { inputs?: { stdin?: string } } }[];
  return steps.flatMap(({ urn, newState }) =>
    urn.endsWith("-image-build") ? [(parseWords(newState?.inputs?.stdin ?? "{}").words as { tag: string }).tag] : [],
  );
}
