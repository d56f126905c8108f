import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { surveyDirectories } from "../../capabilities/workspace/look.ts";
import { keptPlaces } from "../../host/kept.ts";
import { hostPath } from "../../host/path.ts";
import { realPath } from "../../host/real-path.ts";
import { judge } from "../../plan/guardrails.ts";
import { within } from "../../plan/path.ts";
import { INSTALLED, PACKAGE } from "../../setup/places.ts";
import { parseSpec } from "../../stack-file/spec.ts";

/**
 * Why a directory is no workspace of a project that is about to be made: the judges of a stack file's, as far as no engine and no client is known yet. Nothing where it is one.
 * @param said as a person writes it; what is relative counts from the current folder
 * @param folder the project's, which need not be there
 */
export function refuseWorkspace(said: string, folder: string): string[] {
  const words = parseSpec({ workspace: said }).problems.filter(({ path }) => path === "workspace");
  if (words.length > 0) return words.map(({ message }) => message);
  const path = hostPath(said, process.cwd());
  const { problems } = surveyDirectories({ workspace: path, mounts: [] }, folder, []);
  if (problems.length > 0) return problems.map(({ message }) => message);
  const [project, workspace] = [realPlace(folder), realPlace(path)];
  if (within(project, workspace))
    return [`${folder} is in the workspace ${path}, where an agent could change the project; name a folder elsewhere`];
  return refusedByWalls(workspace, project);
}

/** What the walls of every sandbox find in it. A checkout of this product is a project as well. */
function refusedByWalls(workspace: string, project: string): string[] {
  const key = "workspace";
  const mounts = [{ kind: "bind", source: workspace, at: "/workspace", readOnly: false, key } as const];
  const egress = { allow: [], from: [], host: [], lan: {} };
  const kept = realPath(project) === undefined ? [] : keptPlaces(project, [], undefined);
  const facts = { neighbours: [], home: homedir(), kept, egress, engine: { host: "" } };
  const found = (INSTALLED ? [project] : [project, realpathSync(PACKAGE)]).flatMap((project) =>
    judge([{ mounts }], { ...facts, project }),
  );
  return [...new Set(found.filter(({ level }) => level === "mandatory").map(({ message }) => message))];
}

/** Where a folder is or would be, by the real path of what there is of it: links may lead into a workspace. */
function realPlace(folder: string): string {
  const real = realPath(folder);
  return real ?? (dirname(folder) === folder ? folder : join(realPlace(dirname(folder)), basename(folder)));
}
