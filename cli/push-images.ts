import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Platform } from "../capabilities/image/lock.ts";
import { readRegistryLock } from "../capabilities/image/look/registry.ts";
import {
  afterPush,
  isPlanned,
  isShared,
  REGISTRY_LOCK,
  refuseRegistry,
  renderRegistryLock,
  taggedIn,
} from "../capabilities/image/registry.ts";
import { say } from "../host/say.ts";
import { oneLine } from "../stack-file/printable.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import type { Row } from "./images.ts";

/**
 * Pushes images that are on the project's engines, and writes by which digest each is to be pulled. Nothing is written where one could not be pushed.
 * @param rows with the tag by content of each, by which the lock and the registry know it
 * @param tags those that are pushed, as an engine or as the lock calls them, a client's own among them; of none, all that stacks want and that hold nothing of a client
 * @param wanted of each platform what stacks want, by content: a push of all takes the lines of everything else away
 * @throws UserError
 */
export async function pushImages(
  root: string,
  rows: readonly Row[],
  registry: string,
  { tags, wanted, dry }: { tags: readonly string[]; wanted: Wanted; dry: boolean },
): Promise<number> {
  const called = (row: Row, tag: string) => [nameOf(row), row.content].includes(nameOf({ tag }));
  for (const tag of tags)
    if (!rows.some((row) => called(row, tag) && isPlanned(nameOf(row))))
      throw new UserError(2, `${tag} is not an image of this project; \`agentbox images\` shows them`);
  const chosen = once(
    rows.filter((row) =>
      tags.length > 0 ? tags.some((tag) => called(row, tag)) : row.state === "current" && isShared(nameOf(row)),
    ),
  );
  if (chosen.length === 0) {
    say("nothing to push: no image that a stack wants is on its engine; an `up` makes them");
    return 1;
  }
  const file = join(root, REGISTRY_LOCK);
  // A project has no images/ before it has something of its own. One that cannot be made is told before the upload.
  if (!dry) mkdirSync(dirname(file), { recursive: true });
  let lock = readRegistryLock(root);
  for (const [platform, of] of Map.groupBy(chosen, ({ on }) => on.platform)) {
    const pushed: Record<string, string> = {};
    for (const row of of) {
      const to = taggedIn(registry, row.content);
      if (dry) {
        say(`${nameOf(row)}  would be pushed to ${to} (${platform})`);
        continue;
      }
      const end = await target.images.push(row.on, row.tag, to);
      if ("why" in end)
        throw new UserError(
          3,
          `${nameOf(row)} could not be pushed to ${to}: ${oneLine(end.why)}. Where it wants a login: ${row.on.cli.split(" ")[0]} login ${registry.split("/")[0]}. ${REGISTRY_LOCK} is as it was`,
        );
      pushed[row.content] = end.digest;
      say(`${nameOf(row)}  is pushed: ${end.digest} (${platform})`);
    }
    const before = Object.keys(lock[platform] ?? {});
    lock = afterPush(lock, platform, pushed, tags.length === 0 ? (wanted[platform] ?? []) : undefined);
    for (const tag of before.filter((line) => lock[platform]?.[line] === undefined))
      say(`${tag}  ${dry ? "would go" : "goes"} from ${REGISTRY_LOCK} (${platform}): no stack wants it`);
  }
  if (dry) return 0;
  writeFileSync(`${file}.new`, renderRegistryLock(lock));
  renameSync(`${file}.new`, file);
  say(
    `${REGISTRY_LOCK} is written; commit it, and clients with \`agent-sandbox:images: {from: ${registry}}\` pull these`,
  );
  return 0;
}

/** Where to push to, as it was given. @throws UserError */
export function registryOf(given: string | undefined): string {
  if (given === undefined)
    throw new UserError(2, "which registry? Write it like: agentbox images push registry.example/agent-sandbox");
  const refused = refuseRegistry(given);
  if (refused !== undefined) throw new UserError(2, refused);
  return given;
}

/** Tags by content, by platform. */
export type Wanted = Readonly<Partial<Record<Platform, readonly string[]>>>;

/** Podman's names have a registry of their own. */
export function nameOf({ tag }: Pick<Row, "tag">): string {
  return tag.replace(/^localhost\//, "");
}

/** One of each content, where several engines of a platform have it, or one has it pulled and built: then what was pulled, whose line stays as it is. */
function once(rows: readonly Row[]): Row[] {
  return [...Map.groupBy(rows, ({ on, content }) => `${on.platform} ${content}`).values()].map(
    (all) => all.find((row) => nameOf(row) !== row.content) ?? (all[0] as Row),
  );
}
