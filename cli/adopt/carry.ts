import { refuseMountPoint } from "../../capabilities/mounts/own-places.ts";
import { looksSecret, soundsSecret } from "../../capabilities/secret-name.ts";
import { isAtOrBelow } from "../../stack-file/key-path.ts";
import type { Problem } from "../../stack-file/problem.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { HandMade, HandMadeMount } from "./hand-made.ts";

/** One line of a stack file that comes of a sandbox made by hand. */
interface Item {
  /** The key: one of a list's (`mounts`), or a whole path (`environment.TZ`). */
  key: string;
  value: unknown;
  what: string;
}

export interface Adopted {
  /** The keys of the stack file, without the namespace. */
  config: Record<string, unknown>;
  carried: string[];
  left: { what: string; why: string }[];
}

/** An agent, and the variables that it takes a key from. */
interface KnownAgent {
  name: string;
  keys: readonly string[];
}

/**
 * Makes a stack file's keys of what several sources tell of one sandbox. What no stack file may say, or the project's own judgement of stack files refuses, is left
 * out with the reason; so is every value that looks like a secret, which is not repeated either.
 * @param workspace what the person says that it is
 * @param judge what is wrong with a config
 * @throws UserError where nothing is left that a workspace could be, or all of it together is refused
 */
export async function carry(
  sources: readonly HandMade[],
  agents: readonly KnownAgent[],
  workspace: string | undefined,
  judge: (config: Record<string, unknown>) => Promise<Problem[]>,
): Promise<Adopted> {
  const left: Adopted["left"] = sources.flatMap((source) => source.left);
  let items = sources.flatMap((source) => itemsOf(source, agents, left));
  const place = workspace ?? chooseWorkspace(sources)?.source;
  if (place === undefined)
    throw new UserError(
      2,
      "nothing in it says which directory an agent may write; name it: --workspace DIRECTORY. Nothing was written",
    );
  items = items.filter(({ key, value }) => key !== "mounts" || (value as { host: string }).host !== place);
  items.push({ key: "workspace", value: place, what: `${place}, the workspace` }, ...agentItems(sources, agents));
  for (;;) {
    const placed = withPaths(items);
    const problems = await judge(configOf(items));
    const refused = new Map(
      placed.flatMap(({ item, path }) => {
        const problem = problems.find(
          (one) => isAtOrBelow(one.path, path) || (one.file !== undefined && one.file === item.value),
        );
        return problem && item.key !== "workspace" ? [[item, problem.message] as const] : [];
      }),
    );
    if (problems.length > 0 && refused.size === 0)
      throw new UserError(2, [
        "no stack file comes of it:",
        ...problems.map(({ path, message }) => `  ${path}  ${message}`),
      ]);
    left.push(...[...refused].map(([{ what }, why]) => ({ what, why })));
    items = items.filter((item) => !refused.has(item));
    if (problems.length === 0) break;
  }
  if (!sources.some(({ names, policies }) => names ?? policies.length > 0))
    left.push({
      what: "reaching every host",
      why: "a sandbox reaches what `egress.allow` names, besides what its agents need; `agentbox audit` shows what is missed",
    });
  return { config: configOf(items), carried: items.map(({ what }) => what), left };
}

/** The mount that an agent works in: where the container works, else at a usual place, else the first that can be written. */
function chooseWorkspace(sources: readonly HandMade[]): HandMadeMount | undefined {
  const all = sources.flatMap(({ mounts, workdir }) =>
    mounts
      .filter((mount) => mount.kind === "bind" && !mount.readOnly && !refuseMount(mount))
      .map((mount) => ({ mount, workdir })),
  );
  const found =
    all.find(({ mount, workdir }) => mount.at === workdir) ??
    all.find(({ mount, workdir }) => workdir?.startsWith(`${mount.at}/`)) ??
    all.find(({ mount }) => /^\/(workspaces?|work|app|src|code|project)(\/|$)/.test(mount.at)) ??
    all[0];
  return found?.mount;
}

