/** A directory that outlives the agent container: a named volume of its own. */
export interface StatePlace {
  purpose: string;
  /** Where the volume is mounted. */
  at: string;
  /** Where agents find it: there itself, or by a link that `prepare` makes. */
  dir: string;
}

/** What of an agent keeps state, and where (images/agents). */
interface Stateful {
  state: readonly { dir: string; purpose: string }[];
}

/**
 * The places of state in a container with these agents: the home, shell history, caches, and each agent's own. Sorted by path. Only the
 * home is mounted where agents look for it. Below it they could move what leads to a mount point and leave a link, and the next
 * start of the container would mount their volume where that leads (seen: over /usr/local/bin).
 */
export function statePlaces(agents: readonly Stateful[]): StatePlace[] {
  return [
    { purpose: "home", at: "/home/dev", dir: "/home/dev" },
    ...[
      { purpose: "history", dir: "/home/dev/.local/state/history" },
      { purpose: "cache", dir: "/home/dev/.cache" },
      ...agents.flatMap(({ state }) => state),
    ].map(({ purpose, dir }) => ({ purpose, at: `${STATE}/${purpose}`, dir })),
  ].sort((a, b) => (a.dir < b.dir ? -1 : 1));
}

/** A directory of the image, root's own, that mount points of state lie in. */
const STATE = "/state";
