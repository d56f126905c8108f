import { posix } from "node:path";
import { shown } from "../../../host/tree.ts";
import { within } from "../../../plan/path.ts";
import type { Problem } from "../../../stack-file/problem.ts";
import { tracked } from "./git-index.ts";
import { key, type MaskSet, some } from "./mask-set.ts";
import type { Repository } from "./repositories.ts";

/** What git tracks of what is masked as empty: nothing in its place looks like a change to git. */
export function tellTracked(masks: MaskSet, repositories: readonly Repository[]): Problem[] {
  const hidden = masks
    .all()
    .flatMap(({ mask, of }) =>
      mask.as === "empty" && of !== "default" ? [{ of, path: Buffer.from(mask.path).toString("latin1") }] : [],
    );
  // The innermost repository is the one that tracks a file.
  const tops = repositories
    .filter(({ kind }) => kind !== "bare")
    .map(({ at, index }) => ({ top: at === ".git" ? "" : posix.dirname(at), index }))
    .sort((a, b) => b.top.length - a.top.length);
  const own = Map.groupBy(hidden, ({ path }) =>
    tops.find(({ top }) => top === "" || (path !== top && within(path, top))),
  );
  const told = [...own].flatMap(([repository, those]) => {
    if (repository?.index === undefined) return [];
    const { top, index } = repository;
    const below = (path: string) => (top === "" ? path : path.slice(top.length + 1));
    const found = tracked(
      masks.tree.path(index),
      those.map(({ path }) => below(path)),
    );
    if (typeof found === "string")
      return [
        {
          of: -1,
          path: "masks",
          message: `whether git tracks what is masked as empty is not known: ${found} (${shown(index)})`,
        },
      ];
    return [
      ...Map.groupBy(
        those.filter(({ path }) => found.includes(below(path))),
        ({ of }) => of,
      ),
    ].map(([of, files]) => ({
      of,
      path: key(of),
      message: `git tracks ${some(files.map(({ path }) => shown(path)))}, which it sees changed to nothing in the sandbox: "git commit -a" there takes that for the agent's change, and git cannot put it back. Mask it as readonly, or leave it out`,
    }));
  });
  return told.sort((a, b) => a.of - b.of).map(({ path, message }) => ({ path, message }));
}
