import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { BootstrapWords } from "../../../capabilities/image/image.ts";
import { complain } from "../../../host/say.ts";
import { packageOf } from "../../../setup/places.ts";
import { lastWords, type Reach, runClient } from "../client.ts";
import { fromRegistry } from "./from-registry.ts";
import { makeOnce } from "./once.ts";

/** What the base image is made of, and its tag. */
export type Base = BootstrapWords & { tag: string; pull?: string };

/** Seconds to wait for the registry: a network that drops packets gives no error. */
const PULL = 120;

/**
 * Makes the base image, unless its tag is there: two runs from one mirror state are equal to the bit.
 * @throws Error when it could not be made
 */
export function bootstrapBase(engine: Reach, base: Base): Promise<void> {
  const { tag, pull, suite, registry, rootfs } = base;
  return makeOnce(engine, tag, async () => {
    if (pull !== undefined && (await fromRegistry(engine, { tag, pull }))) return;
    if (registry) {
      const why = await fromDistribution(engine, tag, registry);
      if (why === undefined) return complain(`${tag}  is ${registry}`);
      complain(`${tag}  ${registry} cannot be pulled (${why})`);
    }
    complain(`${tag}  is bootstrapped from the distribution (${suite}), about half a minute`);
    const work = mkdtempSync(join(tmpdir(), "agent-sandbox-base-"));
    try {
      const tar = join(work, "rootfs.tar");
      const digest = await bootstrap(base, tar);
      const imported = await runClient(engine, ["import", "--change", 'CMD ["bash"]', tar, tag], { seconds: 600 });
      if (!imported.ok) throw new Error(`${tag}  could not be imported: ${imported.why}`);
      if (rootfs === undefined) return complain(`${tag}  is bootstrapped: root file system ${digest}`);
      if (digest === rootfs) return complain(`${tag}  is bootstrapped, equal to the bit with images/lock.yaml`);
      // Its packages are signed by the distribution either way; the lock says which state of it was tested.
      complain(`${tag}  is bootstrapped from another state of the distribution than the one in images/lock.yaml`);
      complain(`  its root file system  ${digest}`);
      complain(`  the lock              ${rootfs}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** @returns why the distribution's own image is not the base, or nothing when it is */
async function fromDistribution(engine: Reach, tag: string, image: string): Promise<string | undefined> {
  const pulled = await runClient(engine, ["pull", "--quiet", image], { seconds: PULL });
  if (!pulled.ok) return lastWords(pulled);
  const tagged = await runClient(engine, ["tag", image, tag]);
  return tagged.ok ? undefined : tagged.why;
}

/** Puts the distribution's own packages together. @returns the digest of the root file system */
async function bootstrap({ suite, epoch, tag }: Base, tar: string): Promise<string> {
  const child = spawn(join(packageOf(process.cwd()), "images/base/rootfs"), [tar], {
    env: { ...process.env, SUITE: suite, EPOCH: String(epoch), IMAGE_TAG: tag },
    stdio: ["ignore", "pipe", "inherit"],
    // It takes one to three minutes here.
    ...{ timeout: 30 * 60 * 1000, killSignal: "SIGKILL" },
  });
  const ended = new Promise<number>((resolve) =>
    child.on("close", (code) => resolve(code ?? 1)).on("error", () => resolve(127)),
  );
  const digest = await text(child.stdout);
  if ((await ended) !== 0) throw new Error(`${tag}  could not be bootstrapped`);
  return digest.trim();
}
