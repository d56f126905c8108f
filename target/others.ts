import { aside, names, type Stranger } from "../plan/names.ts";
import { within } from "../plan/path.ts";

/** A container as the engine lists it: whose it says it is, and what it mounts. */
export interface ListedContainer {
  name: string;
  client?: string | undefined;
  role?: string | undefined;
  running: boolean;
  /** Nothing of it runs, and nothing will by itself: one that is paused, or that the engine starts over and over, neither runs nor rests. */
  atRest: boolean;
  holds: readonly Held[];
}

/** What a container mounts: a volume by its name, else a path of the host. */
export interface Held {
  volume?: string;
  path?: string;
  writes: boolean;
}

/** Containers besides a client's own that have to do with it. */
export interface Others {
  /** On one of the client's networks, where nobody else may be: taken off. */
  strangers: Stranger[];
  /** Made as one of the client's, with another name now: somebody renamed or copied them. They are removed. */
  doubles: string[];
  /** Of nobody's sandbox, and at work on the client's workspace or in its volumes: they are told. */
  guests: string[];
}

/** What is read of the engine to find out who else has to do with a client. */
export interface Around {
  /** The directory of the host, links resolved; nothing where it is a volume. */
  workspace?: string;
  /** Names of the client's volumes. */
  volumes: readonly string[];
  /** The directory of the engine's volumes, if it says so. */
  root?: string;
  /** Names of the containers beside the agent that are declared. One that is not any more is a double. */
  helpers?: readonly string[];
  /** All containers of the engine. */
  listed: readonly ListedContainer[];
  /** Of each of the client's networks, who is on it. */
  members: Readonly<Record<string, readonly string[]>>;
}

/** Who besides a client's own containers is on its networks, carries its labels or holds what is its own. Pure. */
export function judgeOthers(
  client: string,
  { workspace, volumes, root, helpers = [], listed, members }: Around,
): Others {
  const { agent, gateway, lock } = names(client);
  const ours = [agent, gateway, lock, ...helpers];
  // A stopped container that a killed `up` had set aside is removed after the next proof.
  const before = ours.map(aside);
  const isTheirs = ({ volume, path, writes }: Held): boolean => {
    if (volume !== undefined) return volumes.includes(volume);
    if (path === undefined) return false;
    return (
      (workspace !== undefined &&
        (within(path, workspace) ||
          // A container that can write a directory above the workspace sees the workspace without its masks.
          (writes && within(workspace, path)))) ||
      volumes.some((name) => root !== undefined && within(path, `${root}/volumes/${name}`))
    );
  };
  return {
    strangers: Object.entries(members).flatMap(([network, there]) =>
      there.filter((name) => !ours.includes(name) && !before.includes(name)).map((name) => ({ name, network })),
    ),
    doubles: listed
      .filter(({ client: of, role }) => of === client && ROLES.includes(role))
      .filter(({ name, running }) => !ours.includes(name) && (running || !before.includes(name)))
      .map(({ name }) => name),
    guests: listed
      // What has a role is ours: helpers are at work for another command.
      .filter(({ running, role }) => running && role === undefined)
      .filter(({ holds }) => holds.some(isTheirs))
      .map(({ name }) => name),
  };
}

const ROLES: readonly (string | undefined)[] = ["agent", "gateway", "lock", "beside"];

/** What a person should know of a guest. */
export function describeGuest(client: string, guest: string, cli: string): string {
  return `the container ${guest} has the workspace or volumes of ${client} as well, and nothing is proven of it. Remove it: ${cli} rm --force ${guest}`;
}
