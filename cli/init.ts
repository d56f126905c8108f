import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { declaredBy } from "../host/declarations.ts";
import { hostPath } from "../host/path.ts";
import { askPerson, complain, say } from "../host/say.ts";
import { INSTALLED, PACKAGE } from "../setup/places.ts";
import { describeProblems } from "../stack-file/problem.ts";
import { shellWord } from "../stack-file/shell-word.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Command } from "./command.ts";
import { FORGES, refuseAgents, refuseClient, refuseForge, refuseServices, servicesOf, words } from "./init/answers.ts";
import { dependencyOf } from "./init/dependency.ts";
import { detect } from "./init/detect.ts";
import { judgeKept, type Kept } from "./init/kept.ts";
import { type ProjectFile, projectFiles } from "./init/project.ts";
import { firstStackFile } from "./init/stack-file.ts";
import { refuseWorkspace } from "./init/workspace.ts";

export const command: Command = {
  usage:
    "init [FOLDER] [--here] [--client NAME] [--workspace DIRECTORY] [--agents A,B] [--allow S,T] [--ci github|gitlab|none] [--package SPEC] [--yes]",
  help: `Makes a project that depends on this package, with a first client: package.json, Pulumi.yaml, index.ts, Makefile, stacks/, policies/ and the workflows of a forge. FOLDER is this one
where it is not named, and has to be empty. What is there already is never overwritten.

  --here                 makes it beside what a folder has
  --client NAME          the first client: a name in small letters; without it, as the workspace is called
  --workspace DIRECTORY  the one directory that the client's agents may write. It is no part of the project
  --agents A,B           which agents; without it, those that are logged in on this machine, else claude
  --allow S,T            services that they may reach, or none; without it, those of the workspace's languages and of its forge
  --ci FORGE             whose workflows: github (the default), gitlab or none
  --package SPEC         what npm installs this package by, where that is not what it was installed by: a version, or the path or the address of a tarball
  --yes                  asks nothing

At most five questions; a flag answers one. No engine is changed, and nothing is installed but a Node where the one on PATH is too old: npm gets it (about 120 MB) into
~/.cache/agent-sandbox, which set-up takes as well.

  agentbox init acme-sandboxes --client acme --workspace ~/projects/acme`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ here: { type: "boolean", default: false }, yes: { type: "boolean", default: false } },
        ...{ client: { type: "string" }, workspace: { type: "string" }, agents: { type: "string" } },
        ...{ allow: { type: "string" }, ci: { type: "string" }, package: { type: "string" } },
      },
    });
    if (positionals.length > 1) throw new UserError(2, `one folder at a time: agentbox ${command.usage}`);
    const folder = resolve(positionals[0] ?? ".");
    mustBeFree(folder, values.here);
    const dependency = dependencyOf(values.package);
    const ask = (question: string, said: string | undefined, usual: string | undefined, refuse: Refuse) =>
      said ?? answerOf(question, usual, values.yes, refuse);

    const ofWorkspace: Refuse = (said) => refuseWorkspace(said, folder);
    // Whoever stands in a project's folder and makes the sandboxes' elsewhere most likely means that one.
    const here = ofWorkspace(process.cwd()).length === 0 ? process.cwd() : undefined;
    const workspace = await ask("Which directory may the agent write?", values.workspace, here, ofWorkspace);
    const directory = hostPath(workspace, process.cwd());
    const found = await detect(PACKAGE, directory);
    const client = await ask("What is the client called?", values.client, slug(basename(directory)), refuseClient);
    const agents = await ask("Which agents?", values.agents, found.loggedIn.join(",") || "claude", refuseAgents);
    const allow = await ask(
      "What may they reach, besides what agents need (or none)?",
      values.allow,
      found.services.join(","),
      refuseServices,
    );
    const ci = await ask("Whose workflows: github, gitlab, none?", values.ci, "github", refuseForge);
    // What was said by flags is told at once, before anything is made.
    const wrong = [refuseClient(client), ofWorkspace(workspace), refuseAgents(agents), refuseServices(allow)];
    const problems = [...wrong, refuseForge(ci)].flat();
    if (problems.length > 0) throw new UserError(2, [...problems, "Nothing was made."]);

    const chosen = { client, workspace: directory, agents: words(agents), services: servicesOf(allow) };
    const files: Record<string, ProjectFile> = {
      ...projectFiles(slug(basename(folder)) ?? "sandboxes", dependency),
      [`stacks/Pulumi.${client}.yaml`]: { text: firstStackFile(chosen, found) },
      ...workflows(ci),
    };
    await mustPass(client, files[`stacks/Pulumi.${client}.yaml`], folder);
    const there = write(folder, files);
    const texts = Object.fromEntries(there.map((file) => [file, textAt(join(folder, file), files[file])]));
    const kept = judgeKept(texts, files, dependency);
    for (const file of Object.keys(files)
      .filter((file) => !there.includes(file))
      .sort())
      say(`made  ${file}`);
    for (const { file, lacks } of kept.files) say(`kept  ${file}, which was there${lacks ? `: ${lacks}` : ""}`);
    say();
    say(`${found.engine}. Next: ${next(folder, client, dependency, kept)}`);
    return 0;
  },
};

