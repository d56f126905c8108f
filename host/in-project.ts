import { isAbsolute, normalize } from "node:path";

/** Whether a path of a stack file leads into the project, as it is written: such a file is in each revision as it was. */
export function inProject(path: string): boolean {
  return !isAbsolute(path) && !/^~(\/|$)/.test(path) && !/^\.\.(\/|$)/.test(normalize(path));
}
