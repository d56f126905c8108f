import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { CatalogueError, readJson, readNamedYaml } from "../../../host/catalogue-file.ts";
import { hashOf } from "../../../host/hash-files.ts";
import { yamlNames } from "../../../host/yaml-names.ts";
import { packageOf, placeOf } from "../../../setup/places.ts";
import { type Problem, suggest } from "../../../stack-file/problem.ts";
import { quoted } from "../../../stack-file/quoted.ts";
import { statePlaces } from "../../state-places.ts";
import { type Agent, AgentSchema, OWN_PURPOSES } from "../agent.ts";
import type { ImageCatalogue, ImageSources } from "../image.ts";
import type { Lock } from "../lock.ts";
import { ToolSchema } from "../tool.ts";
import { lockOf } from "./lock.ts";
import { readNpmFolder } from "./npm-folder.ts";
import { registryLockOf } from "./registry.ts";

/** What of the agents and tool sets is read: only what is named, for each costs 2 ms, and every `up` would pay. */
interface Wanted {
  agents: readonly string[];
  tools: readonly string[];
}

/**
 * Reads what images are made of: what stack files name of them, and the build contexts.
 * @throws CatalogueError with all problems at once
 */
export function readImageSources(root: string, wanted: Wanted): ImageSources {
  const catalogue = readImageCatalogue(root, wanted);
  return {
    ...catalogue,
    contexts: {
      // The base has no Dockerfile: it is put together from the distribution's packages.
      base: { dockerfile: "", hash: hashOf(packageOf(root), "images/base") },
      runtime: readContext(packageOf(root), "runtime"),
      gateway: readContext(packageOf(root), "gateway"),
    },
    check: hashOf(packageOf(root), "images/check"),
  };
}

/**
 * Reads the lock, and the agents and tool sets that are named. Unknown names are passed over here: `declare` reports them with their key path.
 * @throws CatalogueError with all problems at once
 */
export function readImageCatalogue(root: string, wanted: Wanted): ImageCatalogue {
  const problems: Problem[] = [];
  const lock = lockOf(root, problems);
  const registry = registryLockOf(root, problems);
  const [agentNames, toolNames] = [dataNames(root, "agents"), dataNames(root, "tools")];
  const named = (all: string[], some: readonly string[]) => all.filter((name) => some.includes(name));
  const agents = readNamedYaml(root, "images/agents", named(agentNames, wanted.agents), AgentSchema, problems);
  const tools = readNamedYaml(root, "images/tools", named(toolNames, wanted.tools), ToolSchema, problems);
  if (lock)
    problems.push(
      ...agents.flatMap((agent) => agentLockProblems(root, agent, lock)),
      ...tools.flatMap((tool) =>
        tool.tarballs.flatMap((tarball, index) =>
          unlocked(`images/tools/${tool.name}.yaml`, `tarballs[${index}].lock`, tarball.lock, lock),
        ),
      ),
    );
  problems.push(...sharedState(agents), ...agents.flatMap(strayLogin));
  if (!lock || problems.length > 0) throw new CatalogueError(problems);
  const npmFolders = Object.fromEntries(
    agents.flatMap(({ npm }) => {
      const path = `images/agents/${npm?.folder}`;
      return npm ? [[npm.folder, readNpmFolder(placeOf(root, path), path)]] : [];
    }),
  );
  return { lock, registry, agents, agentNames, tools, toolNames, npmFolders };
}

/** The names of all agents, or of all tool sets: those of their files. Sorted. */
export function dataNames(root: string, kind: "agents" | "tools"): string[] {
  return yamlNames(root, `images/${kind}`);
}

function readContext(root: string, name: string): { dockerfile: string; hash: string } {
  return {
    dockerfile: readFileSync(join(root, "images", name, "Dockerfile"), "utf8"),
    hash: hashOf(root, `images/${name}`),
  };
}

const byNpm = { error: () => "is not what npm writes there; put the file back, or run npm install in its folder" };
const word = z.string(byNpm).optional();
/** What npm locks, as far as it is read. */
const NpmLock = z.object(
  { packages: z.record(z.string(), z.object({ version: word, integrity: word }, byNpm), byNpm) },
  byNpm,
);

/** What an agent's file says of its packages, and the lock does not. */
function agentLockProblems(root: string, agent: Agent, lock: Lock): Problem[] {
  const from = agent.package ? "package" : "npm";
  const name = agent[from]?.lock;
  if (!name) return [];
  const file = `images/agents/${agent.name}.yaml`;
  const unknown = unlocked(file, `${from}.lock`, name, lock);
  if (unknown.length > 0 || !agent.npm) return unknown;
  const { folder } = agent.npm;
  const { package: wanted, version, integrity } = lock.packages[name]?.any ?? {};
  const npmLock = `images/agents/${folder}/package-lock.json`;
  const broken: Problem[] = [];
  const there = readJson(placeOf(root, npmLock), npmLock, NpmLock, broken)?.packages[`node_modules/${wanted}`];
  if (broken.length > 0)
    // The folder may be the wrong word, and its file no more than not there.
    return broken.slice(0, 1).map(({ path, message }) => ({
      file,
      path: "npm.folder",
      message: `${[npmLock, path].filter(Boolean).join(" ")}: ${message}`,
    }));
  if (there && there.version === version && there.integrity === integrity) return [];
  const message = `${npmLock} has ${there ? `${wanted} ${there.version}` : `no ${wanted}`}, images/lock.yaml ${version}; \`agentbox bump ${name}\` raises both`;
  return [{ file, path: "npm.folder", message }];
}

function unlocked(file: string, path: string, name: string, lock: Lock): Problem[] {
  if (lock.packages[name]) return [];
  const known = Object.keys(lock.packages).sort();
  const message = `${quoted(name)} is not in images/lock.yaml.${suggest(name, known)} Packages: ${known.join(", ")}`;
  return [{ file, path, message }];
}

/** A volume belongs to one agent: two in one place would read each other's login. */
function sharedState(agents: readonly Agent[]): Problem[] {
  const own = statePlaces([]);
  return agents.flatMap((agent, index) =>
    agent.state.flatMap(({ purpose, dir }, at) => {
      const others = [...own, ...agents.slice(0, index).flatMap(({ state }) => state), ...agent.state.slice(0, at)];
      const file = `images/agents/${agent.name}.yaml`;
      return [
        ...(OWN_PURPOSES.includes(purpose) || others.some((other) => other.purpose === purpose)
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

/** A way to log in that no variable takes, and a login that would be gone with its container. */
function strayLogin({ name, login, keys, state }: Agent): Problem[] {
  const file = `images/agents/${name}.yaml`;
  const at = login?.file?.at;
  return [
    ...(login?.ways ?? []).flatMap(({ token }, index) =>
      token === undefined || keys.includes(token)
        ? []
        : [
            {
              file,
              path: `login.ways[${index}].token`,
              message: `${token} is no variable that it takes a key from.${suggest(token, keys)} Variables: ${keys.join(", ") || "none"} (keys)`,
            },
          ],
    ),
    ...(at === undefined || state.some(({ dir }) => at.startsWith(`${dir}/`))
      ? []
      : [{ file, path: "login.file.at", message: `${at} is in no directory of its state; add that to state` }]),
  ];
}
