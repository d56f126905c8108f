import { SANDBOX } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Added, Capability } from "../capability.ts";
import { gitFacts, gitTopics } from "./facts.ts";
import { planHostKeys } from "./host-keys.ts";
import { planOverHttps } from "./over-https.ts";
import { hasOwnKeys, planSigning } from "./own-keys.ts";
import { planGitTokens } from "./tokens.ts";

/** Who the agent is to git: its name, its tokens for HTTPS, its keys for SSH and signatures, and the hosts that ssh knows. */
export const git: Capability = {
  check: (of) => parts(of).flatMap(({ problems }) => problems),
  files: (of) => parts(of).flatMap(({ files }) => files),
  plan: ({ client, spec }) => ({
    environment: identity(spec.git),
    mounts: hasOwnKeys(spec.git) ? [ownKeys(client)] : [],
  }),
  posture: ({ spec, files }, placed) => gitFacts(spec, files, placed?.facts.fingerprints),
  topics: gitTopics,
};

function parts({ spec, named, policy }: Parameters<NonNullable<Capability["check"]>>[0]) {
  return [
    planGitTokens(spec.git, named, policy),
    planHostKeys(spec.git, named, policy),
    planSigning(spec.git),
    planOverHttps(spec.git, named, policy),
  ];
}

/** Read-only, for an agent that could write them could put others in their place. */
function ownKeys(client: string): Added<Mount> {
  const source = names(client).volume("git-keys");
  return { kind: "volume", purpose: "git-keys", source, at: SANDBOX.gitKeys, readOnly: true, key: "git.ssh" };
}

function identity({ name, email }: Spec["git"]): Record<string, string> {
  return {
    ...(name && { GIT_AUTHOR_NAME: name, GIT_COMMITTER_NAME: name }),
    ...(email && { GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_EMAIL: email }),
  };
}
