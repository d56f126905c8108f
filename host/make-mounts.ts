import type { Facts, FoundMount } from "../plan/facts.ts";
import type { Spec } from "../stack-file/spec.ts";
import { makeSource } from "./make-source.ts";

/**
 * Makes what a stack file has made where nothing is (`create`).
 * @returns what is there now; the same list where nothing had to be made
 * @throws UserError
 */
export function makeMounts(
  declared: Spec["mounts"],
  { mounts, workspace }: Pick<Facts, "mounts" | "workspace">,
): readonly FoundMount[] {
  if (!mounts.some(({ is }) => is === "unmade")) return mounts;
  return mounts.map((found, index) => {
    const as = declared[index]?.create;
    if (found.is !== "unmade" || as === undefined) return found;
    return { path: found.path, id: makeSource(found.path, as, workspace), ...(as === "file" && { is: "file" }) };
  });
}
