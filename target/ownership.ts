import type { Maker } from "../plan/names.ts";
import type { Problem } from "../stack-file/problem.ts";

/** A thing on the engine that carries a client's label. */
export interface Belonging {
  kind: "container" | "network" | "volume";
  id: string;
  name: string;
  client: string;
  /** The id of the state that made it, and the folder that began in; older versions wrote neither down. */
  state?: string;
  path?: string;
  /** Directories of the host that a container may write, with where it sees them. */
  writes: { source: string; at: string }[];
}

/**
 * Whether the client may be placed from here. A client that another state made is refused: two states would take each other's
 * containers for drift. When only volumes are left, they are taken with what is in them, and a warning says so.
 */
export function judgeOwnership(
  client: string,
  asker: Maker | undefined,
  belongings: readonly Belonging[],
): { problems: Problem[]; warnings: string[] } {
  const there = belongings.filter((thing) => thing.client === client);
  const others = there.filter(({ state }) => asker && state && state !== asker.state);
  const running = others.filter(({ kind }) => kind !== "volume");
  if (running.length > 0)
    return {
      problems: [
        {
          path: "",
          message: `${client} lives on this engine already: ${kinds(running)} were made ${maker(others, asker)}. Run pulumi there, or take it over here: agentbox take-over ${client}`,
        },
      ],
      warnings: [],
    };
  if (others.length === 0 || there.length > others.length) return { problems: [], warnings: [] };
  return {
    problems: [],
    warnings: [
      `volumes of ${client} are on this engine already, made ${maker(others, asker)}: what is in them is taken over. For empty ones: agentbox wipe ${client}`,
    ],
  };
}

/**
 * What of a client another checkout made; nothing where the client is this checkout's, also by a state that is gone, or nobody's. Volumes keep the labels of who made them first, so they tell
 * something only where nothing else of the client is left.
 * @param volumes whether they count then
 */
export function madeElsewhere(
  client: string,
  asker: Maker | undefined,
  belongings: readonly Belonging[],
  volumes: boolean,
): Belonging[] {
  const there = belongings.filter((thing) => thing.client === client);
  const placed = there.filter(({ kind }) => kind !== "volume");
  const telling = placed.length > 0 || !volumes ? placed : there;
  return telling.filter(
    ({ state, path }) => asker && state && state !== asker.state && (path === undefined || path !== asker.path),
  );
}

/** What other clients' containers may write, whoever made them. */
export function writtenByOthers(
  client: string,
  belongings: readonly Belonging[],
): { client: string; what: "workspace" | "mount"; path: string }[] {
  return belongings
    .filter((thing) => thing.client !== client)
    .flatMap((thing) =>
      thing.writes.map(({ source, at }) => ({
        client: thing.client,
        what: at === "/workspace" ? ("workspace" as const) : ("mount" as const),
        path: source,
      })),
    );
}

/**
 * A sentence about each client that is on the engine though nobody declares it any more: this state made it and there is no stack file, or the folder
 * that it was made from is gone.
 * @param declared the clients that have a file here
 * @param gone true when a folder is not there any more
 */
export function describeStrays(
  asker: Maker | undefined,
  declared: readonly string[],
  belongings: readonly Belonging[],
  gone: (path: string) => boolean,
): string[] {
  if (!asker) return [];
  const clients = [...Map.groupBy(belongings, ({ client }) => client)].filter(([client]) => !declared.includes(client));
  return clients
    .filter(([, things]) => {
      // A volume keeps the labels of who made it first.
      const placed = things.filter(({ kind }) => kind !== "volume");
      return (placed.length > 0 ? placed : things).some(
        ({ state, path }) => state === asker.state || (path && (path === asker.path || gone(path))),
      );
    })
    .map(
      ([client, things]) =>
        `${client} is on this engine, made ${maker(things, asker)}, and there is no stacks/Pulumi.${client}.yaml: put its file back, or remove it: ${madeElsewhere(client, asker, things, true).length > 0 ? `agentbox wipe ${client}` : `make destroy STACK=${client}`}`,
    )
    .sort();
}

/** `from the checkout /srv/other`, or what else is known of who made them. */
export function maker(things: readonly Belonging[], asker: Maker | undefined): string {
  const paths = [...new Set(things.flatMap(({ path }) => path ?? []))].sort();
  if (things.some(({ state }) => state && state === asker?.state)) return "from this checkout";
  if (paths.length === 1 && paths[0] === asker?.path) return "from this checkout, with a state that is gone";
  // A state that does not lie in a folder is named by its address.
  const addresses = [...new Set(things.flatMap(({ state }) => (state?.includes("://") ? [state] : [])))].sort();
  if (addresses.length > 0) return `with the state ${addresses.join(", ")}`;
  if (paths.length > 0) return `from the checkout ${paths.join(", ")}`;
  if (things.some(({ state }) => state)) return "from another checkout";
  return "by a version that did not write down from where";
}

/** `2 containers, 1 network`. */
export function count(things: readonly Belonging[]): string {
  return (["container", "network", "volume"] as const)
    .map((kind) => {
      const number = things.filter((thing) => thing.kind === kind).length;
      return `${number} ${kind}${number === 1 ? "" : "s"}`;
    })
    .join(", ");
}

function kinds(things: readonly Belonging[]): string {
  const has = (kind: Belonging["kind"]) => things.some((thing) => thing.kind === kind);
  return `its ${[...(has("container") ? ["containers"] : []), ...(has("network") ? ["networks"] : [])].join(" and ")}`;
}
