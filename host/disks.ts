import { existsSync, statfsSync } from "node:fs";
import type { Disk } from "./disk.ts";

/** What is left where a sandbox writes: beside the workspace the engine's own directory, where that is on this machine. */
export function surveyDisks(workspace: string | undefined, engineRoot: string | undefined): Disk[] {
  return [
    ...(workspace === undefined ? [] : [look("workspace", "the workspace", workspace)]),
    ...(engineRoot && existsSync(engineRoot) ? [look("volumes", "the engine's volumes", engineRoot)] : []),
  ];
}

function look(key: string, what: string, path: string): Disk {
  const { bavail, blocks, ffree, files } = statfsSync(path);
  // A file system that makes inodes as they are needed reports 0 of them.
  return { key, what, path, bytes: blocks === 0 ? 1 : bavail / blocks, inodes: files === 0 ? 1 : ffree / files };
}
