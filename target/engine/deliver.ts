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
 * @throws Error with what was said against it; then they are what they were
 */
export async function deliver(
  engine: Reach,
  { client, volume, owner, image }: Destination,
  files: Readonly<Record<string, Buffer>>,
): Promise<string> {
  const lines = Object.entries(files).map(([path, content]) => `${path} ${content.toString("base64")}\n`);
  const receive = readFileSync(join(import.meta.dirname, "receive-files.sh"), "utf8");
  const said = await runTrusted(engine, {
    ...{ name: `${client}-deliver`, client, image, user: "0:0" },
    capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
    volumes: [`${volume}:/secrets`],
    options: ["--tmpfs", "/tmp:rw,noexec,nosuid,nodev,size=16m"],
    environment: { OWNER: owner },
    program: ["/bin/bash", "-c", receive],
    // No file has such a name: a stream that is cut off has no such line, and changes nothing.
    input: `${lines.join("")}/end\n`,
  });
  if (!said.ok) throw new Error(said.why);
  return oneLine(said.stdout);
}
