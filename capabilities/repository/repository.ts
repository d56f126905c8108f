/** The repository of a workspace whose `.git` is a file that leads out of it, as it was found and verified. */
export interface Repository {
  /** What of it is seen in the sandbox. */
  views: readonly View[];
  /** What lies over the workspace's `.git` in the sandbox: a file that leads to REPOSITORY. */
  pointer: { path: string; id: string };
}

/** A file or directory of the host at a place in the sandbox. */
export interface View {
  at: string;
  source: string;
  id: string;
  readOnly: boolean;
  /** Whether it lies over a name in a view that agents write: the kernel lets nobody move what is mounted over. */
  pinned?: true;
}

/** Where the repository is in every sandbox, wherever it is on the host: a host's path may be one of the sandbox's own. */
export const REPOSITORY = "/repository";

/**
 * Where git finds what all worktrees share. It is the image's (images/runtime/Dockerfile): root's links into REPOSITORY, in a directory in which everybody makes files and nobody replaces one. For git
 * takes a lock beside packed-refs to remove any ref, as it does after each commit, and in a directory that lets it make the lock it could replace config, too.
 */
export const SHARED_BY_WORKTREES = "/git";
