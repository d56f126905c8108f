import { randomBytes, randomInt } from "node:crypto";
import { SAYS } from "../../gateway/contract.ts";
import { endOf, type Reach, type Said, start } from "./client.ts";

/** Something that listens on the engine's host for datagrams, as any service of it could. */
export interface Ear {
  port: number;
  /** What a datagram has to say to be heard. */
  word: string;
  /** Ends it, and gives what it heard (images/gateway/hear). */
  end(): Promise<Said>;
}

/** Ports that nobody is given by chance: above those of services, below those that kernels hand out. */
const PORTS = [20_000, 32_000] as const;

/**
 * Starts a listener, from a trusted image, in the network namespace of the engine's host. It is there when this returns, or it has ended: what it
 * gives at its end says so.
 * @param flags how its container is started, besides its network
 * @param seconds after which it ends by itself
 */
export async function listenOnHost(
  engine: Reach,
  image: string,
  flags: readonly string[],
  seconds: number,
): Promise<Ear> {
  const [port, word] = [randomInt(...PORTS), randomBytes(8).toString("hex")];
  const run = ["run", "--rm", "--interactive", ...flags, "--network", "host", "--entrypoint", "hear", image];
  const args = [...run, String(port), word, String(seconds * 1000)];
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
  await Promise.race([ready, ended]);
  return {
    port,
    word,
    end() {
      child.stdin.end();
      return ended;
    },
  };
}
