import { parseArgs } from "node:util";
import type { Platform } from "../capabilities/image/lock.ts";
import { complain, say } from "../host/say.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { table } from "./format/table.ts";
import { type ListedImage, listImages } from "./image-list.ts";
import { type Document, sayJson, VERSION } from "./json.ts";
import { surveyEach } from "./on-engines.ts";
import { nameOf, pushImages, registryOf, type Wanted } from "./push-images.ts";
import { type Unplanned, wantedImages } from "./wanted-images.ts";

export const command: Command = {
  usage: "images [prune [TAG…] | push REGISTRY [TAG…]] [--dry-run] | images --json",
  help: `Shows the images of this project on the engines of its clients: what they hold, who uses them, and whether somebody needs them.

  current     a stack of this project wants it
  in use      a container was made of it, of this project or another
  last good   the newest of its kind: kept, so that there is one to go back to
  unused      nobody needs it

  prune       removes those that are unused; with TAGs, only these of them
  push        pushes those that a stack wants and that hold nothing of a client to a registry, like registry.example/agent-sandbox, and writes
              their digests to images/registry.lock.yaml, less what no stack wants; with TAGs these alone, a client's own among them
  --dry-run   only says what prune would remove, or push would push
  --json      for programs, in the shape of docs/json.schema.json

Sizes count layers that images share once for each. What is removed is built again when a stack wants it. Exit code 1 when one
that should go stays; while a stack cannot be planned, only images that are named go.

  agentbox images
  agentbox images prune --dry-run`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { "dry-run": { type: "boolean" }, json: { type: "boolean" } },
    });
    const [verb, ...rest] = positionals;
    const registry = verb === "push" ? registryOf(rest[0]) : undefined;
    const tags = rest.slice(registry === undefined ? 0 : 1);
    if (verb !== undefined && verb !== "prune" && verb !== "push")
      throw new UserError(2, `"${verb}" is nothing to do with images. See \`agentbox help images\``);
    if (verb !== undefined && values.json) throw new UserError(2, "--json is for the list: agentbox images --json");
    const { rows, unplanned, unseen, contents } = await listed();
    if (values.json) {
      sayJson("images", documentOf(rows, unplanned, unseen));
      return unseen.length > 0 ? 1 : 0;
    }
    for (const { client, file, why } of unplanned)
      complain(`agentbox: what client ${client} wants is not known here: ${file}: ${oneLine(why)}`);
    for (const { clients, why } of unseen)
      complain(`agentbox: the images on the engine of ${clients.join(", ")} could not be seen: ${oneLine(why)}`);
    if (!verb) return Math.max(show(rows), unseen.length > 0 ? 1 : 0);
    // What such a client wants looks like what nobody wants. Images that are named are somebody's own decision.
    if (unplanned.length > 0 && tags.length === 0)
      throw new UserError(
        2,
        `nothing was ${registry === undefined ? "removed" : "pushed"}: which images ${unplanned.map(({ client }) => client).join(", ")} needs is not known. Mend ${unplanned.map(({ file }) => file).join(", ")}, or name the images: agentbox images ${registry === undefined ? "prune" : `push ${registry}`} TAG…`,
      );
    const dry = values["dry-run"] ?? false;
    const code =
      registry === undefined
        ? await prune(rows, tags, dry)
        : await pushImages(ROOT, rows, registry, { tags, wanted: contents, dry });
    return Math.max(code, unseen.length > 0 ? 1 : 0);
  },
};

/** An image, which of the project's engines has it, and its tag by content. */
export type Row = ListedImage & { on: Engine; content: string };

/** Of each engine that a client of the project lives on. What any client wants is wanted on each: two addresses may lead to one engine. */
async function listed(): Promise<{
  rows: Row[];
  unplanned: Unplanned[];
  unseen: { clients: string[]; why: string }[];
  contents: Wanted;
}> {
  const all = knownClients(ROOT, []);
  const rows: Row[] = [];
  const unplanned: Unplanned[] = [];
  const unseen: { clients: string[]; why: string }[] = [];
  const byPlatform: Partial<Record<Platform, readonly string[]>> = {};
  for (const { clients, survey } of await surveyEach(ROOT, all)) {
    if ("unseen" in survey) {
      unseen.push({ clients, why: survey.unseen });
      continue;
    }
    const { engine } = survey.seen;
    const { images, containers } = await target.images.list(engine);
    const { wanted, contents, unplanned: of } = wantedImages(ROOT, engine.platform, all);
    unplanned.push(...of.filter(({ client }) => !unplanned.some((known) => known.client === client)));
    byPlatform[engine.platform] = Object.values(contents);
    for (const image of listImages(images, containers, wanted))
      rows.push({ ...image, on: engine, content: contents[nameOf(image)] ?? nameOf(image) });
  }
  return { rows, unplanned, unseen, contents: byPlatform };
}

/** The list for programs. */
export function documentOf(
  rows: readonly (ListedImage & { on: Pick<Engine, "host"> })[],
  unplanned: readonly Pick<Unplanned, "client" | "why">[],
  unseen: Document<"images">["unseen"],
): Document<"images"> {
  return {
    version: VERSION,
    images: rows.map(({ on, tag, state, size, created, users, holds }) => ({
      ...{ engine: on.host, tag, state, size, created, users, holds },
    })),
    unplanned: unplanned.map(({ client, why }) => ({ client, why })),
    unseen,
  };
}

function show(rows: readonly Row[]): number {
  const now = Date.now() / 1000;
  const several = new Set(rows.map(({ on }) => on.host)).size > 1;
  table([
    [...(several ? ["ENGINE"] : []), "IMAGE", "STATE", "SIZE", "AGE", "USED BY", "HOLDS"],
    ...rows.map(({ tag, state, size, created, users, holds, on }) => [
      ...(several ? [on.host] : []),
      tag,
      state,
      megabytes(size),
      age(now - created),
      users.join(" ") || "-",
      holds || "-",
    ]),
  ]);
  return 0;
}

async function prune(rows: readonly Row[], tags: readonly string[], dry: boolean): Promise<number> {
  for (const tag of tags) {
    const found = rows.filter((row) => row.tag === tag);
    if (found.length === 0)
      throw new UserError(2, `${tag} is not an image of this project; \`agentbox images\` shows them`);
    for (const row of found.filter(({ state }) => state !== "unused"))
      say(`${tag}  stays: ${row.state}${row.users.length > 0 ? ` (${row.users.join(" ")})` : ""}`);
  }
  const unused = rows.filter(({ tag, state }) => state === "unused" && (tags.length === 0 || tags.includes(tag)));
  let stay = 0;
  // What is on top goes first.
  for (const { tag, size, on } of [...unused].reverse()) {
    if (dry) say(`${tag}  would be removed (${megabytes(size)} with shared layers)`);
    else {
      const kept = await target.images.remove(on, tag);
      if (kept) stay++;
      say(kept ? `${tag}  stays: ${kept}` : `${tag}  removed`);
    }
  }
  if (unused.length === 0) say("nothing to remove");
  return stay > 0 ? 1 : 0;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function age(seconds: number): string {
  if (seconds < 3600) return `${Math.max(0, Math.floor(seconds / 60))} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
