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
import { present } from "./present.ts";
import { type Problem, suggest } from "./problem.ts";
import { sift } from "./sift.ts";

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

/** A stack's config, read and judged. */
export interface ParsedSpec {
  /** What was right, with its default for a key that is wrong as a whole. Nothing without a workspace. */
  spec: Spec | undefined;
  /** The same, for the checks after this one alone: where no workspace could be read, it has one that is nowhere. */
  rest: Spec;
  problems: Problem[];
  /** What those checks find in `rest`, by the paths that the config has, and without what a problem explains that is told already. */
  tell(later: readonly Problem[]): Problem[];
}

/** Reads a stack's config. Every part is judged by itself, so that all problems are told at once. */
export function parseSpec(raw: Readonly<Record<string, unknown>>): ParsedSpec {
  const known = Object.keys(shape).sort();
  // Names of ESC environments stand beside the config (`withEnvironments`).
  const allowed = known.filter((key) => key !== ESC);
  const config = Object.fromEntries(known.flatMap((key) => (raw[key] === undefined ? [] : [[key, raw[key]]])));
  const { good, problems, taken } = sift(WithoutWorkspace, config);
  const { workspace, ...others } = present(good, "a spec of defaults").value;
  return {
    spec: workspace === undefined ? undefined : { ...others, workspace },
    rest: { ...others, workspace: workspace ?? NOWHERE },
    problems: [
      ...Object.keys(raw)
        .filter((key) => !known.includes(key))
        .map((key) => ({ path: key, message: unknownKey(key, allowed) })),
      ...problems,
      ...(config.workspace === undefined ? [NO_WORKSPACE] : []),
    ],
    tell: (later) =>
      later.flatMap((problem) => {
        if (problem.lacks !== undefined && taken.hasBelow(problem.lacks)) return [];
        if (problem.file !== undefined) return [problem];
        const path = taken.textAsWritten(problem.path);
        // Of a workspace that nobody named there is nothing to say.
        return taken.has(path) || (path === "workspace" && workspace === undefined) ? [] : [{ ...problem, path }];
      }),
  };
}

/** A workspace is the one key that has no default. */
const WithoutWorkspace = keys({ ...shape, workspace: shape.workspace.optional() });
/** What stands for a workspace that nobody named: a place that is nowhere. */
export const NOWHERE = "/no workspace is named";

const NO_WORKSPACE: Problem = {
  path: "workspace",
  message: "is missing; name the one directory the agent may write, like ~/projects/acme-webapp",
  lacks: "workspace",
};

function unknownKey(key: string, known: readonly string[]): string {
  const first = /^([a-z]+)[.[]/.exec(key)?.[1];
  if (first && known.includes(first))
    return `is the path of a key, written as one word; write it below agent-sandbox:${first}, or set it with \`pulumi config set --path\``;
  return `is not a key.${suggest(key, known) || " All keys: docs/reference.md"}`;
}