function itemsOf(source: HandMade, agents: readonly KnownAgent[], left: Adopted["left"]): Item[] {
  const { image, mounts, environment, ports, limits, gpu, names = [], policies, resolvers } = source;
  if (image)
    left.push({
      what: `image ${image}`,
      why: "an image here is made of agents, `tools` and `image.packages`; one of your own is `image: {ref: NAME@sha256:…}`",
    });
  const kept = <Of>(all: readonly Of[], why: (one: Of) => string | undefined, what: (one: Of) => string) =>
    all.filter((one) => {
      const reason = why(one);
      if (reason !== undefined) left.push({ what: what(one), why: reason });
      return reason === undefined;
    });
  const mib = (bytes: number) => `${Math.floor(bytes / 2 ** 20)}MiB`;
  const { cpus, memory, pids, shm } = limits;
  const limit = (name: string, value: unknown): Item => ({
    key: `limits.${name}`,
    value,
    what: `limit of ${name}: ${value}`,
  });
  return [
    ...kept(
      mounts,
      refuseMount,
      (mount) => `${mount.kind === "bind" ? "mount" : "volume"} ${mount.source} at ${mount.at}`,
    ).map(({ source: host, at, readOnly }) => ({
      ...{ key: "mounts", value: { host, at, mode: readOnly ? "ro" : "rw" } },
      what: `mount ${host} at ${at}, ${readOnly ? "ro" : "rw"}`,
    })),
    ...kept(
      environment,
      (one) => refuseVariable(one, agents),
      ([name]) => `variable ${name}`,
    ).map(([name, value]) => ({
      ...{ key: `environment.${name}`, value, what: `variable ${name}` },
    })),
    ...kept(ports, refusePort, ({ host, container }) => `port ${host}:${container}`).map(
      ({ host, container, everywhere }) => {
        const to = container.replace(/\/.*/, "");
        const value = host === "" || host === to ? to : `${host}:${to}`;
        return {
          key: "ports",
          value: /^\d+$/.test(value) ? Number(value) : value,
          what: `port ${value}, on 127.0.0.1${everywhere ? " alone: it was open to other machines" : ""}`,
        };
      },
    ),
    ...names.map((name) => ({ key: "egress.allow", value: name, what: `name ${name}` })),
    ...policies.map((path) => ({ key: "egress.from", value: path, what: `policy ${path}` })),
    ...resolvers.map((address) => ({ key: "resolvers", value: address, what: `resolver ${address}` })),
    ...(cpus ? [limit("cpus", Math.round(cpus * 100) / 100)] : []),
    ...(memory ? [limit("memory", mib(memory))] : []),
    ...(pids ? [limit("pids", pids)] : []),
    ...(shm ? [limit("shm", mib(shm))] : []),
    ...(gpu ? [{ key: "gpu", value: "all", what: "GPUs, all of them" }] : []),
  ];
}

