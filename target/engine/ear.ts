import { randomBytes, randomInt } from "node:crypto";
import { SAYS } from "../../gateway/contract.ts";
import { endOf, type Reach, runClient, type Said, start, unanswered } from "./client.ts";

/** Something that listens on the engine's host for datagrams, as any service of it could. */
export interface Ear {
  port: number;
  /** What a datagram has to say to be heard. */
  word: string;
  /** Ends it, and gives what it heard (images/gateway/gatewayd/ear). */
  end(): Promise<Said>;
}

/** Ports that nobody is given by chance: above those of services, below those that kernels hand out. */
const PORTS = [20_000, 32_000] as const;

/**
 * Starts a listener, from a trusted image, in the network namespace of the engine's host. It is there when this returns, or it has ended: what it
 * gives at its end says so. On an engine that does not start or end it in time it is removed by its name, and nothing is known of what it heard.
 * @param container its name
 * @param flags how its container is started, besides its name and its network
 * @param seconds after which it ends by itself
 * @param patience seconds that its start may take, and its end
 */
export async function listenOnHost(
  engine: Reach,
  image: string,
  container: string,
  flags: readonly string[],
  seconds: number,
  patience = 60,
): Promise<Ear> {
  const [port, word] = [randomInt(...PORTS), randomBytes(8).toString("hex")];
  const run = ["run", "--rm", "--interactive", "--name", container, ...flags, "--network", "host"];
  const args = [...run, "--entrypoint", "hear", image, String(port), word, String(seconds * 1000)];
  const child = start(engine, args);
  let [stdout, stderr] = ["", ""];
  const ended = endOf(engine, args, child, () => ({ stdout, stderr }));
  child.stderr.on("data", (part) => {
    stderr += part;
  });
  const ready = new Promise<void>((resolve) =>
    child.stdout.on("data", (part) => {
      stdout += part;
      if (stdout.includes(`${SAYS.listening}\n`)) resolve();
    }),
  );
  let lost: Said | undefined;
  const inTime = async (what: Promise<unknown>): Promise<void> => {
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      limit = setTimeout(() => resolve("late"), patience * 1000);
    });
    const first = await Promise.race([what, late]);
    clearTimeout(limit);
    if (first !== "late") return;
    const why = unanswered(engine, args, { lost: "late", why: `gave no answer in ${patience} s` });
    lost = { ok: false, why, stdout, stderr };
    child.kill("SIGKILL");
    for (const stream of child.stdio) stream?.destroy();
    await runClient(engine, ["rm", "--force", container], { seconds: patience });
  };
  await inTime(Promise.race([ready, ended]));
  return {
    port,
    word,
    async end() {
      child.stdin.end();
      if (!lost) await inTime(ended);
      return lost ?? ended;
    },
  };
}
