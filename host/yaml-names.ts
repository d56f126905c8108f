import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The names of a folder's YAML files, without `.yaml`, sorted. */
export function yamlNames(root: string, folder: string): string[] {
  return readdirSync(join(root, folder))
    .flatMap((file) => (file.endsWith(".yaml") ? [file.slice(0, -".yaml".length)] : []))
    .sort();
}
