import { aside, names } from "../names.ts";
import { within } from "../path.ts";

/** A container as the engine lists it: whose it says it is, and the names of volumes and the directories of the host that it holds. */
export interface ListedContainer {
  name: string;
  client?: string | undefined;
  role?: string | undefined;
  running: boolean;
  holds: readonly string[];
}

/** Containers besides a client's own that have to do with it, by name. */
export interface Others {
  /** On the agent's network, where nobody else may be: taken off. */
  strangers: string[];
  /** Made as one of the client's, with another name now: somebody renamed or copied them. They are removed. */
  doubles: string[];
  /** Of nobody's sandbox, and at work on the client's workspace or in its volumes: they are told. */
  guests: string[];
}

/**
 * Who besides a client's own containers is on its network, carries its labels or holds what is its own. Pure.
 * @param workspace the directory of the host, links resolved
 * @param purposes of the volumes that hold what the agent has
 * @param onNetwork who is on the agent's network
 */
export function judgeOthers(
  client: string,
  workspace: string,
  purposes: readonly string[],
  listed: readonly ListedContainer[],
  onNetwork: readonly string[],
): Others {
  const { agent, gateway, lock, volume } = names(client);
  const ours = [agent, gateway, lock];
  // What an `up` that was killed has set aside and left stopped goes when the next one is proven.
  const before = ours.map(aside);
  const volumes = purposes.map(volume);
  return {
    strangers: onNetwork.filter((name) => !ours.includes(name) && !before.includes(name)),
    doubles: listed
      .filter(({ client: of, role }) => of === client && ROLES.includes(role))
      .filter(({ name, running }) => !ours.includes(name) && (running || !before.includes(name)))
      .map(({ name }) => name),
    guests: listed
      .filter(({ running, role }) => running && role === undefined)
      // Our own look, which another command may be at.
      .filter(({ name }) => !name.startsWith(`${agent}-look-`))
      .filter(({ holds }) => holds.some((one) => volumes.includes(one) || within(one, workspace)))
      .map(({ name }) => name),
  };
}

const ROLES: readonly (string | undefined)[] = ["agent", "gateway", "lock"];

/** What a person should know of a guest. */
export function describeGuest(client: string, guest: string, cli: string): string {
  return `the container ${guest} has the workspace or volumes of ${client} as well, and nothing is proven of it. Remove it: ${cli} rm --force ${guest}`;
}
