import { setTimeout as pause } from "node:timers/promises";
import { complain } from "../../host/say.ts";
import type { Ready } from "../../plan/helpers.ts";
import type { Reach } from "./client.ts";
import { runClient } from "./client.ts";
import { inspectByClient } from "./inspect.ts";
import { runTrusted } from "./run-trusted.ts";

/** A helper, and when it is ready. */
export interface Awaited {
  client: string;
  /** Its container. */
  helper: string;
  ready: Ready;
  /** A trusted image. */
  image: string;
}

/** Seconds: a database that makes its files for the first time took 4 here. */
const PATIENCE = 120;

/** Starts after which no more is waited for one that ends again and again: with an engine's pauses between them about 25 s, in which another helper that it needs is there. */
const STARTS = 8;

/** Seconds that one try may take. */
const TRY = 10;

/** Bytes that a helper's own command may print, of which nothing is read: with the client's own bound one that prints without end took 720 MiB of this program. */
const MOST = 2 ** 20;

/** Tries for as long as one container of it is to be there, for its start takes 0.4 s: a helper that ends takes its network with it. */
const ACCEPTS = `
end=$((SECONDS + 5))
until (exec 3<>"/dev/tcp/$ADDRESS/$PORT") 2>/dev/null; do
  [ $SECONDS -lt $end ] || exit 1
  sleep 0.2
done`;

/**
 * Waits until a helper is ready. Whether a port accepts is seen from a trusted container in its network; a command is the helper's own word, and nothing but
 * the end of an `up` hangs on it.
 * @throws Error when it is not ready in time, with its last lines said before
 */
export async function awaitHelper(engine: Reach, of: Awaited): Promise<void> {
  const begun = Date.now();
  let status: string;
  for (;;) {
    if (await isReady(engine, of)) return;
    const look = await inspectByClient(engine, of.helper);
    status = "unseen" in look ? look.unseen : (look.seen?.State.Status ?? "gone");
    const starts = "unseen" in look ? 0 : (look.seen?.RestartCount ?? 0);
    // One that has ended is not started again: somebody has stopped it, as the proof does where it cannot look.
    if (starts >= STARTS || status === "exited" || Date.now() - begun > PATIENCE * 1000) break;
    await pause(500);
  }
  const said = await runClient(engine, ["logs", "--tail", "10", of.helper]);
  for (const line of (said.stdout + said.stderr).split("\n").filter(Boolean)) complain(`  ${line.slice(0, 300)}`);
  throw new Error(
    `${of.helper} is not ready after ${Math.round((Date.now() - begun) / 1000)} s: ${describeReady(of.ready)}, and it is ${status}. Its last lines are above, and all of them in: ${engine.cli} logs ${of.helper}`,
  );
}

async function isReady(engine: Reach, { client, helper, ready, image }: Awaited): Promise<boolean> {
  if ("command" in ready)
    return (await runClient(engine, ["exec", helper, ...ready.command], { seconds: TRY, most: MOST })).ok;
  const look = await inspectByClient(engine, helper);
  if ("unseen" in look || look.seen?.State.Status !== "running") return false;
  if ("runs" in ready) return true;
  const tried = await runTrusted(engine, {
    ...{ name: `${helper}-ready`, client, image, user: "65534:65534", network: `container:${helper}`, seconds: TRY },
    environment: { ADDRESS: ready.address, PORT: String(ready.port) },
    program: ["/bin/bash", "-c", ACCEPTS],
  });
  return tried.ok;
}

function describeReady(ready: Ready): string {
  if ("command" in ready) return `\`${ready.command.join(" ")}\` does not succeed in it`;
  return "port" in ready ? `nothing accepts on its port ${ready.port}` : "it does not run";
}
