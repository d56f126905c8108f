import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkFiles } from "../../cli/check.ts";
import { describeProblems, type Problem } from "../../stack-file/problem.ts";
import type { DeclaredProject } from "../declared-project.ts";

/** Where the cases are, a folder a kind. */
export const CORPUS = import.meta.dirname;
/** A case is a stack file of client acme, or a folder of files that lie over the project's. */
export const KINDS = readdirSync(CORPUS).filter((name) => statSync(join(CORPUS, name)).isDirectory());

/** The cases of a kind, sorted. */
export function casesOf(kind: string): string[] {
  return readdirSync(join(CORPUS, kind)).sort();
}

/** What `agentbox check acme` finds in a case, in a project that is otherwise right. */
export async function problemsOf(project: DeclaredProject, kind: string, name: string): Promise<Problem[]> {
  const from = join(CORPUS, kind, name);
  const files = statSync(from).isDirectory() ? filesBelow(from) : [];
  project.write(STACK, "config:\n  agent-sandbox:workspace: ~/acme\n");
  if (files.length === 0) project.write(STACK, readFileSync(from, "utf8"));
  for (const file of files) project.write(file, readFileSync(join(from, file), "utf8"));
  const { problems } = await checkFiles(project.folder, ["acme"]);
  for (const file of files) project.restore(file);
  return problems;
}

/** The same as a person reads it. Where a project lies is each machine's own. */
export async function toldOf(project: DeclaredProject, kind: string, name: string): Promise<string> {
  return describeProblems(await problemsOf(project, kind, name)).replaceAll(project.folder, "/srv/agent-sandbox");
}

const STACK = "stacks/Pulumi.acme.yaml";

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}
