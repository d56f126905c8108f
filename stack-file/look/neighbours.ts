import { asSaid } from "../config.ts";
import { isMapping } from "../mapping.ts";
import { ofAnother } from "./another.ts";
import { stackFiles } from "./stack-files.ts";

/** A directory of the host that another client's agents may write, as its stack file declares it. */
export interface Neighbour {
  client: string;
  what: "workspace" | "mount";
  path: string;
}

/**
 * What the other clients of this project may write: what their files in stacks/ say, which needs no engine and no decryption.
 * @throws StackFileError
 */
export function readNeighbours(root: string, client: string): Neighbour[] {
  return stackFiles(root)
    .filter((stack) => stack.client !== client)
    .flatMap(({ client, file }) => writtenBy(client, ofAnother(root, file)));
}

/** What a client's agents may write, by its config. */
export function writtenBy(client: string, config: Readonly<Record<string, unknown>>): Neighbour[] {
  return [
    { client, what: "workspace" as const, path: config.workspace },
    ...writtenMounts(config.mounts).map((path) => ({ client, what: "mount" as const, path })),
  ].filter((found): found is Neighbour => typeof found.path === "string");
}

/** Of a file that nobody has judged here: what is no list of mounts is that client's own mistake. */
function writtenMounts(said: unknown): unknown[] {
  const mounts = asSaid(said);
  if (!Array.isArray(mounts)) return [];
  return mounts.flatMap((mount: unknown) => (isMapping(mount) && mount.mode === "rw" ? [mount.host] : []));
}
