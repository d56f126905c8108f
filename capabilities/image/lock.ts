import type { z } from "zod";
import { day, keys, mapping, matching, oneOf, whole } from "../../stack-file/combinators.ts";
import { Name } from "../../stack-file/patterns.ts";
import type { Problem } from "../../stack-file/problem.ts";

/** The lock, below the project's folder. */
export const LOCK = "images/lock.yaml";

export const PLATFORMS = ["linux-x64", "linux-arm64"] as const;
export type Platform = (typeof PLATFORMS)[number];

const Tarball = keys({
  package: matching(/^(@[a-z0-9-]+\/)?[a-z0-9._-]+$/, "a package's name, like @acme/tool"),
  version: matching(/^[0-9A-Za-z.+-]+$/, "an exact version, like 1.2.3"),
  integrity: matching(
    /^sha512-[A-Za-z0-9+/]{86}==$/,
    "a sha512 integrity as the registry gives it: sha512-… (`agentbox bump` writes it)",
  ),
  /** The day the registry got it: nothing younger than the minimum release age is taken in. */
  released: day("the day when the registry got it"),
});

const Digest = matching(/^sha256:[0-9a-f]{64}$/, "a digest, sha256:… (`agentbox bump base` writes it)");

/** One tarball of a package registry, exactly. */
export type Tarball = z.output<typeof Tarball>;

const packages = mapping(
  Name,
  keys({
    /** What `agentbox bump` leaves as it is: the major version, where a new one is a decision. */
    keep: oneOf(["major"]).optional(),
    "linux-x64": Tarball.optional(),
    "linux-arm64": Tarball.optional(),
    /** One for all platforms. */
    any: Tarball.optional(),
  }),
  "names to tarballs by platform",
  "{tool: {any: {package: tool, version: 1.2.3, integrity: sha512-…, released: 2026-11-21}}}",
);

/** images/lock.yaml of a project that depends on this package: what its own agents and tool sets are made of. */
export const OwnLockSchema = keys({ packages });

/** images/lock.yaml: what images are made of, exactly. */
export const LockSchema = keys({
  base: keys({
    /** The registry's image, `name@sha256:digest`. */
    registry: matching(
      /^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$/,
      "an image pinned by digest, name@sha256:…, or null",
    ).nullable(),
    suite: matching(/^[a-z]+$/, "a suite of Debian, like trixie"),
    /** SOURCE_DATE_EPOCH of the bootstrap, seconds. */
    epoch: whole("seconds since 1970", 0, "1760000000"),
    /** What the bootstrap made when this was written: sha256 of the root file system's tar, less its list of mirrors. */
    rootfs: keys({ "linux-x64": Digest.optional(), "linux-arm64": Digest.optional() }).optional(),
  }),
  packages,
});

export type Lock = z.output<typeof LockSchema>;

/** The tarball of a package for a platform, or what is wrong with the lock. */
export function lockedTarball(lock: Lock, name: string, platform: Platform): Tarball | Problem {
  const entry = lock.packages[name];
  const tarball = entry?.[platform] ?? entry?.any;
  if (tarball) return tarball;
  const there = entry && [...PLATFORMS, "any" as const].filter((key) => entry[key]).join(" and ");
  return {
    file: LOCK,
    path: `packages.${name}.${platform}`,
    message: `is missing, and the engine runs ${platform}${there ? `: the lock has ${name} for ${there}` : ""}. Write package, version, integrity and released of one that the registry has for it, or leave out what needs ${name}`,
  };
}
