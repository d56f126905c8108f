import fc from "fast-check";
import { compare } from "../../plan/review/compare.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { masks } from "../../test/facts.ts";
import { maskFacts, maskTopics } from "./facts.ts";
import { emptySources, maskMounts } from "./mask.ts";

const GRADES = ["writable", "readonly", "empty"] as const;
const PATHS = [".git", ".git/hooks", ".env", "a", "a/b", "a/b/c", "ab", "src"];

/** How much is held back of each path: by the strictest mask at it or above it. */
function held(masks: Spec["masks"]): number[] {
  return PATHS.map((path) =>
    Math.max(0, ...masks.flatMap((mask) => (`${path}/`.startsWith(`${mask.path}/`) ? [GRADES.indexOf(mask.as)] : []))),
  );
}

test("a change is wider exactly when less is held back of some path, and narrower when more is", () => {
  fc.assert(
    fc.property(masks, masks, (before, after) => {
      const [was, is] = [held(before), held(after)];
      const ofMasks = (all: Spec["masks"]) => maskFacts({ masks: all }).filter(({ topic }) => topic === "masks");
      const found = compare(ofMasks(before), ofMasks(after), maskTopics).map((change) => change.class);
      const has = (of: "widens" | "narrows") => found.includes(of) || found.includes("unordered");
      expect([before, after, has("widens"), has("narrows")]).toEqual([
        before,
        after,
        is.some((grade, at) => grade < was[at]!),
        is.some((grade, at) => grade > was[at]!),
      ]);
    }),
    { numRuns: 500 },
  );
});

test("once they are placed, masks are what the mounts of the agent's container make of the workspace", () => {
  const workspace: Mount = { kind: "bind", source: "/srv/acme", at: "/workspace", readOnly: false };
  const nothing = { path: "/srv/agent-sandbox/.state/nothing", id: "4" };
  const mounts = [
    workspace,
    ...maskMounts(
      {
        ...{ above: [{ path: "sub", id: "1" }], nothing, workspace: { path: "/srv/acme" } },
        masks: [
          { path: "sub/.git/hooks", id: "2", kind: "directory", as: "readonly" },
          { path: "secret", id: "3", kind: "directory", as: "empty" },
          { path: ".env", id: "5", kind: "file", as: "empty" },
        ],
      },
      "acme-empty",
    ),
  ];
  const facts = (all: readonly Mount[]) =>
    maskFacts({ masks: [] }, { mounts: all, empty: emptySources("acme", { nothing }) }).map(
      ({ about, says }) => `${about} ${says}`,
    );
  expect(facts(mounts).sort()).toEqual([
    "/workspace/.env empty",
    "/workspace/secret empty",
    "/workspace/sub/.git/hooks readonly",
  ]);
  // One that can be written holds nothing back, and one that shows something else is no mask.
  expect(facts(mounts.map((mount) => ({ ...mount, readOnly: false })))).toEqual([]);
  expect(facts(mounts.map((mount) => (mount === workspace ? mount : { ...mount, source: "/srv/other" })))).toEqual([]);
});
