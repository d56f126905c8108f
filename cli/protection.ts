import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readMaker } from "../host/maker.ts";
import { complain } from "../host/say.ts";
import { readStackFile } from "../stack-file/look/stack-files.ts";
import { quoted } from "../stack-file/quoted.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Look } from "../target/look.ts";
import { type Belonging, madeElsewhere, maker } from "../target/ownership.ts";
import { readCheckpoint, type StateResources } from "./pulumi/state.ts";

/** Refuses to remove a client whose stack file protects it. @throws UserError also where it cannot be read and may */
export function refuseProtected(root: string, client: string): void {
  const file = `stacks/Pulumi.${client}.yaml`;
  if (existsSync(join(root, file))) refuseByFile(root, client, file);
}

/** @param there the checkout that the file is of, where that is another one: its path is said in full then */
function refuseByFile(root: string, client: string, file: string, there?: string): void {
  const called = there === undefined ? file : join(there, file);
  let said: unknown;
  try {
    said = readStackFile(root, file).protect;
  } catch {
    if (!readFileSync(join(root, file), "utf8").includes("protect")) return;
    throw new UserError(
      2,
      `${called} is not YAML, and has the word protect in it. Mend it, or take it away; nothing was removed`,
    );
  }
  if (said === true || said === "true")
    throw new UserError(2, refusal(client, `by \`protect: true\` in ${called}`, there));
  // A slip of somebody who meant to protect it, `yes` say.
  if (said !== undefined && said !== null && said !== false && said !== "false")
    throw new UserError(
      2,
      `${called} protect: ${quoted(said)} is not true or false, so whether ${client} is protected is not known: write protect: true, or false, or take the line out; nothing was removed`,
    );
}

/** The same of a client that its last `up` protected, whatever the file says by now. A state that cannot be read is told, and refuses nothing: a wipe is for what has none. */
export function refuseProtectedByState(client: string, resources: Look<StateResources>): void {
  if ("unseen" in resources) complain(`whether the last up protected ${client} could not be seen: ${resources.unseen}`);
  else if (resources.seen.some(({ protect }) => protect)) throw new UserError(2, refusal(client, "by its last up"));
}

/**
 * The same of a client that other checkouts made, by its stack file there and the state beside that. A file that is not there, or that this user may not read, is told and refuses nothing: a
 * wipe is for what nobody else can remove any more.
 * @param things of these checkouts
 */
export function refuseProtectedElsewhere(client: string, things: readonly Belonging[]): void {
  const file = `stacks/Pulumi.${client}.yaml`;
  const folders = [...new Set(things.flatMap(({ path }) => path ?? []))].sort();
  if (things.length > 0 && folders.length === 0)
    complain(
      `whether ${client} is protected where it was made is not known: its labels do not say which folder that is`,
    );
  for (const folder of folders) {
    if (readCheckpoint(join(folder, ".state"), client)?.some(({ protect }) => protect))
      throw new UserError(2, refusal(client, `by its last up from ${folder}`, folder));
    const why = whyUnread(folder, file);
    if (why === undefined) refuseByFile(folder, client, file, folder);
    else complain(`whether ${client} is protected where it was made is not known: ${why}`);
  }
}

function whyUnread(folder: string, file: string): string | undefined {
  if (!existsSync(folder)) return `there is no ${folder} on this machine that this user may look into`;
  try {
    if (!statSync(join(folder, file)).isFile()) return `${join(folder, file)} is no file`;
    readFileSync(join(folder, file));
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `${join(folder, file)} ${code === "ENOENT" ? "is not there" : `cannot be read (${code})`}`;
  }
}

/** What each command is in the words that send a person to the other checkout. */
const THERE = {
  destroy: "Destroy it",
  stop: "Stop it",
  start: "Start it",
  restart: "Restart it",
  rollback: "Roll it back",
  grant: "Grant it",
} as const;

/**
 * Refuses to touch a client that another checkout made: whoever works there knows nothing of it, and two states would take each other's containers for drift.
 * @param volumes whether volumes that are all that is left count: an `up` takes them as they are
 * @throws UserError with the folder, and what leads on
 */
export function refuseMadeElsewhere(
  client: string,
  belongings: readonly Belonging[],
  command: keyof typeof THERE,
  volumes = false,
): void {
  const asker = readMaker();
  const things = madeElsewhere(client, asker, belongings, volumes);
  if (things.length === 0) return;
  const ways = [
    `${THERE[command]} there`,
    // Volumes alone the next up takes as they are.
    things.some(({ kind }) => kind !== "volume")
      ? `take it over with \`agentbox take-over ${client}\``
      : `bring it up here on the volumes with \`agentbox up ${client}\``,
    ...(command === "destroy" ? [`remove it from here with \`agentbox wipe ${client}\`, which asks`] : []),
  ];
  throw new UserError(
    2,
    `${client} is not this checkout's: it was made ${maker(things, asker)}. Nothing was changed. ${ways.join("; or ")}`,
  );
}

function refusal(client: string, how: string, there?: string): string {
  const where = there === undefined ? "" : " there";
  return `${client} is protected ${how}: nothing was removed. Take \`protect: true\` out of its stack file, run \`pulumi up --stack ${client}\`${where}, then the same command again`;
}
