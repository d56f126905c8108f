import { within } from "../../../plan/path.ts";
import type { Mount } from "../../../plan/workload.ts";
import type { Engine } from "../engine.ts";

/**
 * How SELinux has to label what is mounted, where it does: its policy lets containers read nothing of a home without their label. `Z` is a label of one container alone, for what a client
 * writes; it would shut out others that read the same, so those get `z`. A program of the system keeps its label, which every container may read: with another one, the
 * system's own services could not run it. No home and no directory of the system is ever mounted (guardrail no-foreign-mount), so none is labelled.
 */
export function relabel(mount: Mount, { selinux }: Pick<Engine, "selinux">): "z" | "Z" | undefined {
  if (!selinux || mount.kind !== "bind" || SYSTEM.some((directory) => within(mount.source, directory)))
    return undefined;
  return mount.shared || (mount.readOnly && !within(mount.at, "/workspace")) ? "z" : "Z";
}

const SYSTEM = ["/bin", "/usr"];
