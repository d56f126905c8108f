import type { Added } from "../capabilities/capability.ts";
import { KEY_FOLDERS } from "../capabilities/dotfiles/dotfile.ts";
import { refusePort } from "../capabilities/egress/root-ports.ts";
import { isMask } from "../capabilities/masks/mask.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Spec } from "../stack-file/spec.ts";
import type { Facts } from "./facts.ts";
import { within } from "./path.ts";
import type { Mount } from "./workload.ts";

/**
 * A rule of every sandbox over what is about to be placed, checked in every preview: what a mandatory one finds stops it, what an advisory one finds is a warning. No
 * stack file changes that; an organisation's own guardrails are in rules/.
 */
export interface Guardrail {
  name: string;
  level: "mandatory" | "advisory";
  judge(workloads: readonly Shown[], facts: GuardrailFacts): Problem[];
}

/** What a container is to have mounted, with the keys that ask for it. */
export interface Shown {
  mounts: readonly Added<Mount>[];
}

/** What the rules need of the world besides the workloads. */
export type GuardrailFacts = Pick<Facts, "neighbours" | "home" | "project" | "kept"> &
  Partial<Pick<Facts, "nothing" | "opened" | "repository">> &
  Pick<Spec, "egress"> & { engine: Pick<Facts["engine"], "host"> };

export interface Verdict extends Problem {
  guardrail: string;
  level: Guardrail["level"];
}

/** Sockets by which engines are ruled. */
const ENGINE_SOCKETS = ["/docker.sock", "/podman.sock", "/containerd.sock", "/crio.sock", "/buildkitd.sock"];

/** Directories of a host that are never a client's: the system, other users' and this person's keys and settings. */
const SYSTEM = [
  "/",
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/sys",
  "/usr",
  "/var",
  // macOS: /etc is a link to the second.
  ...["/System", "/private/etc", "/private/var/db", "/private/var/root"],
  // WSL: what an engine shares with its distribution (sockets among it), and the display with its own system. A disk that a person mounts lies beside these.
  ...[
    "/mnt/wslg",
    "/mnt/wsl/docker-desktop",
    "/mnt/wsl/docker-desktop-bind-mounts",
    "/mnt/wsl/docker-desktop-data",
    "/mnt/wsl/rancher-desktop",
  ],
  "/mnt/wsl/podman-sockets",
];
/** Directories of a host that hold what is several people's or several clients', and whose own directories may be a client's. */
const COMMON = [
  ...["/home", "/lib32", "/lib64", "/libx32", "/lost+found", "/media", "/mnt", "/opt", "/snap", "/srv", "/tmp"],
  ...["/Applications", "/Library", "/Users", "/Volumes", "/private", "/private/tmp", "/private/var"],
  "/mnt/wsl",
];

/** Keys, settings, and what browsers and mail programs keep. */
const PRIVATE = [...KEY_FOLDERS, ".config", ".local", ".mozilla", ".thunderbird", "Library", "snap"];

