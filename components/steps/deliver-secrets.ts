import { hasFingerprint } from "../../capabilities/credentials/look/fingerprint.ts";
import type { DeliveredFile } from "../../capabilities/delivered.ts";
import { takeOver } from "../../host/handover.ts";
import { complain } from "../../host/say.ts";
import { present } from "../../stack-file/present.ts";
import { type Destination, deliver } from "../../target/engine/deliver.ts";
import { renewTrust } from "../../target/engine/renew-trust.ts";
import { runStep, type StepWords } from "./words.ts";

/** Where a file's content is read, and what it was when it was judged. A text is no secret and has no fingerprint; one of several lines is among the texts. */
export type Delivered = (DeliveredFile["source"] | { lines: true }) & { fingerprint?: string };

export interface DeliverSecretsWords extends StepWords, Destination {
  /** By path below /run/secrets. */
  files: Readonly<Record<string, Delivered>>;
}

/** @throws Error when the program hands no value over, or another one than the up that runs this has judged */
function contentOf(
  path: string,
  source: Delivered,
  texts: Readonly<Record<string, string>>,
  values: ReadonlyMap<string, Buffer>,
): Buffer {
  if ("lines" in source) return Buffer.from(present(texts[path], `the text of ${path}`));
  if ("text" in source) return Buffer.from(source.text);
  const value = values.get(path);
  if (!value || !source.fingerprint || !hasFingerprint(source.fingerprint, path, value))
    throw new Error(`${path} is not what it was when this up looked at it; run the same command again`);
  return value;
}

// Delivers secrets into a volume: the values that the program of this up has read and judged, which it hands over (host/handover.ts). No source is read here.
await runStep(async ({ engine, files, texts, ...destination }: DeliverSecretsWords) => {
  const isRead = (source: Delivered) => !("lines" in source || "text" in source);
  const values = Object.values(files).some(isRead) ? await takeOver(destination.client, process.cwd()) : new Map();
  const contents = Object.entries(files).map(
    ([path, source]) => [path, contentOf(path, source, texts, values)] as const,
  );
  complain(await deliver(engine, destination, Object.fromEntries(contents)));
  const late = await renewTrust(engine, destination.client);
  if (late !== undefined) complain(late);
});
