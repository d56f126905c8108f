import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import { type Agent, AgentSchema, statePlaces } from "../model/agent.ts";
import type { ImageSources } from "../model/image.ts";
import { type Lock, LockSchema, PLATFORMS } from "../model/lock.ts";
import { keyPath, type Problem, suggest } from "../model/problem.ts";

/** The project's own image files do not hold what they should; the message names each file, key path and fix. */
export class ImageSourcesError extends Error {}

/**
 * Reads what images are made of: the lock, the agents and the build contexts. `architecture` is the engine's, as Node names it.
 * @throws ImageSourcesError with all problems at once
 */
export function readImageSources(root: string, architecture: string = process.arch): ImageSources {
  const problems: FileProblem[] = [];
  const lock = read(root, "images/lock.yaml", LockSchema, problems);
  const agents = readAgents(root, lock, problems);
  const platform = PLATFORMS.find((platform) => platform === `linux-${architecture}`);
  if (!platform)
    problems.push({
      file: "images/lock.yaml",
      path: "packages",
      message: `has nothing for ${architecture}; there are ${PLATFORMS.join(" and ")}`,
    });
  if (problems.length > 0) throw new ImageSourcesError(describe(problems));
  return {
    lock: lock!,
    agents,
    platform: platform!,
    contexts: {
      // The base has no Dockerfile: it is put together from the distribution's packages.
      base: { dockerfile: "", hash: hashFolder(join(root, "images/base")) },
      runtime: readContext(root, "runtime"),
      gateway: readContext(root, "gateway"),
    },
    folders: Object.fromEntries(
      agents.flatMap(({ npm }) => (npm ? [[npm.folder, hashFolder(join(root, "images/agents", npm.folder))]] : [])),
    ),
  };
}

interface FileProblem extends Problem {
  file: string;
}

function readContext(root: string, name: string): { dockerfile: string; hash: string } {
  const folder = join(root, "images", name);
  return { dockerfile: readFileSync(join(folder, "Dockerfile"), "utf8"), hash: hashFolder(folder) };
}

function readAgents(root: string, lock: Lock | undefined, problems: FileProblem[]): Agent[] {
  const agents = readdirSync(join(root, "images/agents"))
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .flatMap((name) => {
      const file = `images/agents/${name}`;
      const agent = read(root, file, AgentSchema, problems);
      if (!agent) return [];
      if (`${agent.name}.yaml` !== name)
        problems.push({ file, path: "name", message: `is "${agent.name}"; file and name must agree` });
      if (lock) problems.push(...lockProblems(root, agent, lock).map((problem) => ({ file, ...problem })));
      return [agent];
    });
  problems.push(...sharedState(agents));
  return agents;
}

/** What an agent's file says of its packages, and the lock does not. */
function lockProblems(root: string, agent: Agent, lock: Lock): Problem[] {
  const from = agent.package ? "package" : "npm";
  const name = agent[from]?.lock;
  if (!name) return [];
  const known = Object.keys(lock.packages).sort();
  if (!lock.packages[name]) {
    const message = `"${name}" is not in images/lock.yaml.${suggest(name, known)} Packages: ${known.join(", ")}`;
    return [{ path: `${from}.lock`, message }];
  }
  if (!agent.npm) return [];
  const { folder } = agent.npm;
  const { package: wanted, version, integrity } = lock.packages[name].any ?? {};
  let there: { version?: string; integrity?: string } | undefined;
  try {
    const file = readFileSync(join(root, "images/agents", folder, "package-lock.json"), "utf8");
    there = JSON.parse(file).packages[`node_modules/${wanted}`];
  } catch (error) {
    const message = `images/agents/${folder}/package-lock.json cannot be read: ${(error as Error).message}`;
    return [{ path: "npm.folder", message }];
  }
  if (there && there.version === version && there.integrity === integrity) return [];
  const message = `images/agents/${folder}/package-lock.json has ${there ? `${wanted} ${there.version}` : `no ${wanted}`}, images/lock.yaml ${version}; run \`npm install --package-lock-only\` there with the version of the lock`;
  return [{ path: "npm.folder", message }];
}

/** A volume belongs to one agent: two in one place would read each other's login. */
function sharedState(agents: readonly Agent[]): FileProblem[] {
  const own = statePlaces([]);
  return agents.flatMap((agent, index) =>
    agent.state.flatMap(({ purpose, dir }, at) => {
      const others = [...own, ...agents.slice(0, index).flatMap(({ state }) => state), ...agent.state.slice(0, at)];
      const file = `images/agents/${agent.name}.yaml`;
      return [
        ...(others.some((other) => other.purpose === purpose)
          ? [
              {
                file,
                path: `state[${at}].purpose`,
                message: `"${purpose}" is another volume's; name it after the agent`,
              },
            ]
          : []),
        ...(others.some((other) => other.dir === dir)
          ? [{ file, path: `state[${at}].dir`, message: `${dir} is another volume's place` }]
          : []),
      ];
    }),
  );
}

function read<Schema extends z.ZodType>(
  root: string,
  file: string,
  schema: Schema,
  problems: FileProblem[],
): z.output<Schema> | undefined {
  let raw: unknown;
  try {
    raw = parse(readFileSync(join(root, file), "utf8"));
  } catch (error) {
    problems.push({ file, path: "", message: (error as Error).message.split("\n")[0]! });
    return undefined;
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  problems.push(
    ...parsed.error.issues.flatMap((issue) => describeIssue(issue)).map((problem) => ({ file, ...problem })),
  );
  return undefined;
}

function describeIssue(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: keyPath([...issue.path, key]), message: "is not a key here; remove it" }));
  if (issue.code === "invalid_key" && issue.issues[0])
    return [{ path: keyPath(issue.path), message: issue.issues[0].message }];
  return [{ path: keyPath(issue.path), message: issue.message }];
}

function describe(problems: readonly FileProblem[]): string {
  const files = [...new Set(problems.map(({ file }) => file))].sort();
  const lines = files.flatMap((file) => {
    const own = problems.filter((problem) => problem.file === file);
    const width = Math.max(...own.map(({ path }) => path.length));
    return [file, ...own.map(({ path, message }) => `  ${path.padEnd(width)}  ${message}`)];
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [...lines, `${count}; nothing was changed.`].join("\n");
}

/** The hash of a folder: names, executable bits and contents of all its files. */
function hashFolder(folder: string): string {
  const hash = createHash("sha256");
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const stat = statSync(join(folder, path));
    if (!stat.isFile()) continue;
    const content = readFileSync(join(folder, path));
    // With its length, so that no two folders read the same.
    hash.update(`${path}\0${stat.mode & 0o111 ? "x" : "-"}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}
