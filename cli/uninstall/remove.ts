import { lstatSync, rmSync } from "node:fs";
import { runProgram } from "../../host/program.ts";

/** Removes a file, or a folder with all that is in it; of a link the link. @returns why something of it is left */
export async function removePath(path: string): Promise<string | undefined> {
  const first = tryToRemove(path);
  // Modules of Go are read-only folders, of which their owner removes nothing.
  if (first === undefined || lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return first;
  await runProgram("chmod", ["-R", "u+rwX", path], { seconds: 300 });
  return tryToRemove(path);
}

function tryToRemove(path: string): string | undefined {
  try {
    rmSync(path, { recursive: true, force: true });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