/** All guardrails, in the order they are told. */
export const guardrails: readonly Guardrail[] = [
  // No container gets a socket of an engine: who has it is root on the host.
  {
    name: "no-engine-socket",
    level: "mandatory",
    judge: (workloads) =>
      hostPaths(workloads).flatMap(({ key, path }) =>
        ENGINE_SOCKETS.some((socket) => path.endsWith(socket)) || ["/var/run", "/run"].includes(path)
          ? [
              {
                path: key,
                message: `${path} is or holds the socket of an engine; whoever has it is root on this host. Remove the mount`,
              },
            ]
          : [],
      ),
  },
  // No directory of the system, no home directory as a whole, and no directory of the person's own keys and settings is mounted.
  {
    name: "no-foreign-mount",
    level: "mandatory",
    judge: (workloads, facts) =>
      hostPaths(workloads).flatMap(({ key, path, program }) => {
        const why = describeForeign(path, facts.home);
        return why && !(program && isForAll(path, facts.home))
          ? [{ path: key, message: `${path} ${why}; name a directory of the client's own` }]
          : [];
      }),
  },
  // No two clients may write one directory, nor one inside the other, nor read what another one writes.
  {
    name: "no-shared-workspace",
    level: "mandatory",
    judge: (workloads, facts) =>
      outermost(hostPaths(workloads)).flatMap(({ key, path }) =>
        facts.neighbours
          .filter((theirs) => within(theirs.path, path) || within(path, theirs.path))
          .map((theirs) => ({
            path: key,
            message: `${path} is shared with client ${theirs.client} (its ${theirs.what} ${theirs.path}); give each client a directory of its own, for reading too`,
          })),
      ),
  },
  // The workspace is in the sandbox once: seen a second time, no mask would lie over it.
  {
    name: "no-second-view",
    level: "mandatory",
    judge: (workloads) => {
      const seen = hostPaths(workloads);
      const workspace = seen.find(({ at }) => at === "/workspace");
      if (!workspace) return [];
      return seen
        .filter((other) => other !== workspace && within(workspace.path, other.path))
        .map(({ key, path }) => ({
          path: key,
          message: `${path} is or holds the workspace (${workspace.path}), which would be seen past its masks; mount a directory beside it`,
        }));
    },
  },
  // No sandbox sees this project, a directory in it or one that holds it, but for what is below examples/.
  {
    name: "no-own-project",
    level: "mandatory",
    judge: (workloads, { project }) =>
      outermost(hostPaths(workloads))
        .filter(({ path }) => within(project, path) || within(path, project))
        .filter(({ path }) => !path.startsWith(`${project}/examples/`))
        .map(({ key, path }) => ({
          path: key,
          message: `${path} is, holds or lies in this project (${project}), whose program, policies and clients are nobody's in a sandbox; name a directory elsewhere`,
        })),
  },
  // No sandbox sees the state of this product, a file that a client's secret is read from, or the engine's own files, nor a directory that holds one of these.
  {
    name: "no-kept-place",
    level: "mandatory",
    judge: (workloads, { kept, home, project }) =>
      // What is told already is not told twice.
      outermost(hostPaths(workloads).filter(({ path }) => !describeForeign(path, home))).flatMap(({ key, path }) => {
        const own = kept
          .filter((own) => !within(own.path, project) || own.path.startsWith(`${project}/examples/`))
          .find((own) => within(own.path, path) || within(path, own.path));
        if (!own) return [];
        const message =
          own.path !== path && within(own.path, path)
            ? `holds ${own.what} (${own.path}), which no sandbox sees; keep that elsewhere, or name a directory that does not hold it`
            : `is or lies in ${own.what} (${own.path}); name a directory elsewhere`;
        return [{ path: key, message: `${path} ${message}` }];
      }),
  },
  // No port that hands out a machine is opened: none of this host, and none of the LAN that asks for nothing.
  {
    name: "no-root-port",
    level: "mandatory",
    judge: (_workloads, { egress, engine }) => [
      ...egress.host.flatMap((port, index) => {
        const why =
          ruledBy(engine.host) === port
            ? `${port} is this engine's own API: whoever has it is root on it`
            : refusePort(port, "host");
        return why
          ? [
              {
                path: `egress.host[${index}]`,
                message: `${why}; run what the agent needs of it in the sandbox, or serve that alone at a port of its own`,
              },
            ]
          : [];
      }),
      ...Object.entries(egress.lan).flatMap(([name, { ports }]) =>
        ports.flatMap((port) => {
          const why = refusePort(port, "lan");
          return why ? [{ path: `egress.lan.${name}`, message: `${why}; put a login before it, at another port` }] : [];
        }),
      ),
    ],
  },
  // No agent may write what git runs on the host; a repository where it may is seen in every preview.
  {
    name: "no-open-hooks",
    level: "advisory",
    judge: (_workloads, { opened = [] }) =>
      opened.map(({ key, path }) => ({
        path: key,
        message: `leaves ${path} to the agent: what it writes there RUNS ON THIS HOST, as you, at your next git command in that repository. Take the line away where you can`,
      })),
  },
];

