import { readNamedYaml, readWhole } from "../../host/catalogue-file.ts";
import { yamlNames } from "../../host/yaml-names.ts";
import { type Guard, GuardSchema } from "./guard.ts";

const FOLDER = "policies/guards";

/** Reads all command guards of the project. @throws CatalogueError with the file, key path and fix of each problem */
export function readGuards(root: string): Guard[] {
  return readWhole((problems) => readNamedYaml(root, FOLDER, yamlNames(root, FOLDER), GuardSchema, problems));
}
