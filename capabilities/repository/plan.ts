import type { Facts } from "../../plan/facts.ts";
import { names } from "../../plan/names.ts";
import type { Mount } from "../../plan/workload.ts";
import type { Added, Capability } from "../capability.ts";
import { REPOSITORY, SHARED_BY_WORKTREES } from "./repository.ts";

/** The repository of a workspace that is a linked worktree or a submodule. No key asks for it: the workspace's own `.git` does, and the host has to say the same. */
export const repository: Capability = {
  plan: ({ client }, { repository: found }: Pick<Facts, "repository">) => {
    if (!found) return {};
    const views = found.views.map(
      ({ pinned, ...view }): Added<Mount> => ({ kind: "bind", ...view, ...(pinned && { pinned }), key: "workspace" }),
    );
    const isWorktree = found.views.some(({ at, readOnly }) => at === REPOSITORY && readOnly);
    const shared: Mount = {
      ...{ kind: "volume", purpose: "git", source: names(client).volume("git"), at: SHARED_BY_WORKTREES },
      ...{ readOnly: false, ofImage: true },
    };
    return { mounts: isWorktree ? [...views, shared] : views };
  },
};
