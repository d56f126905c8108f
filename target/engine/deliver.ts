import { readFileSync } from "node:fs";
import { join } from "node:path";
import { oneLine } from "../../stack-file/printable.ts";
import type { Reach } from "./client.ts";
import { runTrusted } from "./run-trusted.ts";

/** A volume that files are delivered into. */
export interface Destination {
  client: string;
  volume: string;
  /** `uid:gid` that may read the files. */
  owner: string;
  /** A trusted image. */
  image: string;
}

/**
 * Makes a volume hold exactly these files. They go through a pipe to a container without a network: never into an argument, a variable of ours, a log or a
 * file of the host.
 * @param files contents by path
 * @returns how many there are, in a sentence
 * @throws Error with what was said against it; then each is what it was or what it is to be, and none is half
 */
export async function deliver(
  engine: Reach,
  { client, volume, owner, image }: Destination,
  files: Readonly<Record<string, Buffer>>,
): Promise<string> {
  const lines = Object.entries(files).map(([path, content]) => `${path} ${content.toString("base64")}\n`);
  // No file has such a name as the last line: a stream that is cut off has no such line, and changes nothing.
  const input = `${lines.join("")}/end\n`;
  // The lines and what they say, with a page for the end of each file and of its folders.
  const room = 2 * input.length + 16_384 * lines.length + 2 ** 20;
  const receive = readFileSync(join(import.meta.dirname, "receive-files.sh"), "utf8");
  const said = await runTrusted(engine, {
    ...{ name: `${client}-deliver`, client, image, user: "0:0", owner },
    capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
    volumes: [`${volume}:/secrets`],
    options: ["--tmpfs", `/tmp:rw,noexec,nosuid,nodev,size=${room}`],
    environment: { OWNER: owner },
    program: ["/bin/bash", "-c", receive],
    input,
  });
  if (!said.ok) throw new Error(said.why);
  return oneLine(said.stdout);
}
