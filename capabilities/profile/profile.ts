import { isAtOrBelow } from "../../stack-file/key-path.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { PROFILES } from "./keys.ts";

type Profile = (typeof PROFILES)[number];

interface Rule {
  why: string;
  /** By key of the stack file, whether it says something that the profile rules out. */
  keys: Readonly<Record<string, (spec: Spec) => boolean>>;
}

/** What opens a way to a machine that is reached by its address. */
const LAN: Rule["keys"] = {
  "egress.lan": ({ egress }) => Object.keys(egress.lan).length > 0,
  "egress.host": ({ egress }) => egress.host.length > 0,
};

/** Tokens for git, each for a host. */
const TOKENS: Rule["keys"] = {
  "git.token": ({ git }) => git.token !== undefined,
  "git.tokens": ({ git }) => Object.keys(git.tokens).length > 0,
};

/** What profiles rule out. A profile that is not here rules out nothing. */
const RULED_OUT: Partial<Record<Profile, Rule>> = {
  offline: {
    why: "needs a way out",
    keys: {
      ...LAN,
      ...TOKENS,
      "egress.allow": ({ egress }) => egress.allow.length > 0,
      "egress.from": ({ egress }) => egress.from.length > 0,
      grants: ({ grants }) => grants.length > 0,
      upstreamProxy: ({ upstreamProxy }) => upstreamProxy !== undefined,
    },
  },
  lockdown: {
    why: "gives the agent more than host names and its workspace",
    keys: {
      ...LAN,
      ...TOKENS,
      "git.ssh": ({ git }) => git.ssh !== undefined,
      // A file of the host is one, mounted or delivered.
      dotfiles: ({ dotfiles }) => Object.keys(dotfiles).length > 0,
      mounts: ({ mounts }) => mounts.length > 0,
      secrets: ({ secrets }) => Object.keys(secrets).length > 0,
    },
  },
};

/** What the stack file says, and its profile rules out. */
export function ruledOut(spec: Spec): Problem[] {
  const { why, keys } = RULED_OUT[spec.profile] ?? { keys: {} };
  return Object.entries(keys)
    .filter(([, says]) => says(spec))
    .map(([path]) => ({
      path,
      message: `${why}, but profile is "${spec.profile}"; remove it, or choose profile standard`,
    }));
}

/** The problems of keys that the profile does not rule out: of those that it does nothing more is told, for they are to go. */
export function notRuledOut(spec: Spec, problems: readonly Problem[]): Problem[] {
  const keys = ruledOut(spec).map(({ path }) => path);
  return problems.filter(({ file, path }) => file !== undefined || !keys.some((key) => isAtOrBelow(path, key)));
}
