import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { configFolder } from "../host/folders.ts";
import { lacks } from "../plan/lacks.ts";
import { buildFolder, names } from "../plan/names.ts";
import { readStackFile, stackFiles } from "../stack-file/look/stack-files.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Address } from "../target/engine/address.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { removeDevcontainer } from "./devcontainer/files.ts";
import { recordIn, stateFiles } from "./pulumi/files.ts";
import { sshName } from "./ssh/include.ts";
import { removeKeys } from "./ssh/keys.ts";
import { wantedImages } from "./wanted-images.ts";

const Stock = z.object({
  /** Where it is: after a destroy no state says that any more. */
  engine: z.object({ host: z.string(), certificates: z.string().optional() }),
  things: z.array(z.object({ kind: z.enum(["container", "network", "volume"]), name: z.string() })),
  images: z.array(z.string()),
});
/** What a client has on the engine before it goes: things, and the tags that its containers were made of. */
export type Stock = z.output<typeof Stock>;

/** What became of one thing. `LEFT` and `UNSEEN` are no end of a destroy. */
export interface Became {
  state: "gone" | "stays" | "LEFT" | "UNSEEN";
  says: string;
}

/** @throws UserError when the engine cannot be asked */
export async function takeStock(client: string, address: Address): Promise<Stock> {
  const [{ belongings }, { images, containers }] = await Promise.all([
    target.survey(address),
    target.images.list(address),
  ]);
  const own = containers.filter((container) => container.client === client).map(({ image }) => image);
  return {
    engine: address,
    things: belongings
      .filter((thing) => thing.client === client)
      .map(({ kind, name }) => ({ kind, name }))
      .sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1)),
    images: images.flatMap(({ id, tags }) => (own.includes(id) ? tags : [])).sort(),
  };
}

/** @throws UserError when it is no stock */
export function readStock(text: string): Stock {
  try {
    return Stock.parse(JSON.parse(text));
  } catch {
    throw new UserError(2, "--was takes what --before-destroy has printed");
  }
}

/** Asks the engine and this machine's file system what became of all that a client had. Of its own images the tags are removed first, where nobody else has them. */
export async function prove(root: string, client: string, stock: Stock): Promise<Became[]> {
  try {
    const { engine, belongings, networks, present, listed } = await target.survey(stock.engine);
    const labelled = belongings.filter((thing) => thing.client === client).map(({ kind, name }) => ({ kind, name }));
    const there: Readonly<Record<Stock["things"][number]["kind"], readonly string[]>> = {
      container: listed.map(({ name }) => name),
      network: networks.map(({ name }) => name),
      volume: present,
    };
    return [
      ...ofThings(stock, labelled, there),
      ...(await ofRules(engine, client, stock)),
      ...(await ofImages(root, client, engine, stock.images)),
      ...ofSsh(root, client),
      ...ofDevcontainer(root, client),
      ...ofFiles(root, client, stock.images),
    ];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ state: "UNSEEN", says: `what the engine has of ${client}: ${oneLine(error.message)}` }];
  }
}

const HOLDS: Readonly<Record<string, string>> = {
  container: "",
  network: "",
  volume: ", with all in them: homes, history, caches, keys of git, the audit, kept policies, what was delivered",
};

/** Of containers, networks and volumes. Pure. @param labelled what has the client's label now @param there names of all that is there now */
export function ofThings(
  stock: Pick<Stock, "things">,
  labelled: Stock["things"],
  there: Readonly<Record<Stock["things"][number]["kind"], readonly string[]>>,
): Became[] {
  const all = [...stock.things, ...labelled.filter((one) => !stock.things.some((was) => sameThing(was, one)))];
  return (["container", "network", "volume"] as const).flatMap((kind): Became[] => {
    const names = all.filter((one) => one.kind === kind).map(({ name }) => name);
    const isLeft = (name: string) =>
      there[kind].includes(name) || labelled.some((one) => sameThing(one, { kind, name }));
    const gone = names.filter((name) => !isLeft(name));
    return [
      ...names.filter(isLeft).map((name): Became => ({ state: "LEFT", says: `${kind} ${name}` })),
      ...(gone.length > 0
        ? [
            {
              state: "gone" as const,
              says: `${gone.length} ${kind}${gone.length === 1 ? "" : "s"}${HOLDS[kind]}: ${gone.join(", ")}`,
            },
          ]
        : []),
    ];
  });
}

function sameThing(a: Stock["things"][number], b: Stock["things"][number]): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** They are removed also where the client had no lock, whose container places them; only where it had one they are told as gone, for the program that removes them does not say whether it found any. */
async function ofRules(engine: Engine, client: string, { things }: Pick<Stock, "things">): Promise<Became[]> {
  if (lacks(engine).hostRules) return [];
  const left = await target.unlock(engine, client);
  if (left) return [{ state: "LEFT", says: left }];
  return things.some(({ name }) => name === names(client).lock)
    ? [{ state: "gone", says: "rules in the packet filter of the engine's machine" }]
    : [];
}

