import { SANDBOX } from "../../gateway/contract.ts";
import type { Package } from "./package.ts";

/** What a RUN that fetches is given: the host's certificates and npm's registry as build secrets, and the kept tarballs. */
export const SECRETS =
  "--mount=type=secret,id=hostca,required=false --mount=type=secret,id=npmrc,required=false " +
  // Tarballs outlive a change of the layers below; each is checked against the lock whenever it is used.
  "--mount=type=cache,id=agent-sandbox-packages,target=/var/cache/packages";

/** One locked cache, no second: Podman 4.3 would wait for it for ever in the next RUN. */
const APT = "--mount=type=secret,id=hostca,required=false --mount=type=cache,target=/var/cache/apt,sharing=locked";

/** A RUN of several commands, a line each: a line of more than 64 KiB is refused by the builder. */
export function run(commands: readonly string[], options = ""): string {
  return `RUN ${options && `${options} \\\n    `}${["set -eu", ...commands].join("; \\\n    ")}`;
}

/** Packages of the distribution, as a layer. */
export function install(packages: readonly string[]): string[] {
  if (packages.length === 0) return [];
  return [run([`${SANDBOX.programs}/apt-install ${[...packages].sort().join(" ")}`], APT)];
}

/** Unpacks a package's tarball to /out, which the final stage copies to /usr/local. */
export function unpack({ files, without, links }: Package, tarball: string): string {
  return run(
    [
      `${SANDBOX.programs}/fetch-tarball ${tarball} /tmp/package`,
      ...Object.entries(files).flatMap(([from, to]) => [
        `mkdir -p "$(dirname /out/${to})"`,
        `mv /tmp/package/${from} /out/${to}`,
      ]),
      ...without.map((path) => `rm -r /out/${path}`),
      ...link(links),
    ],
    SECRETS,
  );
}

/** Commands that make links below /out. */
export function link(links: Readonly<Record<string, string>>): string[] {
  return Object.entries(links).flatMap(([name, target]) => [
    `mkdir -p "$(dirname /out/${name})"`,
    `ln -s ${target} /out/${name}`,
  ]);
}

/** Links at absolute paths, as a layer. */
export function linkAt(links: Readonly<Record<string, string>>): string[] {
  if (Object.keys(links).length === 0) return [];
  return [run(sorted(links).map(([at, target]) => `mkdir -p "$(dirname ${at})"; ln -s ${target} ${at}`))];
}

/** Variables and files of one agent or tool, in one small layer. A file's lines are the layer's: a diff shows which one changed. */
export function bake(environment: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>): string[] {
  const put = sorted(files).map(([path, content]) => [`put ${path}`, ...linesOf(content).map(quote)].join(" \\\n    "));
  return [
    ...sorted(environment).map(([name, value]) => `ENV ${name}=${JSON.stringify(value).replaceAll("$", "\\$")}`),
    ...(put.length > 0 ? [run([PUT, ...put])] : []),
  ];
}

/** Writes the lines that follow a path there, each with its end. */
const PUT = `put() { local at=$1; shift; mkdir -p "\${at%/*}"; : >"$at"; for line; do printf '%s\\n' "$line" >>"$at"; done; }`;

/** A word for a shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function linesOf(content: string): string[] {
  return content === "" ? [] : content.replace(/\n$/, "").split("\n");
}

function sorted(entries: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}
