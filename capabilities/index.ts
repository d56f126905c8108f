import type { Capability } from "./capability.ts";
import { credentials } from "./credentials/plan.ts";
import { dotfiles } from "./dotfiles/plan.ts";
import { egress } from "./egress/plan.ts";
import { environment } from "./environment/plan.ts";
import { git } from "./git/plan.ts";
import { gpu } from "./gpu/plan.ts";
import { image } from "./image/plan.ts";
import { limits } from "./limits/plan.ts";
import { masks } from "./masks/plan.ts";
import { mounts } from "./mounts/plan.ts";
import { network } from "./network/plan.ts";
import { ports } from "./ports/plan.ts";
import { workspace } from "./workspace/plan.ts";

/**
 * All capabilities. What they add is sorted; only what they say to a person is in this order. The list is reviewed: nothing is found at run time. Three are
 * planned of all the others: `profile` rules out what they were asked for, `command-guards` and `briefing` are told to the agent (plan/).
 */
export const capabilities: readonly Capability[] = [
  ...[image, workspace, mounts, egress, ports, network, limits, gpu, masks],
  ...[credentials, environment, dotfiles, git],
];
