import { type Agent, statePlaces } from "./agent.ts";

/** Where `enter` and `prepare` look. */
const AGENTS = "/etc/agent-sandbox/agents";
const SEEDS = "/etc/agent-sandbox/seeds";
const SECRETS =
  "--mount=type=secret,id=hostca,required=false --mount=type=secret,id=npmrc,required=false " +
  // Tarballs outlive a change of the layers below; each is checked against the lock whenever it is used.
  "--mount=type=cache,id=agent-sandbox-packages,target=/var/cache/packages";

/**
 * The Dockerfile of an agent image: a stage per agent that unpacks its package, one layer each, their settings, `dev` on top.
 * Programs come before settings: an edit of a flag rebuilds kilobytes. No heredocs and no COPY --link: engine 20.10's builder
 * and buildah 1.28 know neither.
 */
export function renderAgentDockerfile(of: {
  agents: readonly Agent[];
  /** `package version integrity` of a lock entry. */
  tarball: (lock: string) => string;
  uid: number;
  gid: number;
}): string {
  const fetched = of.agents.filter((agent) => agent.package || agent.npm);
  return [
    "ARG RUNTIME_IMAGE",
    ...fetched.flatMap((agent) => fetchStage(agent, of.tarball)),
    `FROM \${RUNTIME_IMAGE}`,
    "USER 0:0",
    ...fetched.map(({ name }) => `COPY --from=fetch-${name} /out/ /usr/local/`),
    ...of.agents.flatMap(bake),
    identity(of.agents, of.uid, of.gid),
    `USER ${of.uid}:${of.gid}`,
    "",
  ].join("\n");
}

function fetchStage(agent: Agent, tarball: (lock: string) => string): string[] {
  const links = Object.entries(agent.package?.links ?? agent.npm?.links ?? {}).flatMap(([name, target]) => [
    `mkdir -p "$(dirname /out/${name})"`,
    `ln -s ${target} /out/${name}`,
  ]);
  const stage = [`FROM \${RUNTIME_IMAGE} AS fetch-${agent.name}`, "USER 0:0"];
  if (agent.npm) {
    const { folder } = agent.npm;
    return [
      ...stage,
      `COPY ${folder}/package.json ${folder}/package-lock.json /out/lib/${folder}/`,
      run([`/usr/local/lib/agent-sandbox/fetch-npm /out/lib/${folder}`, ...links], SECRETS),
    ];
  }
  const { lock, files, without } = agent.package!;
  return [
    ...stage,
    run(
      [
        `/usr/local/lib/agent-sandbox/fetch-tarball ${tarball(lock)} /tmp/package`,
        ...Object.entries(files).flatMap(([from, to]) => [
          `mkdir -p "$(dirname /out/${to})"`,
          `mv /tmp/package/${from} /out/${to}`,
        ]),
        ...without.map((path) => `rm -r /out/${path}`),
        ...links,
      ],
      SECRETS,
    ),
  ];
}

/** An agent's settings, and what the entrypoint and `enter` need to know of it, in one small layer. */
function bake(agent: Agent): string[] {
  const { flags, before, login } = agent;
  const start = (...words: string[]) => `exec ${[...agent.run, ...words].map(quote).join(" ")} "$@"\n`;
  const files = {
    ...agent.settings,
    [`${AGENTS}/${agent.name}/enter`]: start(...flags.unattended),
    [`${AGENTS}/${agent.name}/resume`]: start(...flags.unattended, ...flags.resume),
    ...(flags.print.length > 0 && {
      [`${AGENTS}/${agent.name}/ask`]: start(...flags.unattended, ...flags.print),
    }),
    [`${AGENTS}/${agent.name}/keys`]: agent.keys.map((key) => `${key}\n`).join(""),
    ...(before && { [`${AGENTS}/${agent.name}/before`]: before }),
    ...(login && { [`${AGENTS}/${agent.name}/login`]: `${login.file}\n` }),
    ...Object.fromEntries(Object.entries(agent.seeds).map(([path, content]) => [`${SEEDS}${path}`, content])),
  };
  const put = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => `put ${path} ${Buffer.from(content).toString("base64")}`);
  return [
    ...Object.entries(agent.environment)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `ENV ${name}=${JSON.stringify(value).replaceAll("$", "\\$")}`),
    run([`put() { mkdir -p "\${1%/*}"; echo "\${2:-}" | base64 -d >"$1"; }`, ...put]),
  ];
}

/** `dev`, with the uid and gid of the workspace's owner, and the places that volumes are mounted at: they take its ownership. */
function identity(agents: readonly Agent[], uid: number, gid: number): string {
  const places = statePlaces(agents).flatMap(({ dir }) => withParents(dir));
  return run([
    // -o: a uid or gid of the host may be one of the distribution's own, like gid 20 (staff) on macOS.
    `groupadd -o -g ${gid} dev`,
    `useradd -o -u ${uid} -g ${gid} -d /home/dev -s /bin/bash dev`,
    `install -d -o ${uid} -g ${gid} ${[...new Set(places)].sort().join(" ")} /workspace`,
    `install -d -m 0500 -o ${uid} -g ${gid} /run/secrets`,
    // A tmpfs takes the mode of the directory it is mounted on. Were there none, Docker would make one, and at the container's
    // next start the tmpfs would be root's 0755; were it below /run, Podman (which copies /run) would make it 1755.
    "install -d -m 1777 /var/lib/agent-sandbox",
    "ln -s ../var/lib/agent-sandbox /run/agent-sandbox",
  ]);
}

/** A directory below /home/dev and those that lead to it: what `install -d` makes on its way belongs to root. */
function withParents(dir: string): string[] {
  const names = dir.split("/").slice(3);
  return ["/home/dev", ...names.map((_, index) => `/home/dev/${names.slice(0, index + 1).join("/")}`)];
}

/** A RUN of several commands, a line each: a line of more than 64 KiB is refused by the builder. */
function run(commands: readonly string[], options = ""): string {
  return `RUN ${options && `${options} \\\n    `}${["set -eu", ...commands].join("; \\\n    ")}`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
