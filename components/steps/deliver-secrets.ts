import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../../capabilities/credentials/look/fingerprint.ts";
import { readSource } from "../../capabilities/credentials/look/source.ts";
import type { DeliveredFile } from "../../capabilities/delivered.ts";
import { LABELS } from "../../gateway/contract.ts";
import { complain } from "../../host/say.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { runClient } from "../../target/engine/client.ts";
import { runStep, type StepWords } from "./words.ts";

/** Where a file's content is read, and what it was when it was judged; a text is no secret and has no fingerprint. */
export type Delivered = DeliveredFile["source"] & { fingerprint?: string };

export interface DeliverSecretsWords extends StepWords {
  client: string;
  volume: string;
  /** `uid:gid` that may read the files. */
  owner: string;
  /** A trusted image. */
  image: string;
  /** By path below /run/secrets. */
  files: Readonly<Record<string, Delivered>>;
}

/** @throws Error when the source has no value, or another one than the up that runs this has judged */
function contentOf(path: string, source: Delivered): Buffer {
  if ("text" in source) return Buffer.from(source.text);
  const value = readSource(source, process.cwd(), []);
  if (typeof value === "string") throw new Error(value);
  if (fingerprint(path, value) !== source.fingerprint)
    throw new Error(`${path} is not what it was when this up looked at it; run the same command again`);
  return value;
}

// Delivers secrets into a volume. The values go from their source through a pipe to a container without a network: never into an argument, a variable of ours,
// a log or a file of the host.
await runStep(async ({ engine, client, volume, owner, image, files }: DeliverSecretsWords) => {
  const lines = Object.entries(files).map(
    ([path, source]) => `${path} ${contentOf(path, source).toString("base64")}\n`,
  );
  const receive = readFileSync(join(import.meta.dirname, "receive-secrets.sh"), "utf8");
  const said = await runClient(
    engine,
    [
      // With the client's label, as it holds the volume: should this be killed, a destroy finds it.
      ...["run", "--rm", "--interactive", "--label", `${LABELS.client}=${client}`, "--network", "none", "--read-only"],
      ...["--cap-drop", "ALL", "--cap-add", "CHOWN", "--cap-add", "DAC_OVERRIDE", "--cap-add", "FOWNER"],
      ...["--security-opt", "no-new-privileges", "--tmpfs", "/tmp:rw,noexec,nosuid,nodev,size=16m"],
      ...["--volume", `${volume}:/secrets`, "--entrypoint", "/bin/bash", "--user", "0:0", "--env", `OWNER=${owner}`],
      ...[image, "-c", receive],
    ],
    // No file has such a name: a stream that is cut off has no such line, and changes nothing.
    { input: `${lines.join("")}/end\n` },
  );
  if (!said.ok) throw new Error(said.why);
  complain(oneLine(said.stdout));
});
