import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRegistryLock } from "../capabilities/image/look/registry.ts";
import {
  afterPush,
  isByContent,
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
import { ROOT } from "./command.ts";
import type { Row } from "./images.ts";

/**
 * Pushes images that are on the project's engines, and writes by which digest each is to be pulled. Nothing is written where one could not be pushed.
 * @param tags those that are pushed, a client's own among them; of none, all that stacks want and that hold nothing of a client
 * @throws UserError
 */
export async function pushImages(
  rows: readonly Row[],
  registry: string,
  tags: readonly string[],
  dry: boolean,
): Promise<number> {
  for (const tag of tags)
    if (!rows.some((row) => nameOf(row) === nameOf({ tag }) && isByContent(nameOf(row))))
      throw new UserError(2, `${tag} is not an image of this project; \`agentbox images\` shows them`);
  const chosen = once(
    rows.filter((row) =>
      tags.length > 0
        ? tags.some((tag) => nameOf({ tag }) === nameOf(row))
        : row.state === "current" && isShared(nameOf(row)),
    ),
  );
  if (chosen.length === 0) {
    say("nothing to push: no image that a stack wants is on its engine; an `up` makes them");
    return 1;
  }
  let lock = readRegistryLock(ROOT);
  for (const [platform, of] of Map.groupBy(chosen, ({ on }) => on.platform)) {
    const pushed: Record<string, string> = {};
    for (const row of of) {
      const to = taggedIn(registry, nameOf(row));
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
      pushed[nameOf(row)] = end.digest;
      say(`${nameOf(row)}  is pushed: ${end.digest} (${platform})`);
    }
    lock = afterPush(lock, platform, pushed, tags.length === 0);
  }
  if (dry) return 0;
  writeFileSync(join(ROOT, REGISTRY_LOCK), renderRegistryLock(lock));
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

/** Podman's names have a registry of their own. */
function nameOf({ tag }: Pick<Row, "tag">): string {
  return tag.replace(/^localhost\//, "");
}

/** One of each, where several engines of a platform have it. */
function once(rows: readonly Row[]): Row[] {
  return [...Map.groupBy(rows, (row) => `${row.on.platform} ${nameOf(row)}`).values()].map(([row]) => row as Row);
}
