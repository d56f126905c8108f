import { LABELS, SANDBOX } from "../../gateway/contract.ts";
import { statePlaces } from "../state-places.ts";
import type { Agent } from "./agent.ts";
import { bake, install, link, linkAt, quote, run, SECRETS, unpack } from "./dockerfile.ts";
import type { Tool } from "./tool.ts";

/**
 * The Dockerfile of an agent image: a stage for each package that is unpacked, then a layer per tool set, one per agent, their
 * settings, and `dev` on top. Tools come first: they take longest and change least, so that an agent's new version installs none
 * again. Programs come before settings: an edit of a flag rebuilds kilobytes. No heredocs and no COPY --link: engine 20.10's
 * builder and buildah 1.28 know neither.
 */
export function renderAgentDockerfile(of: {
  agents: readonly Agent[];
  tools: readonly Tool[];
  /** `package version integrity` of a lock entry. */
  tarball: (lock: string) => string;
  uid: number;
  gid: number;
}): string {
  const fetched = of.agents.filter((agent) => agent.package || agent.npm);
  return [
    "ARG RUNTIME_IMAGE",
    ...of.tools.flatMap((tool) =>
      tool.tarballs.flatMap((one) => [...stage(toolStage(tool, one)), unpack(one, of.tarball(one.lock))]),
    ),
    ...fetched.flatMap((agent) => fetchStage(agent, of.tarball)),
    `FROM \${RUNTIME_IMAGE}`,
    "USER 0:0",
    ...of.tools.flatMap((tool) => [
      ...install(tool.packages),
      ...tool.tarballs.map((one) => `COPY --from=${toolStage(tool, one)} /out/ /usr/local/`),
      ...bake(tool.environment, tool.settings),
      ...linkAt(tool.links),
    ]),
    ...fetched.map(({ name }) => `COPY --from=fetch-${name} /out/ /usr/local/`),
    ...of.agents.flatMap(settings),
    ...identity(of.agents, of.uid, of.gid),
    label(LABELS.agents, of.agents),
    label(LABELS.tools, of.tools),
    `USER ${of.uid}:${of.gid}`,
    "",
  ].join("\n");
}

/** What `agentbox images` shows. */
function label(key: string, named: readonly { name: string }[]): string {
  return `LABEL ${key}=${JSON.stringify(named.map(({ name }) => name).join(","))}`;
}

function stage(name: string): string[] {
  return [`FROM \${RUNTIME_IMAGE} AS ${name}`, "USER 0:0"];
}

function toolStage(tool: Tool, { lock }: Tool["tarballs"][number]): string {
  return `tool-${tool.name}-${lock}`;
}

function fetchStage(agent: Agent, tarball: (lock: string) => string): string[] {
  if (agent.package) return [...stage(`fetch-${agent.name}`), unpack(agent.package, tarball(agent.package.lock))];
  if (!agent.npm) return [];
  const { folder, links } = agent.npm;
  return [
    ...stage(`fetch-${agent.name}`),
    `COPY ${folder}/package.json ${folder}/package-lock.json /out/lib/${folder}/`,
    run([`${SANDBOX.programs}/fetch-npm /out/lib/${folder}`, ...link(links)], SECRETS),
  ];
}

/** An agent's settings, and what the entrypoint and `enter` need to know of it, in one small layer. */
function settings(agent: Agent): string[] {
  const { flags, before, login } = agent;
  const start = (...words: string[]) => `exec ${[...agent.run, ...words].map(quote).join(" ")} "$@"\n`;
  const files = {
    ...agent.settings,
    [`${SANDBOX.agents}/${agent.name}/enter`]: start(...flags.unattended),
    [`${SANDBOX.agents}/${agent.name}/resume`]: start(...flags.unattended, ...flags.resume),
    ...(flags.print.length > 0 && {
      [`${SANDBOX.agents}/${agent.name}/ask`]: start(...flags.unattended, ...flags.print),
    }),
    ...(before && { [`${SANDBOX.agents}/${agent.name}/before`]: before }),
    ...(login?.file && { [`${SANDBOX.agents}/${agent.name}/login`]: `${login.file.at}\n` }),
    ...Object.fromEntries(Object.entries(agent.seeds).map(([path, content]) => [`${SANDBOX.seeds}${path}`, content])),
  };
  return bake(agent.environment, files);
}

/** `dev`, with the uid and gid of the workspace's owner, and the places that volumes are mounted at: they take its ownership. */
function identity(agents: readonly Agent[], uid: number, gid: number): string[] {
  const places = statePlaces(agents);
  const linked = places.filter(({ at, dir }) => at !== dir);
  return [
    run([
      // -o: a uid or gid of the host may be one of the distribution's own, like gid 20 (staff) on macOS.
      `groupadd -o -g ${gid} dev`,
      `useradd -o -u ${uid} -g ${gid} -d /home/dev -s /bin/bash dev`,
      `install -d -o ${uid} -g ${gid} ${places.map(({ at }) => at).join(" ")} /workspace`,
      `install -d -m 0500 -o ${uid} -g ${gid} ${SANDBOX.secrets}`,
      // A tmpfs takes the mode of the directory it is mounted on. Were there none, Docker would make one, and at the container's
      // next start the tmpfs would be root's 0755; were it below /run, Podman (which copies /run) would make it 1755.
      `install -d -m 1777 ${SANDBOX.own}`,
      `ln -s ..${SANDBOX.own} ${SANDBOX.ready}`,
      `${SANDBOX.programs}/own-trust`,
    ]),
    ...bake({}, { [SANDBOX.state]: linked.map(({ at, dir }) => `${dir} ${at}\n`).join("") }),
  ];
}
