import type { Spec } from "../../stack-file/spec.ts";
import type { Capability, Named } from "../capability.ts";
import { gitFacts, gitTopics } from "./facts.ts";
import { planGitTokens } from "./tokens.ts";

/** Who the agent is to git, and its tokens for git over HTTPS. */
export const git: Capability = {
  check: (of) => tokens(of).problems,
  files: (of) => tokens(of).files,
  plan: ({ spec }) => ({ environment: identity(spec.git) }),
  posture: ({ spec, files }, placed) => gitFacts(spec, files, placed?.facts.fingerprints),
  topics: gitTopics,
};

function tokens({ spec, named, policy }: Named): ReturnType<typeof planGitTokens> {
  return planGitTokens(spec.git, named, policy);
}

function identity({ name, email }: Spec["git"]): Record<string, string> {
  return {
    ...(name && { GIT_AUTHOR_NAME: name, GIT_COMMITTER_NAME: name }),
    ...(email && { GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_EMAIL: email }),
  };
}
