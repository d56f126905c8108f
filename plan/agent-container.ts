import { type Agent, statePlaces } from "../capabilities/image/agent.ts";
import { ULIMITS } from "../capabilities/limits/ulimits.ts";
import { maskMounts } from "../capabilities/masks/mask.ts";
import type { AddressPlan } from "../capabilities/network/addresses.ts";
import type { Spec } from "../stack-file/spec.ts";
import type { Facts } from "./facts.ts";
import { labels, names } from "./names.ts";
import type { Mount, Workload } from "./workload.ts";

const MIB = 2 ** 20;

/** The container the agents run in: no capability, no route out, one writable directory of the host. */
export function planAgent(
  client: string,
  spec: Spec,
  agents: readonly Agent[],
  image: string,
  addresses: AddressPlan,
  facts: Facts,
): Workload {
  const { uid, gid, path, id } = facts.workspace;
  // In lockdown nothing of a session outlives the container's run: home, history, caches and agents' state are one tmpfs.
  const forgets = spec.profile === "lockdown";
  return {
    role: "agent",
    name: names(client).agent,
    hostname: client,
    image,
    user: `${uid}:${gid}`,
    capabilities: [],
    environment: gitIdentity(spec),
    sysctls: {},
    scratch: [
      // Programs unpack and load libraries from /tmp (opencode does), so it is executable.
      { at: "/tmp", size: 1024 * MIB, exec: true },
      // Where /run/agent-sandbox leads in the image.
      { at: "/var/lib/agent-sandbox", size: 16 * MIB, exec: false },
      ...(forgets ? [{ at: "/home/dev", size: 1024 * MIB, exec: true, owner: `${uid}:${gid}` }] : []),
    ],
    mounts: [
      ...(forgets ? [] : statePlaces(agents).map(({ purpose, at }) => volume(client, purpose, at, false))),
      volume(client, "secrets", "/run/secrets", true),
      { kind: "bind", source: path, at: "/workspace", readOnly: false, id } as const,
      ...maskMounts(facts, names(client).volume("empty")),
      ...spec.mounts.map(
        ({ at, mode }, index) =>
          ({
            kind: "bind",
            source: facts.mounts[index]!.path,
            at,
            readOnly: mode === "ro",
            id: facts.mounts[index]!.id,
          }) as const,
      ),
    ].sort((a, b) => (a.at < b.at ? -1 : 1)),
    networks: [{ name: names(client).inner, address: addresses.agent }],
    resolver: addresses.gateway,
    published: [],
    limits: { memory: spec.limits.memory, pids: spec.limits.pids, ...(spec.limits.cpus && { cpus: spec.limits.cpus }) },
    ulimits: ULIMITS,
    gpu: spec.gpu,
    restart: "unless-stopped",
    stopGrace: 5,
    labels: labels(client, "agent", facts.maker),
  };
}

function volume(client: string, purpose: string, at: string, readOnly: boolean): Mount {
  return { kind: "volume", purpose, source: names(client).volume(purpose), at, readOnly };
}

function gitIdentity({ git }: Spec): Record<string, string> {
  return {
    ...(git.name && { GIT_AUTHOR_NAME: git.name, GIT_COMMITTER_NAME: git.name }),
    ...(git.email && { GIT_AUTHOR_EMAIL: git.email, GIT_COMMITTER_EMAIL: git.email }),
  };
}