/** What is wrong with an answer. */
type Refuse = (said: string) => readonly string[];

/**
 * Asks a person until the answer is one that can be taken.
 * @param usual what is taken where they say nothing
 * @param quiet asks nobody
 * @throws UserError where nobody can be asked, or they left
 */
async function answerOf(question: string, usual: string | undefined, quiet: boolean, refuse: Refuse): Promise<string> {
  for (;;) {
    let left = false;
    const leave = () => {
      left = true;
    };
    const said = quiet ? "" : await askPerson(`${question}${usual === undefined ? "" : ` [${usual}]`}`, leave);
    if (left) throw new UserError(2, "Nothing was made");
    if (said === undefined)
      throw new UserError(2, `${question} Nobody can be asked here: say --yes, or all flags. Nothing was made`);
    const answer = said || usual;
    if (quiet && answer === undefined)
      throw new UserError(2, `${question} Nobody has said: agentbox ${command.usage}. Nothing was made`);
    const problems = answer === undefined ? ["nothing is taken where nothing is said; Ctrl-C leaves"] : refuse(answer);
    // With nobody to ask again, what is wrong is told with all else that is.
    if (answer !== undefined && (quiet || problems.length === 0)) return answer;
    for (const problem of problems) complain(problem);
  }
}

/** The commands that lead to a first preview. */
function next(folder: string, client: string, dependency: string, { depends, modules, makes }: Kept): string {
  return [
    `cd ${shellWord(folder)}`,
    // The Makefile of a new project has npm install what is missing.
    ...(depends ? (makes ? [] : ["npm install"]) : [`npm install ${shellWord(`agent-sandbox@${dependency}`)}`]),
    ...(modules ? [] : ["npm pkg set type=module"]),
    `make${makes ? "" : " -f node_modules/agent-sandbox/Makefile"} preview STACK=${client}`,
  ].join(" && ");
}

/** What stands in the place of a project's file; nothing where that is something else, or may not be read. */
function textAt(path: string, ours: ProjectFile | undefined): string | undefined {
  try {
    return ours && "link" in ours ? readlinkSync(path) : readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Git's own folder is nothing that could be overwritten. */
function mustBeFree(folder: string, here: boolean): void {
  if (here || !existsSync(folder)) return;
  const there = readdirSync(folder).filter((name) => name !== ".git");
  if (there.length > 0)
    throw new UserError(
      2,
      `${folder} is not empty (${there.slice(0, 3).join(", ")}${there.length > 3 ? ", …" : ""}); name another folder, or say --here to make the project beside what is there. Nothing was made`,
    );
}

function slug(name: string): string | undefined {
  const made = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-$/g, "");
  return made || undefined;
}

function workflows(ci: string): Record<string, ProjectFile> {
  const forge = FORGES[ci as keyof typeof FORGES];
  if (!forge) return {};
  const from = join(PACKAGE, "docs/gitops", forge.from);
  return Object.fromEntries(
    readdirSync(from).map((name) => [join(forge.into, name), { text: readFileSync(join(from, name), "utf8") }]),
  );
}

/** The new file is judged as `agentbox check` does it. */
async function mustPass(client: string, file: ProjectFile | undefined, folder: string): Promise<void> {
  const read = await declaredBy(INSTALLED ? folder : PACKAGE, client, file && "text" in file ? file.text : "");
  if ("problems" in read)
    throw new UserError(2, [
      ...describeProblems(read.problems, `stacks/Pulumi.${client}.yaml`).split("\n"),
      "Nothing was made.",
    ]);
}

/** @returns what was there, and stays */
function write(folder: string, files: Readonly<Record<string, ProjectFile>>): string[] {
  return Object.entries(files).flatMap(([file, content]) => {
    const path = join(folder, file);
    if (lstatSync(path, { throwIfNoEntry: false })) return [file];
    mkdirSync(dirname(path), { recursive: true });
    // Neither takes a place that somebody else has taken meanwhile.
    if ("link" in content) symlinkSync(content.link, path);
    else writeFileSync(path, content.text, { flag: "wx" });
    return [];
  });
}
