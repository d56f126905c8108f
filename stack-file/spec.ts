import type { z } from "zod";
import { acceptKeys } from "../capabilities/accept/keys.ts";
import { authKeys } from "../capabilities/auth/keys.ts";
import { clipboardKeys } from "../capabilities/clipboard/keys.ts";
import { commandGuardKeys } from "../capabilities/command-guards/keys.ts";
import { credentialKeys } from "../capabilities/credentials/keys.ts";
import { dotfileKeys } from "../capabilities/dotfiles/keys.ts";
import { egressKeys } from "../capabilities/egress/keys.ts";
import { engineKeys } from "../capabilities/engine/keys.ts";
import { environmentKeys } from "../capabilities/environment/keys.ts";
import { escKeys } from "../capabilities/esc/keys.ts";
import { gitKeys } from "../capabilities/git/keys.ts";
import { gpuKeys } from "../capabilities/gpu/keys.ts";
import { grantKeys } from "../capabilities/grants/keys.ts";
import { guardrailKeys } from "../capabilities/guardrails/keys.ts";
import { helperKeys } from "../capabilities/helpers/keys.ts";
import { imageKeys } from "../capabilities/image/keys.ts";
import { lifetimeKeys } from "../capabilities/lifetime/keys.ts";
import { limitKeys } from "../capabilities/limits/keys.ts";
import { maskKeys } from "../capabilities/masks/keys.ts";
import { mountKeys } from "../capabilities/mounts/keys.ts";
import { networkKeys } from "../capabilities/network/keys.ts";
import { portKeys } from "../capabilities/ports/keys.ts";
import { profileKeys } from "../capabilities/profile/keys.ts";
import { protectKeys } from "../capabilities/protect/keys.ts";
import { runtimeKeys } from "../capabilities/runtime/keys.ts";
import { sshKeys } from "../capabilities/ssh/keys.ts";
import { tmuxKeys } from "../capabilities/tmux/keys.ts";
import { workspaceKeys } from "../capabilities/workspace/keys.ts";
import { keys } from "./combinators.ts";
import { ESC } from "./esc.ts";
import { describeIssue } from "./issue.ts";
import { type Problem, suggest } from "./problem.ts";

/** What a stack file may say: the sum of what the capabilities take. */
const shape = {
  ...workspaceKeys,
  ...engineKeys,
  ...imageKeys,
  ...profileKeys,
  ...egressKeys,
  ...helperKeys,
  ...grantKeys,
  ...gpuKeys,
  ...runtimeKeys,
  ...portKeys,
  ...credentialKeys,
  ...environmentKeys,
  ...gitKeys,
  ...mountKeys,
  ...dotfileKeys,
  ...commandGuardKeys,
  ...maskKeys,
  ...limitKeys,
  ...acceptKeys,
  ...networkKeys,
  ...guardrailKeys,
  ...protectKeys,
  ...lifetimeKeys,
  ...escKeys,
  ...tmuxKeys,
  ...sshKeys,
  ...authKeys,
  ...clipboardKeys,
};

/** The config of one client's stack: `agent-sandbox:*` in stacks/Pulumi.<client>.yaml. Types, defaults, errors and reference come from here. */
export const SpecSchema = keys(shape);

export type Spec = z.output<typeof SpecSchema>;

/**
 * Reads a stack's config. Every key is judged by itself, so that all problems are told at once; a key with a problem
 * has its default in `spec`, so that the checks after this one can go on. `spec` is undefined only without a workspace.
 */
export function parseSpec(raw: Readonly<Record<string, unknown>>): { spec: Spec | undefined; problems: Problem[] } {
  const known = Object.keys(shape).sort();
  // Names of ESC environments stand beside the config (`withEnvironments`).
  const allowed = known.filter((key) => key !== ESC);
  const problems: Problem[] = Object.keys(raw)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: key, message: unknownKey(key, allowed) }));
  const good: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    if (key === "workspace" && raw[key] === undefined) {
      problems.push({
        path: key,
        message: "is missing; name the one directory the agent may write, like ~/projects/acme-webapp",
      });
      continue;
    }
    const parsed = schema.safeParse(raw[key]);
    if (parsed.success) good[key] = raw[key];
    else problems.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, [key])));
  }
  const whole = SpecSchema.safeParse(good);
  return { spec: whole.success ? whole.data : undefined, problems };
}

function unknownKey(key: string, known: readonly string[]): string {
  const first = /^([a-z]+)[.[]/.exec(key)?.[1];
  if (first && known.includes(first))
    return `is the path of a key, written as one word; write it below agent-sandbox:${first}, or set it with \`pulumi config set --path\``;
  return `is not a key.${suggest(key, known)} Allowed: ${known.join(", ")}`;
}
