import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { serviceNames } from "../capabilities/egress/look/catalogue.ts";
import { dataNames } from "../capabilities/image/look/sources.ts";
import { declaredBy } from "../host/declarations.ts";
import { hostPath } from "../host/path.ts";
import { realPath } from "../host/real-path.ts";
import { askPerson, say } from "../host/say.ts";
import { within } from "../plan/path.ts";
import { INSTALLED, PACKAGE } from "../setup/places.ts";
import { describeProblems, suggest } from "../stack-file/problem.ts";
import { quoted } from "../stack-file/quoted.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Command } from "./command.ts";
import { detect } from "./init/detect.ts";
import { type ProjectFile, projectFiles } from "./init/project.ts";
import { type Chosen, firstStackFile } from "./init/stack-file.ts";

const FORGES = {
  github: { from: "github", into: ".github/workflows" },
  gitlab: { from: "gitlab", into: "." },
} as const;

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
  --package SPEC         what npm installs this package by, where that is not what it was installed by: a version, or the address of a tarball
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
    const dependency = values.package ?? installedBy();
    const ask = async (question: string, said: string | undefined, usual: string | undefined): Promise<string> => {
      if (said !== undefined) return said;
      let left = false;
      const leave = () => {
        left = true;
      };
      const answer = values.yes ? "" : await askPerson(`${question}${usual === undefined ? "" : ` [${usual}]`}`, leave);
      if (left) throw new UserError(2, "Nothing was made");
      if (answer === undefined)
        throw new UserError(2, `${question} Nobody can be asked here: say --yes, or all flags. Nothing was made`);
      if (answer || usual !== undefined) return answer || (usual ?? "");
      throw new UserError(2, `${question} Nobody has said: agentbox ${command.usage}. Nothing was made`);
    };

    // Whoever stands in a project's folder and makes the sandboxes' elsewhere most likely means that one.
    const here = resolve(".") === folder ? undefined : process.cwd();
    const workspace = await ask("Which directory may the agent write?", values.workspace, here);
    const found = await detect(PACKAGE, hostPath(workspace, process.cwd()));
    const client = await ask(
      "What is the client called?",
      values.client,
      slug(basename(hostPath(workspace, process.cwd()))),
    );
    const agents = await ask("Which agents?", values.agents, found.loggedIn.join(",") || "claude");
    const allow = await ask(
      "What may they reach, besides what agents need (or none)?",
      values.allow,
      found.services.join(","),
    );
    const ci = await ask("Whose workflows: github, gitlab, none?", values.ci, "github");
    const chosen = judged(
      {
        client,
        workspace: hostPath(workspace, process.cwd()),
        agents: words(agents),
        services: allow === "none" ? [] : words(allow),
      },
      folder,
      ci,
    );

    const files: Record<string, ProjectFile> = {
      ...projectFiles(slug(basename(folder)) ?? "sandboxes", dependency),
      [`stacks/Pulumi.${client}.yaml`]: { text: firstStackFile(chosen, found) },
      ...workflows(ci),
    };
    await mustPass(client, files[`stacks/Pulumi.${client}.yaml`], folder);
    const kept = write(folder, files);
    for (const file of Object.keys(files)
      .filter((file) => !kept.includes(file))
      .sort())
      say(`made  ${file}`);
    for (const file of kept)
      say(
        `kept  ${file}, which was there${file === "package.json" ? `: add  "agent-sandbox": "${dependency}"  to its dependencies, and "type": "module"` : ""}`,
      );
    say();
    say(`${found.engine}. Next: cd ${folder} && make preview STACK=${client}`);
    return 0;
  },
};

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

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** Where a folder is or would be, by the real path of what there is of it: links may lead into a workspace. */
function realPlace(folder: string): string {
  const real = realPath(folder);
  return real ?? (dirname(folder) === folder ? folder : join(realPlace(dirname(folder)), basename(folder)));
}

/** What is wrong with answers is told at once, before anything is made. */
function judged(chosen: Chosen, folder: string, ci: string): Chosen {
  const [agents, services] = [dataNames(PACKAGE, "agents"), serviceNames(PACKAGE)];
  const problems = [
    ...(/^[a-z][a-z0-9-]*$/.test(chosen.client)
      ? []
      : [`${quoted(chosen.client)} is no client's name; write small letters, digits and -, like acme`]),
    ...(existsSync(chosen.workspace) && lstatSync(realpathSync(chosen.workspace)).isDirectory()
      ? []
      : [`${chosen.workspace} is not a directory; the agent's workspace has to be there`]),
    ...(within(realPlace(folder), realPlace(chosen.workspace))
      ? [`${folder} is in the workspace, where an agent could change the project; name a folder elsewhere`]
      : []),
    ...chosen.agents.flatMap((name) =>
      agents.includes(name)
        ? []
        : [`${quoted(name)} is not an agent.${suggest(name, agents)} Agents: ${agents.join(", ")}`],
    ),
    ...chosen.services.flatMap((name) =>
      services.includes(name) || name.includes(".")
        ? []
        : [
            `${quoted(name)} is neither a service nor a host name.${suggest(name, services)} Services: agentbox services`,
          ],
    ),
    ...(ci === "none" || Object.hasOwn(FORGES, ci)
      ? []
      : [`${quoted(ci)} is not a forge; write github, gitlab or none`]),
  ];
  if (problems.length > 0) throw new UserError(2, [...problems, "Nothing was made."]);
  return chosen;
}

/** What the project that this package is installed in says of it. A name alone could be anybody's in a registry, and would be this one's there. */
function installedBy(): string {
  const unknown = new UserError(
    2,
    "what npm installs this package by is not known here; say --package: a version, or the address of the tarball that `make release` makes. Nothing was made",
  );
  if (!INSTALLED) throw unknown;
  const holder = PACKAGE.replace(/\/node_modules\/.*/, "");
  try {
    const said = JSON.parse(readFileSync(join(holder, "package.json"), "utf8")).dependencies?.["agent-sandbox"];
    const [, path] = /^file:(.*)$/.exec(said ?? "") ?? [];
    if (path !== undefined) return `file:${resolve(holder, path)}`;
    if (typeof said === "string") return said;
  } catch {
    // A folder without one.
  }
  throw unknown;
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
