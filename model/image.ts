import { z } from "zod";
import type { Agent } from "./agent.ts";
import { specHash } from "./hash.ts";

const Tarball = z.strictObject({
  package: z.string().regex(/^(@[a-z0-9-]+\/)?[a-z0-9._-]+$/),
  version: z.string().regex(/^[0-9A-Za-z.+-]+$/),
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/, { error: "is not a sha512 integrity" }),
  released: z.iso.date(),
});

export const PLATFORMS = ["linux-x64", "linux-arm64"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** images/lock.yaml: what images are made of, exactly. */
export const LockSchema = z.strictObject({
  base: z.strictObject({
    registry: z
      .string()
      .regex(/@sha256:[0-9a-f]{64}$/, { error: "is not pinned by digest" })
      .nullable(),
    suite: z.string().regex(/^[a-z]+$/),
    epoch: z.int(),
  }),
  packages: z.record(z.string(), z.partialRecord(z.enum([...PLATFORMS, "any"]), Tarball)),
});

export type Lock = z.output<typeof LockSchema>;

/** What the images of this project are made of, as host/images.ts reads it. */
export interface ImageSources {
  lock: Lock;
  agents: readonly Agent[];
  platform: Platform;
  /** Of each build context: its Dockerfile, and the hash of all files in it (build.sh and modes included). */
  contexts: Readonly<Record<"base" | "runtime" | "gateway", { dockerfile: string; hash: string }>>;
}

/** One image: how build.sh makes it. */
export interface ImagePlan {
  name: string;
  /** `agent-sandbox/<name>:<hash of all that goes in>`. */
  tag: string;
  dockerfile: string;
  /** What build.sh is told. */
  environment: Record<string, string>;
}

export type ImagePlans = Record<"base" | "runtime" | "gateway" | "agent", ImagePlan>;

/**
 * The images of a sandbox. base → runtime → agent, and base → gateway. Nothing in them is a client's: the agent image depends
 * on which agents it has and on the uid and gid of `dev`, so clients share it.
 * @throws when the lock has no package of an agent for this platform
 */
export function planImages(of: {
  agents: readonly Agent[];
  uid: number;
  gid: number;
  sources: ImageSources;
}): ImagePlans {
  const { lock, contexts, platform } = of.sources;
  const base = plan("base", contexts.base.dockerfile, contexts.base.hash, {
    CONTEXT: "images/base",
    SUITE: lock.base.suite,
    EPOCH: String(lock.base.epoch),
    REGISTRY_IMAGE: lock.base.registry ?? "",
  });
  const runtime = plan("runtime", contexts.runtime.dockerfile, contexts.runtime.hash, {
    CONTEXT: "images/runtime",
    BUILD_ARGS: [
      `BASE_IMAGE=${base.tag}`,
      `NODE=${tarball(lock, "node", platform)}`,
      `NPM=${tarball(lock, "npm", platform)}`,
    ].join("\n"),
  });
  const gateway = plan("gateway", contexts.gateway.dockerfile, contexts.gateway.hash, {
    CONTEXT: "images/gateway",
    BUILD_ARGS: `BASE_IMAGE=${base.tag}`,
  });
  // A shell is in every sandbox: `enter` without an agent is one.
  const shell = of.sources.agents.filter((agent) => agent.name === "shell" && !of.agents.includes(agent));
  const dockerfile = renderAgentDockerfile(
    [...of.agents, ...shell],
    (name) => tarball(lock, name, platform),
    of.uid,
    of.gid,
  );
  // The context is empty of meaning: all that goes in is in the Dockerfile.
  const agent = plan("agent", dockerfile, "", {
    CONTEXT: "images/runtime",
    BUILD_ARGS: `RUNTIME_IMAGE=${runtime.tag}`,
  });
  return { base, runtime, gateway, agent };
}

function plan(name: string, dockerfile: string, contextHash: string, environment: Record<string, string>): ImagePlan {
  const tag = `agent-sandbox/${name}:${specHash([dockerfile, contextHash, environment]).slice(0, 12)}`;
  return { name, tag, dockerfile, environment: { ...environment, IMAGE_TAG: tag } };
}

function tarball(lock: Lock, name: string, platform: Platform): string {
  const entry = lock.packages[name]?.[platform] ?? lock.packages[name]?.any;
  if (!entry) throw new Error(`images/lock.yaml has no package "${name}" for ${platform}`);
  return `${entry.package} ${entry.version} ${entry.integrity}`;
}

/** The Dockerfile of an agent image: a stage per agent that unpacks its package, one layer each, `dev` on top. */
function renderAgentDockerfile(
  agents: readonly Agent[],
  tarball: (name: string) => string,
  uid: number,
  gid: number,
): string {
  const fetched = agents.filter((agent) => agent.package);
  return [
    "ARG RUNTIME_IMAGE",
    ...fetched.flatMap((agent) => fetchStage(agent, tarball(agent.package!.lock))),
    "FROM ${RUNTIME_IMAGE}",
    "USER 0:0",
    ...fetched.map(({ name }) => `COPY --from=fetch-${name} /out/ /usr/local/`),
    ...agents.flatMap(bake),
    identity(agents, uid, gid),
    `USER ${uid}:${gid}`,
    "",
  ].join("\n");
}

function fetchStage(agent: Agent, tarball: string): string[] {
  const { files, without, links } = agent.package!;
  const commands = [
    "set -eu",
    `npm-tarball ${tarball} /tmp/package`,
    ...Object.entries(files).flatMap(([from, to]) => [
      `mkdir -p "$(dirname /out/${to})"`,
      `mv /tmp/package/${from} /out/${to}`,
    ]),
    ...without.map((path) => `rm -r /out/${path}`),
    ...Object.entries(links).flatMap(([name, target]) => [
      `mkdir -p "$(dirname /out/${name})"`,
      `ln -s ${target} /out/${name}`,
    ]),
    "rm -rf /tmp/package",
  ];
  return [
    `FROM \${RUNTIME_IMAGE} AS fetch-${agent.name}`,
    "USER 0:0",
    `RUN --mount=type=secret,id=hostca,required=false --mount=type=secret,id=registry,required=false ${commands.join("; ")}`,
  ];
}

/** An agent's settings, and what the entrypoint and `enter` need to know of it. */
function bake(agent: Agent): string[] {
  const start = (words: readonly string[]) => `exec ${words.map(quote).join(" ")} "$@"\n`;
  const files = {
    ...agent.settings,
    [`/etc/agent-sandbox/agents/${agent.name}/enter`]: start([...agent.run, ...agent.flags.unattended]),
    [`/etc/agent-sandbox/agents/${agent.name}/resume`]: start([
      ...agent.run,
      ...agent.flags.unattended,
      ...agent.flags.resume,
    ]),
    ...(agent.login && { [`/etc/agent-sandbox/agents/${agent.name}/login`]: `${agent.login.file}\n` }),
    ...Object.fromEntries(
      Object.entries(agent.seeds).map(([path, content]) => [`/etc/agent-sandbox/seeds${path}`, content]),
    ),
  };
  return [
    ...Object.entries(agent.environment).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    // No heredocs: engine 20.10's builder and buildah 1.28 do not know them.
    ...Object.entries(files).map(
      ([path, content]) =>
        `RUN mkdir -p "$(dirname ${path})" && echo ${Buffer.from(content).toString("base64")} | base64 -d >${path}`,
    ),
  ];
}

/** `dev`, with the uid and gid of the workspace's owner, and the places that volumes are mounted at: they take its ownership. */
function identity(agents: readonly Agent[], uid: number, gid: number): string {
  const places = [
    "/home/dev/.cache",
    "/home/dev/.local/state/history",
    ...agents.flatMap(({ state }) => state.map(({ dir }) => dir)),
  ];
  const commands = [
    "set -eu",
    // -o: a gid of the host may be one of the distribution's own, like 20 (staff) on macOS.
    `groupadd -o -g ${gid} dev`,
    `useradd -o -u ${uid} -g ${gid} -d /home/dev -s /bin/bash dev`,
    `install -d -o ${uid} -g ${gid} /home/dev /home/dev/.local /home/dev/.local/state ${places.sort().join(" ")} /workspace`,
    `install -d -m 0500 -o ${uid} -g ${gid} /run/secrets`,
  ];
  return `RUN ${commands.join("; ")}`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