/** Every finding of every guardrail. */
export function judge(workloads: readonly Shown[], facts: GuardrailFacts): Verdict[] {
  // A mask shows the workspace once more, or nothing.
  const shown = workloads.map((workload) => ({
    ...workload,
    mounts: workload.mounts.filter(
      (mount) => !isMask(mount, workload.mounts, facts.nothing) && !isOwnFile(mount, facts.repository),
    ),
  }));
  const found = guardrails.flatMap((guardrail) =>
    guardrail.judge(shown, facts).map((found) => ({ ...found, guardrail: guardrail.name, level: guardrail.level })),
  );
  // A directory may be seen in several places by one key.
  return [...new Map(found.map((one) => [JSON.stringify([one.guardrail, one.path, one.message]), one])).values()];
}

/** Small files of this product's own, which lead git to a repository. */
function isOwnFile(mount: Mount, repository: Facts["repository"]): boolean {
  const folder = repository?.pointer.path.replace(/[^/]*$/, "git-");
  return folder !== undefined && mount.kind === "bind" && mount.readOnly && mount.source.startsWith(folder);
}

/** Findings as problems of the stack file. */
export function describeGuardrails(verdicts: readonly Verdict[]): Problem[] {
  return verdicts.map(({ path, message, guardrail }) => ({ path, message: `${message} (guardrail ${guardrail})` }));
}

/** Directories of the host that the workloads would see, with the key that asks for each. */
function hostPaths(workloads: readonly Shown[]): { key: string; path: string; at: string; program: boolean }[] {
  return workloads.flatMap(({ mounts }) =>
    mounts.flatMap((mount) =>
      mount.kind === "bind"
        ? [
            {
              key: mount.key ?? "mounts",
              path: mount.source,
              at: mount.at,
              program: mount.readOnly && mount.file === true,
            },
          ]
        : [],
    ),
  );
}

/** Without those that lie in another one of the same key, or are it once more: a workspace has more mounts than one, and its mistake is one. */
function outermost<Seen extends { key: string; path: string }>(seen: readonly Seen[]): Seen[] {
  return seen.filter(
    ({ key, path }, at) =>
      !seen.some(
        (other, there) => other.key === key && within(path, other.path) && (other.path !== path || there < at),
      ),
  );
}

/** Whether a file lies where programs of this host do, which are no secret: those of the system, and those that this person installed. */
function isForAll(path: string, home: string): boolean {
  return ["/bin", "/usr/bin", "/usr/local/bin", `${home}/.local/bin`].some((directory) =>
    path.startsWith(`${directory}/`),
  );
}

/** The port of an engine that is ruled over the network. */
function ruledBy(host: string): number | undefined {
  const port = /^tcp:\/\/.*:(\d+)\/?$/.exec(host)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Why a directory is no client's own, by its place alone: nothing of it is looked at. */
export function describeForeign(path: string, home: string): string | undefined {
  const system = SYSTEM.find((directory) => (directory === "/" ? path === "/" : within(path, directory)));
  if (system && !(system === "/root" && home === "/root")) return `belongs to the system (${system})`;
  if (within(home, path)) return "is or holds your home directory";
  const own = PRIVATE.find((directory) => within(path, `${home}/${directory}`));
  if (own) return `holds your own keys or settings (~/${own})`;
  if (COMMON.includes(path)) return "is a directory of the whole machine";
  const [, theirHome, below = ""] = /^(\/(?:home|Users)\/[^/]+)(?:\/(.*))?$/.exec(path) ?? [];
  if (theirHome && below === "") return "is somebody's home directory";
  const theirs = theirHome && PRIVATE.find((directory) => within(below, directory));
  if (theirs) return `holds somebody's keys or settings (${theirHome}/${theirs})`;
  // Windows drives in WSL: every file of the person's Windows account.
  if (/^\/mnt\/[a-z](\/|$)/.test(path)) return "is on a Windows drive";
  return undefined;
}
