import { oneOf } from "../../stack-file/combinators.ts";

/** How closed a sandbox is, before a single destination is named. */
export const PROFILES = ["standard", "lockdown", "offline", "web"] as const;

export const profileKeys = {
  profile: oneOf(PROFILES)
    .default("standard")
    .describe(
      "standard: what egress allows. lockdown: names only, no secrets, no more mounts, no dotfiles, a home that is forgotten. offline: no way out at all. web: any public host on 80 and 443.",
    ),
};
