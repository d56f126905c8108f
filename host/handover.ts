import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { UserError } from "../stack-file/user-error.ts";
import { configFolder } from "./folders.ts";

/** Bytes that the name of a socket may have; the least of any system that this runs on (macOS: 104 with its end). */
const MOST = 103;

/**
 * Hands values to the steps of this client's `up`, which other programs run, from this program's memory: over a socket in a folder of the person's alone (0700), and so in
 * no argument, variable, file or state. It is there until this program ends.
 * @param values by name
 * @throws UserError where there is no place for it
 */
export async function handOver(client: string, root: string, values: ReadonlyMap<string, Buffer>): Promise<void> {
  const place = socketOf(client, root);
  if (Buffer.byteLength(place) > MOST)
    throw new UserError(2, `${place} is too long for a socket's name; set XDG_CONFIG_HOME to a shorter folder`);
  mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
  // One that was there has the mode that somebody gave it.
  chmodSync(dirname(place), 0o700);
  // What a program that was killed has left: of one stack one `up` runs at a time.
  rmSync(place, { force: true });
  const content = JSON.stringify([...values].map(([name, value]) => [name, value.toString("base64")]));
  const server = createServer((socket) => {
    // Who asks and goes away is nobody's failure.
    socket.on("error", () => {});
    socket.unref().end(content);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new UserError(2, `secrets cannot be handed over: ${error.message}`)));
    server.listen(place, resolve);
  });
  server.unref();
  process.once("exit", () => rmSync(place, { force: true }));
}

/** What the program of this client's `up` hands over. @throws Error where none does */
export async function takeOver(client: string, root: string): Promise<Map<string, Buffer>> {
  try {
    const content = JSON.parse(await text(createConnection(socketOf(client, root)))) as [string, string][];
    return new Map(content.map(([name, value]) => [name, Buffer.from(value, "base64")]));
  } catch (error) {
    throw new Error(
      `the program that has read the secrets hands none over (${(error as Error).message}); run the same command again`,
    );
  }
}

/** Where a client's values are handed over. */
export function socketOf(client: string, root: string): string {
  const name = createHash("sha256")
    .update(JSON.stringify([root, client]))
    .digest("hex")
    .slice(0, 16);
  return join(configFolder(), "handover", name);
}
