import { hasFingerprint } from "../../capabilities/credentials/look/fingerprint.ts";
import { readSource } from "../../capabilities/credentials/look/source.ts";
import type { DeliveredFile } from "../../capabilities/delivered.ts";
import { complain } from "../../host/say.ts";
import { present } from "../../stack-file/present.ts";
import { type Destination, deliver } from "../../target/engine/deliver.ts";
import { runStep, type StepWords } from "./words.ts";

/** Where a file's content is read, and what it was when it was judged. A text is no secret and has no fingerprint; one of several lines is among the texts. */
export type Delivered = (DeliveredFile["source"] | { lines: true }) & { fingerprint?: string };

export interface DeliverSecretsWords extends StepWords, Destination {
  /** By path below /run/secrets. */
  files: Readonly<Record<string, Delivered>>;
}

/** @throws Error when the source has no value, or another one than the up that runs this has judged */
function contentOf(path: string, source: Delivered, texts: Readonly<Record<string, string>>): Buffer {
  if ("lines" in source) return Buffer.from(present(texts[path], `the text of ${path}`));
  if ("text" in source) return Buffer.from(source.text);
  const value = readSource(source, process.cwd(), []);
  if (typeof value === "string") throw new Error(value);
  if (!source.fingerprint || !hasFingerprint(source.fingerprint, path, value))
    throw new Error(`${path} is not what it was when this up looked at it; run the same command again`);
  return value;
}

// Delivers secrets into a volume, as their sources have them now.
await runStep(async ({ engine, files, texts, ...destination }: DeliverSecretsWords) => {
  const contents = Object.entries(files).map(([path, source]) => [path, contentOf(path, source, texts)] as const);
  complain(await deliver(engine, destination, Object.fromEntries(contents)));
});
