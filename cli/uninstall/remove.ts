import { lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../host/program.ts";

/**
 * Removes a file, or a folder with all that is in it; of a link the link.
 * @param only what goes of a folder, by name: the folder stays while something else is in it
 * @returns why something of it is left
 */
export async function removePath(path: string, only?: readonly string[]): Promise<string | undefined> {
  if (only === undefined) return removeWhole(path);
  for (const name of only) {
    const why = await removeWhole(join(path, name));
    if (why !== undefined) return why;
  }
  try {
    if (readdirSync(path).length === 0) rmdirSync(path);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function removeWhole(path: string): Promise<string | undefined> {
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
