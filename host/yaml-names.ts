import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cataloguesOf } from "../setup/places.ts";

/** The names of a folder's YAML files, the package's and the project's own, without `.yaml`, sorted. */
export function yamlNames(root: string, folder: string): string[] {
  const files = cataloguesOf(root).flatMap((place) => filesOf(place, folder, root));
  return [...new Set(files)].flatMap((file) => (file.endsWith(".yaml") ? [file.slice(0, -".yaml".length)] : [])).sort();
}

/** The names of files in a folder of a catalogue, below the package or the project. A project that depends on the package need not have one of its own. */
export function filesOf(place: string, folder: string, root: string): string[] {
  try {
    return readdirSync(join(place, folder));
  } catch (error) {
    const mayLack = place === root && cataloguesOf(root).length > 1;
    if (mayLack && (error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
