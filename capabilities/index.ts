import type { Facts } from "../plan/facts.ts";
import { accept } from "./accept/plan.ts";
import { auth } from "./auth/plan.ts";
import type { Capability, Contribution, Declared } from "./capability.ts";
import { clipboard } from "./clipboard/plan.ts";
import { commandGuards } from "./command-guards/plan.ts";
import { credentials } from "./credentials/plan.ts";
import { dotfiles } from "./dotfiles/plan.ts";
import { egress } from "./egress/plan.ts";
import { engine } from "./engine/plan.ts";
import { environment } from "./environment/plan.ts";
import { esc } from "./esc/plan.ts";
import { git } from "./git/plan.ts";
import { gpu } from "./gpu/plan.ts";
import { grants } from "./grants/plan.ts";
import { guardrails } from "./guardrails/plan.ts";
import { helpers } from "./helpers/plan.ts";
import { image } from "./image/plan.ts";
import { lifetime } from "./lifetime/plan.ts";
import { limits } from "./limits/plan.ts";
import { masks } from "./masks/plan.ts";
import { mounts } from "./mounts/plan.ts";
import { network } from "./network/plan.ts";
import { ports } from "./ports/plan.ts";
import { profile } from "./profile/plan.ts";
import { protect } from "./protect/plan.ts";
import { repository } from "./repository/plan.ts";
import { runtime } from "./runtime/plan.ts";
import { ssh } from "./ssh/plan.ts";
import { tmux } from "./tmux/plan.ts";
import { workspace } from "./workspace/plan.ts";

/**
 * All capabilities by their names. What they add is sorted; only what they say to a person is in this order. The list is reviewed: nothing is found at run time. The
 * briefing is planned of all the others (plan/).
 */
export const capabilities: Readonly<Record<string, Capability>> = {
  ...{
    profile,
    image,
    engine,
    workspace,
    repository,
    egress,
    helpers,
    grants,
    ports,
    ssh,
    network,
    limits,
    accept,
    gpu,
    runtime,
    masks,
    tmux,
    clipboard,
    auth,
  },
  ...{ credentials, environment, dotfiles, git, commandGuards, guardrails, protect, lifetime, esc },
  // Last: where a client's mount and something of the sandbox's want one place, the mount is told to go.
  mounts,
};

/** What each capability adds to a client's sandbox, by the capability's name. Pure. */
export function contributions(of: Declared, facts: Facts): Record<string, Contribution> {
  return Object.fromEntries(Object.entries(capabilities).map(([name, { plan }]) => [name, plan?.(of, facts) ?? {}]));
}