/** Why a mount is not carried over. */
function refuseMount({ kind, source, at }: HandMadeMount): string | undefined {
  if (/\/[\w.-]*\.sock$/.test(source))
    return "whoever has an engine's socket, or an agent's of ssh, has what is behind it: no sandbox gets one";
  if (kind === "volume")
    return "a sandbox has volumes of its own, by purpose; copy what you need of it into the workspace";
  if (/^\/(|bin|boot|dev|etc|home|lib|proc|root|run|sbin|sys|usr|var|var\/run|var\/lib\/docker)\/?$/.test(source))
    return "it is this machine's own";
  if (
    /(^|\/)\.(ssh|aws|azure|gnupg|kube|docker|netrc|npmrc|pypirc|git-credentials|config\/gcloud|config\/gh|password-store)(\/|$)/.test(
      source,
    )
  )
    return "keys of yours are there; a secret is delivered by name: `secrets`, `git.tokens`";
  if (/(^|\/)\.(claude|codex|gemini|copilot|qwen|config\/opencode|pi)(\.json)?(\/|$)/.test(source))
    return "an agent has a home of its own; `credentials: {AGENT: {login: host}}` copies the login alone";
  if (/(^|\/)\.gitconfig$/.test(source)) return "who the agent is to git is said by `git: {name: …, email: …}`";
  if (/\$\{/.test(source + at)) return "it has a variable in it, which nothing is put in the place of";
  return refuseMountPoint(at);
}

/** Characters that a variable's value has at most (capabilities/environment/keys.ts). */
const MOST = 1000;

/** Why a variable is not carried over. Its value is in no message. */
function refuseVariable(
  [name, value]: HandMade["environment"][number],
  agents: readonly KnownAgent[],
): string | undefined {
  const agent = agents.find(({ keys }) => keys.includes(name));
  if (agent)
    return `${agent.name} takes its key from it, and its value is not copied; write credentials: {${agent.name}: {apiKey: {env: ${name}}}}`;
  // Before anything searches it.
  if (value !== undefined && value.length > MOST) return `has ${value.length} characters, and a value at most ${MOST}`;
  if (soundsSecret(name) || (value !== undefined && looksSecret(value)))
    return `it looks like a secret, and its value is not copied; write secrets: {${name}: {env: ${name}, export: true}}, or {file: …}`;
  if (value === undefined || /\$\{?\w/.test(value))
    return "its value comes from elsewhere; write it below `environment`";
  return undefined;
}

function refusePort({ host, container }: HandMade["ports"][number]): string | undefined {
  if (/\/(udp|sctp)$/.test(container)) return "the gateway forwards TCP alone";
  return /\$\{?\w/.test(host + container) ? "it has a variable in it" : undefined;
}

/** The agents that its words, its mounts or its variables name. */
function agentItems(sources: readonly HandMade[], agents: readonly KnownAgent[]): Item[] {
  const words = sources.flatMap((source) => [
    ...source.words,
    ...source.mounts.map((mount) => mount.source),
    ...source.environment.map(([name]) => name),
  ]);
  const named = (name: string) => words.some((word) => new RegExp(`(^|[^a-z])${name}($|[^a-z])`, "i").test(word));
  // Several take a key of one name.
  const byKey = words.map((word) => agents.find(({ keys }) => keys.includes(word))?.name);
  return agents
    .filter(({ name }) => name !== "shell")
    .filter(({ name }) => named(name) || byKey.includes(name))
    .map(({ name }) => ({ key: "agents", value: name, what: `agent ${name}` }));
}

/** Keys that hold a list. */
const LISTS = ["agents", "mounts", "ports", "egress.allow", "egress.from", "resolvers"];

/** Each item with its path in the config that all of them make. */
function withPaths(items: readonly Item[]): { item: Item; path: string }[] {
  const counts = new Map<string, number>();
  return items.map((item) => {
    if (!LISTS.includes(item.key)) return { item, path: item.key };
    const index = counts.get(item.key) ?? 0;
    counts.set(item.key, index + 1);
    return { item, path: `${item.key}[${index}]` };
  });
}

/** In the order in which a stack file is read. */
const ORDER = ["workspace", "agents", "egress", "ports", "environment", "mounts", "limits", "gpu", "resolvers"];

function configOf(items: readonly Item[]): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const { key, value } of items.toSorted((a, b) => order(a) - order(b))) {
    // A variable's name may have a dot in it.
    const at = key.indexOf(".");
    const [first, rest] = at < 0 ? [key, undefined] : [key.slice(0, at), key.slice(at + 1)];
    if (rest === undefined)
      config[first] = LISTS.includes(key) ? [...((config[first] as unknown[]) ?? []), value] : value;
    else {
      const inner = (config[first] ?? {}) as Record<string, unknown>;
      config[first] = {
        ...inner,
        [rest]: LISTS.includes(key) ? [...((inner[rest] as unknown[]) ?? []), value] : value,
      };
    }
  }
  return config;
}

function order({ key }: Item): number {
  return ORDER.indexOf(key.replace(/\..*/s, ""));
}
