import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { PROFILES } from "./keys.ts";

type Profile = (typeof PROFILES)[number];

interface Rule {
  why: string;
  fix: string;
  /** By key of the stack file, whether it says something that the profile rules out. */
  keys: Readonly<Record<string, (spec: Spec) => boolean>>;
}

const LAN: Rule["keys"] = {
  "egress.lan": ({ egress }) => Object.keys(egress.lan).length > 0,
  "egress.host": ({ egress }) => egress.host.length > 0,
};

/** What profiles rule out. A profile that is not here rules out nothing. */
const RULED_OUT: Partial<Record<Profile, Rule>> = {
  offline: {
    why: "opens something",
    fix: "empty it, or choose profile standard",
    keys: {
      ...LAN,
      "egress.allow": ({ egress }) => egress.allow.length > 0,
      "egress.from": ({ egress }) => egress.from.length > 0,
    },
  },
  lockdown: {
    why: "gives the agent more than host names and its workspace",
    fix: "remove it, or choose profile standard",
    keys: {
      ...LAN,
      "git.token": ({ git }) => git.token !== undefined,
      "git.tokens": ({ git }) => Object.keys(git.tokens).length > 0,
      mounts: ({ mounts }) => mounts.length > 0,
      secrets: ({ secrets }) => Object.keys(secrets).length > 0,
    },
  },
};

/** What the stack file says, and its profile rules out. */
export function profileProblems(spec: Spec): Problem[] {
  const { why, fix, keys } = RULED_OUT[spec.profile] ?? { keys: {} };
  return Object.entries(keys)
    .filter(([, says]) => says(spec))
    .map(([path]) => ({ path, message: `${why}, but profile is "${spec.profile}"; ${fix}` }));
}
