import { type AuditLine, parseAuditLine, writeAuditLine } from "../../gateway/audit-line.ts";
import { KINDS } from "../../gateway/contract.ts";
import { complain } from "../../host/say.ts";
import { names } from "../../plan/names.ts";
import type { Look } from "../look.ts";
import { AuditError, gatewayRuns } from "./audit-volume.ts";
import { eachLine, isStopped, type Reach } from "./client.ts";

/** How many old lines of the log are read again when it is followed. */
const AGAIN = 5000;

/** Kinds of lines in which a gateway speaks of itself: they have files of their own (images/gateway/gatewayd/audit/series.go). */
const OWN: ReadonlySet<AuditLine["kind"]> = new Set(KINDS.own);

/**
 * Hands over audit lines as they are written, over restarts and replacements of the gateway, until it is gone. They are read from the container's log, which has the
 * same lines as the volume.
 * @param kept what was read of the volume: these are not handed over again
 * @throws AuditError when the log cannot be followed, or whether the gateway runs could not be seen
 */
export async function followAudit(
  engine: Reach,
  client: string,
  kept: readonly AuditLine[],
  take: (line: AuditLine) => void,
): Promise<void> {
  // The log begins with its last lines again. Each series of files has at least as many of its own lines, so all of these are known.
  const known = Map.groupBy(kept, ({ kind }) => OWN.has(kind));
  const seen = new Set([...known.values()].flatMap((series) => series.slice(-AGAIN).map(writeAuditLine)));
  for (;;) {
    let read = 0;
    const why = await followLog(engine, client, (line) => {
      read += 1;
      const text = writeAuditLine(line);
      if (seen.has(text)) return;
      seen.add(text);
      // A set keeps its oldest members first.
      if (seen.size > 4 * AGAIN) for (const old of [...seen].slice(0, AGAIN)) seen.delete(old);
      take(line);
    });
    // A log that ends without a line would end again at once, and this loop would never rest.
    if (why && read === 0) throw new AuditError(`the log of ${client}'s gateway cannot be followed: ${why}`);
    if (why) complain(`agentbox: the log of ${client}'s gateway broke off: ${why}`);
    const back = await comesBack(engine, client);
    if ("unseen" in back)
      throw new AuditError(`whether the gateway of ${client} runs could not be seen: ${back.unseen}`);
    if (!back.seen) return;
  }
}

/**
 * Hands over the lines of a gateway's log until it ends. It begins with the last ones that are there, by their number (`AGAIN`): no time of a line's and no
 * clock decides what is read.
 * @returns why it broke off; nothing where the gateway ended
 */
export async function followLog(
  engine: Reach,
  client: string,
  take: (line: AuditLine) => void,
): Promise<string | undefined> {
  const log = ["logs", "--follow", "--tail", String(AGAIN), names(client).gateway];
  const said = await eachLine(engine, log, (text) => {
    const line = parseAuditLine(text);
    if (line) take(line);
  });
  return said.ok || isStopped(said) ? undefined : said.why;
}

/** A gateway that is replaced is away for a few seconds. */
async function comesBack(engine: Reach, client: string): Promise<Look<boolean>> {
  let runs: Look<boolean> = { seen: false };
  for (let look = 0; look < 20; look++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    runs = await gatewayRuns(engine, client);
    if ("seen" in runs && runs.seen) break;
  }
  return runs;
}
