/** What of this product is on this machine and on its engines. */
export interface Found {
  engines: readonly OnEngine[];
  /** Engines that gave no answer: what they have is not known. */
  unseen: readonly { clients: readonly string[]; why: string }[];
  /** Clients that a state has something of, where it could not be looked whether that stands: on an engine that gave no answer, or nobody could read where. */
  recorded: readonly { clients: readonly string[]; why: string }[];
  /** Files and folders that are there. `install` can be made again, `state` cannot. `only`: what of a folder is this product's, by name. */
  paths: readonly {
    path: string;
    what: string;
    kind: "install" | "state";
    mounted?: string;
    only?: readonly string[];
  }[];
  /** What is or may be somebody else's, in folders that this product writes into. */
  theirs: readonly { path: string; what: string }[];
  /** Lines of a person's own files that name this product. */
  lines: readonly { file: string; line: number; what: string }[];
}

/** What one engine has of it. */
interface OnEngine {
  host: string;
  images: readonly string[];
  clients: readonly Standing[];
}

/** A client that stands: with containers, or with volumes alone. */
interface Standing {
  client: string;
  /** `2 containers, 0 networks, 5 volumes`. */
  has: string;
  /** `from this checkout`. */
  made: string;
  /** Whether it has a stack file here. */
  declared: boolean;
}

/** What an uninstall removes, what stays, and why it is refused: with one reason nothing is removed. */
export interface Uninstall {
  refused: string[];
  images: { host: string; tag: string }[];
  paths: { path: string; what: string; only?: readonly string[] }[];
  stays: string[];
}

/**
 * Plans what goes: images, and what can be made again on this machine. Clients are destroyed first, by the command that proves it; files of a person's are theirs.
 * @param options `state`: what cannot be made again goes, too. `withoutEngine`: what an engine has that gives no answer stays, unseen
 */
export function planUninstall(
  { engines, unseen, recorded, paths, theirs, lines }: Found,
  { state, withoutEngine }: { state: boolean; withoutEngine: boolean },
): Uninstall {
  const records = state ? recorded : [];
  const goes = paths.filter(({ kind }) => kind === "install" || state);
  return {
    refused: [
      ...engines.flatMap(({ host, clients }) => clients.map((client) => describeStanding(client, host))),
      // Whatever else is said: without its record, what stands there is found by nobody.
      ...records.map(describeRecorded),
      ...(withoutEngine ? [] : unseen.filter(({ why }) => !records.some((record) => record.why === why))).map(
        ({ clients, why }) =>
          `whether ${clients.join(", ") || "a client"} stands is not known: ${why}. With --without-engine what that engine has stays there`,
      ),
      ...goes.flatMap(({ path, mounted }) =>
        mounted === undefined
          ? []
          : [`${mounted} is a mount below ${path}: unmount it, or what is in there would be removed`],
      ),
    ],
    images: engines.flatMap(({ host, images }) => images.map((tag) => ({ host, tag }))),
    paths: goes.map(({ path, what, only }) => ({ path, what, ...(only && { only }) })),
    stays: [
      ...paths.filter((one) => !goes.includes(one)).map(({ path, what }) => `${path}: ${what}; --state removes it`),
      ...theirs.map(({ path, what }) => `${path}: ${what}; remove it by hand, if you know it`),
      ...lines.map(({ file, line, what }) => `${file}:${line}: ${what}; take the line out by hand`),
      ...(withoutEngine ? unseen.map(({ why }) => `what the engine has: ${why}`) : []),
      "what is yours: stacks/, policies/, images/, workspaces, and this folder itself",
      "the engine, programs that set-up installed by the distribution's packages, and images of others that ours were built on",
    ],
  };
}

function describeRecorded({ clients, why }: Found["recorded"][number]): string {
  const whom = clients.join(", ") || "clients";
  return `the state is what knows where ${whom} may stand: ${why}. Run this where that answers, or without --state, which would remove the record. Where it is gone for good: pulumi stack rm --force ${clients[0] ?? "CLIENT"}`;
}

function describeStanding({ client, has, made, declared }: Standing, host: string): string {
  // A destroy of what another checkout made is refused here.
  const elsewhere = /^(from (the|another) checkout|with the state)/.test(made);
  const command = declared && !elsewhere ? `agentbox destroy ${client}` : `agentbox wipe ${client}`;
  const where = /^from the checkout /.test(made) ? "; or, in that checkout, agentbox destroy" : "";
  return `${client} stands on ${host} (${has}), made ${made}: ${command}${where}`;
}
