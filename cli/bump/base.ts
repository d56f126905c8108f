import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { LOCK, type Platform } from "../../capabilities/image/lock.ts";
import { readLock } from "../../capabilities/image/look/lock.ts";
import { runProgram } from "../../host/program.ts";
import { packageOf } from "../../setup/places.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { written } from "./bump.ts";

/** What becomes of the base. */
export interface BasePlan {
  /** Digests of the root file system: what the lock has for this platform, and what the distribution makes now. */
  from?: string;
  to: string;
  files: Record<string, string>;
}

/**
 * Works out whether the distribution has a newer state than the lock's base, by bootstrapping one; if so, the base becomes one of
 * `now`. Nothing is written, and no engine is asked.
 * @throws BootstrapError with what the bootstrap said
 */
export async function planBase(root: string, platform: Platform, now: Date): Promise<BasePlan> {
  const { base } = readLock(root);
  const document = parseDocument(readFileSync(join(root, LOCK), "utf8"));
  const from = base.rootfs?.[platform];
  const made = await bootstrap(root, base.suite, base.epoch);
  if (made === from) return { from, to: made, files: {} };
  // Its clock is the day's: the other platforms, of which nothing is known here, get another base too.
  const epoch = Math.floor(now.getTime() / 86_400_000) * 86_400;
  const to = await bootstrap(root, base.suite, epoch);
  document.setIn(["base", "epoch"], epoch);
  document.setIn(["base", "rootfs"], document.createNode({ [platform]: to }));
  return { ...(from && { from }), to, files: { [LOCK]: written(root, document) } };
}

/** The distribution cannot be bootstrapped here. */
export class BootstrapError extends UserError {
  constructor(message: string) {
    super(3, message);
  }
}

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Seconds that a bootstrap may take; here it takes one to three minutes. */
const SECONDS = 30 * 60;

/** The digest of a root file system that is made and thrown away. */
async function bootstrap(root: string, suite: string, epoch: number): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), "agent-sandbox-base-"));
  try {
    const { code, why, stdout, stderr } = await runProgram(
      join(packageOf(root), "images/base/rootfs"),
      [join(work, "rootfs.tar")],
      { seconds: SECONDS, env: { ...process.env, SUITE: suite, EPOCH: String(epoch) } },
    );
    if (code !== 0)
      throw new BootstrapError(
        why ? `images/base/rootfs ${why}` : oneLine(stderr || `images/base/rootfs ended with status ${code}`),
      );
    const digest = Digest.safeParse(stdout.trim().split("\n").at(-1));
    if (digest.success) return digest.data;
    throw new BootstrapError(`images/base/rootfs says ${JSON.stringify(oneLine(stdout).slice(0, 60))}, and no digest`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
