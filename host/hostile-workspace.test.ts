import { chownSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { surveyAsking } from "../capabilities/environment/look.ts";
import { tellFilters, tellSigners } from "../capabilities/git/look.ts";
import { tellHostHooks } from "../capabilities/masks/look/host-hooks.ts";
import { surveyMasks } from "../capabilities/masks/look/masks.ts";
import { surveyRepository } from "../capabilities/repository/look.ts";
import { surveyDirectories } from "../capabilities/workspace/look.ts";
import { printable } from "../stack-file/printable.ts";
import { parseSpec } from "../stack-file/spec.ts";
import { clean, HOSTILE, makeHostile } from "../test/hostile-workspace.ts";

const AGENT = { uid: 1000, gid: 1000 };
let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "hostile-")));
  if (process.getuid!() === 0) chownSync(workspace, AGENT.uid, AGENT.gid);
});
afterEach(() => {
  clean(workspace);
  rmSync(workspace, { recursive: true });
});

const MASKS = [".env", "**/.env", "api/config", "b/config", "root/etc/passwd", "*/*/*/.env", ".husky"];

/** Each look of `up` into the workspace, with what it says. */
function look(): string[] {
  const { spec } = parseSpec({ workspace, masks: MASKS.map((path) => ({ path, as: "empty" })) });
  const writable = [{ path: workspace, what: "the workspace" }];
  const { workspace: found, problems } = surveyDirectories(spec!, "/", writable);
  if (!found) return problems.map(({ message }) => message);
  const masked = surveyMasks(spec!, workspace);
  const repository = surveyRepository({ path: workspace, uid: found.uid }, writable);
  const said = ["", "a", "api", "b", "c", "d", "e"].flatMap((at) => {
    const git = join(workspace, at, ".git");
    return [...tellHostHooks(workspace, git, masked.masks), ...tellFilters(workspace, git), ...tellSigners(git)];
  });
  surveyAsking(workspace);
  return [
    ...[...problems, ...masked.problems, ...masked.warnings, ...said].map(({ path, message }) => `${path}: ${message}`),
    ...(repository.warning ? [repository.warning] : []),
  ];
}

describe.each(["the agent's own user", "root"])(
  "a look by %s comes to its end, and says what it could not see, at",
  (who) => {
    test.each(Object.entries(HOSTILE))("%s", (what, script) => {
      makeHostile(workspace, script);
      const root = process.getuid!() === 0;
      // Root may look into everything.
      if (root && who !== "root") process.seteuid!(AGENT.uid);
      let said: string[];
      try {
        said = look();
      } finally {
        if (root) process.seteuid!(0);
      }
      // No name that an agent chose steers a terminal or breaks a line.
      if (what.startsWith("shut") && who !== "root")
        expect(said).toContainEqual(expect.stringMatching(/^masks\[\d\]: what .* cannot be seen \(EACCES: shut\)/));
      expect(said.map(printable)).toEqual(said);
    });
  },
);