/** Images that are made of what is the client's own: its fragment, its image, and those of its helpers. The others hold nothing of a client. */
const OWN = /^(localhost\/)?agent-sandbox\/(extended|given|helper):/;

async function ofImages(root: string, client: string, engine: Engine, tags: readonly string[]): Promise<Became[]> {
  const own = tags.filter((tag) => OWN.test(tag));
  const shared = tags.filter((tag) => !OWN.test(tag));
  const became: Became[] = [];
  if (own.length > 0) {
    const { images, containers } = await target.images.list(engine);
    const { wanted, unplanned } = wantedImages(root, engine.platform);
    const others = unplanned
      .filter((one) => one.client !== client && saysImage(root, one.file))
      .map((one) => one.client);
    for (const tag of own) {
      const name = tag.replace(/^localhost\//, "");
      const image = images.find((one) => one.tags.includes(tag));
      const users = [
        ...Object.entries(wanted).flatMap(([of, all]) => (of !== client && all.includes(name) ? [of] : [])),
        ...containers.filter((one) => one.image === image?.id).map((one) => one.client ?? one.name),
      ];
      if (!image) became.push({ state: "gone", says: `image ${name}` });
      else if (users.length > 0)
        became.push({ state: "stays", says: `image ${name}: ${[...new Set(users)].join(", ")} has the same` });
      else if (others.length > 0)
        became.push({
          state: "LEFT",
          says: `image ${name}: whether ${others.join(", ")} needs it is not known (\`agentbox images\` says why); remove it: ${engine.cli} rmi ${name}`,
        });
      else {
        const kept = await target.images.remove(engine, tag);
        became.push(
          kept
            ? { state: "LEFT", says: `image ${name}: ${kept}` }
            : { state: "gone", says: `image ${name}, with the client's own layers` },
        );
      }
    }
    if (own.some((tag) => /\/(extended|helper):/.test(tag)))
      became.push({
        state: "stays",
        says: `the engine's build cache: it does not tell whose its layers are, and those of ${client}'s image may be among them; its own command empties it (\`builder prune\`, or with Podman \`image prune\`)`,
      });
  }
  if (shared.length > 0)
    became.push({
      state: "stays",
      says: `images that hold nothing of a client: ${shared.join(", ")}; \`agentbox images prune\` removes those nobody needs`,
    });
  return became;
}

/** Whether a client whose plan is not known may have an image of its own at all. */
function saysImage(root: string, file: string): boolean {
  try {
    const { image, helpers } = readStackFile(root, file);
    return image !== undefined || helpers !== undefined;
  } catch {
    return true;
  }
}

/** Keys of ssh, which let nobody in any more. They are removed here. */
function ofSsh(root: string, client: string): Became[] {
  const says = `keys of ssh, and the settings for ${sshName(client)}`;
  return removeKeys(root, client) ? [{ state: "gone", says }] : [];
}

/** A devcontainer, which leads nowhere any more. It is removed here. */
function ofDevcontainer(root: string, client: string): Became[] {
  return removeDevcontainer(root, client) ? [{ state: "gone", says: "its devcontainer.json" }] : [];
}

/** What this machine has of a client besides. Nothing of it is removed here. */
function ofFiles(root: string, client: string, tags: readonly string[]): Became[] {
  const stays = (says: string): Became => ({ state: "stays", says });
  const files = stateFiles();
  const record = files ? recordIn(files, client) : [];
  const builds = readdirSync(tmpdir()).filter((name) =>
    tags.some((tag) => OWN.test(tag) && name.startsWith(buildFolder(tag.replace(/^localhost\//, "")))),
  );
  const keys = ["fingerprint.key", "empty"]
    .map((name) => join(configFolder(), name))
    .filter((path) => existsSync(path));
  return [
    ...builds.map(
      (name): Became => ({ state: "LEFT", says: `${join(tmpdir(), name)}, of a build that was killed: remove it` }),
    ),
    ...(record.length > 0
      ? [
          stays(
            `the stack's record, ${record.length} files in ${files}: what it was, secrets as fingerprints, and what was encrypted in the stack file as it was there; \`pulumi stack rm ${client}\` removes it`,
          ),
        ]
      : []),
    ...(files
      ? []
      : [stays(`the stack's record at ${process.env.AGENT_SANDBOX_STATE}; \`pulumi stack rm ${client}\` removes it`)]),
    ...(keys.length > 0 ? [stays(`${keys.join(", ")}: this person's, for all clients`)] : []),
    ...(stackFiles(root).some((stack) => stack.client === client)
      ? [stays("the workspace, and what it names of this machine: never touched")]
      : []),
  ];
}
