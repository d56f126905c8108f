import { join } from "node:path";
import { StackFileError } from "../stack-file-error.ts";
import { whyNoYaml } from "../yaml.ts";
import { readStackFile, stackFiles } from "./stack-files.ts";

/** What the stack file of another client says, or what stands for it. @throws StackFileError */
export function ofAnother(root: string, file: string): Record<string, unknown> {
  try {
    return readStackFile(root, file);
  } catch (error) {
    const stands = STANDS.get(join(root, file));
    if (stands) return stands;
    throw notKnown(file, whyNoYaml(error));
  }
}

/** @param why what is wrong with the file, and why nothing else tells of its client */
export function notKnown(file: string, why: string): StackFileError {
  return new StackFileError(
    file,
    `is not YAML, and what its client's agents may write has to be known: ${why}. Mend it`,
    "; nothing was changed.",
  );
}

/** What stands for files that are no YAML, by path. */
const STANDS = new Map<string, Record<string, unknown>>();

/** Has these words stand for a client's file for as long as that is no YAML. */
export function standFor(root: string, file: string, config: Readonly<Record<string, unknown>>): void {
  STANDS.set(join(root, file), { ...config });
}

/** Whether such a file is no YAML, and nothing stands for it. */
export function isUnknown(root: string, file: string): boolean {
  const stands = STANDS.get(join(root, file));
  return stands !== undefined && Object.keys(stands).length === 0 && ofAnother(root, file) === stands;
}

/** Stack files of other clients that are no YAML, and what is wrong with each. */
export function unreadable(root: string, client: string): { client: string; file: string; why: string }[] {
  return stackFiles(root)
    .filter((stack) => stack.client !== client)
    .flatMap((stack) => {
      try {
        readStackFile(root, stack.file);
        return [];
      } catch (error) {
        return [{ ...stack, why: whyNoYaml(error) }];
      }
    });
}
