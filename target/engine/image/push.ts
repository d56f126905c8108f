import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastWords, runClient, type Said } from "../client.ts";
import type { Engine } from "../engine.ts";

/** What a push comes to: the digest by which a registry has the image from now on, or why it has not. */
export type Push = { digest: string } | { why: string };

/** Seconds for one image: a gigabyte by a slow line. */
const PUSH = 3600;

/**
 * Pushes an image of the engine's to a registry, signed in as the engine's client is. The digest is the one that the engine computed of the manifest that it sent: what a registry answers is not asked, for whoever
 * runs it could name another image for the lock.
 * @param to its name there, with a tag
 */
export function pushImage(engine: Engine, tag: string, to: string): Promise<Push> {
  return engine.kind === "podman" ? byPodman(engine, tag, to) : byDocker(engine, tag, to);
}

/** Docker pushes an image by its name there, and ends by saying the digest. */
async function byDocker(engine: Engine, tag: string, to: string): Promise<Push> {
  const named = await runClient(engine, ["tag", tag, to]);
  if (!named.ok) return { why: named.why };
  try {
    const said = await runClient(engine, ["push", to], { seconds: PUSH });
    if (!said.ok) return { why: lastWords(said) };
    return digestIn(/: digest: (\S+) size: \d+/.exec(said.stdout)?.[1], said);
  } finally {
    await runClient(engine, ["rmi", to]);
  }
}

/** Podman needs no second name, and leaves the digest in a file. */
async function byPodman(engine: Engine, tag: string, to: string): Promise<Push> {
  const work = mkdtempSync(join(tmpdir(), "agent-sandbox-push-"));
  try {
    const file = join(work, "digest");
    const said = await runClient(engine, ["push", "--digestfile", file, tag, `docker://${to}`], { seconds: PUSH });
    if (!said.ok) return { why: lastWords(said) };
    return digestIn(readIfThere(file), said);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function digestIn(text: string | undefined, { stdout }: Said): Push {
  if (/^sha256:[0-9a-f]{64}$/.test(text ?? "")) return { digest: text as string };
  // Podman's client before 4.6 or so writes no file for an engine that it reaches by a socket.
  return {
    why: `it was pushed, and the engine's client does not say by which digest${stdout && ` (${stdout.trim().split("\n").at(-1)})`}: push with a newer client, or from Docker`,
  };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}
