import { type AuditLine, parseAuditLine } from "../../gateway/audit-line.ts";
import { GATEWAY, USERS } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import type { Verdict } from "../../plan/proof/judge.ts";
import { type Reach, runClient } from "./client.ts";

/** The gateway's time, then the end of its newest lines about connections: what a proof causes is among the last. */
const SCRIPT = `date -u +%FT%TZ; cd ${GATEWAY.audit}; for file in traffic-*; do :; done; tail -c 65536 "$file"`;

/**
 * Adds to each way out that gave no answer why, in the audit's word: what looks like a server that is down is often the gateway's own refusal.
 * Where the gateway does not say, the verdict stays as it is.
 * @param began when the probes were sent, in milliseconds since 1970, by this machine's clock
 */
export async function withReasons(
  engine: Reach,
  client: string,
  verdicts: readonly Verdict[],
  began: number,
): Promise<Verdict[]> {
  if (!verdicts.some(({ verdict }) => verdict === "down")) return [...verdicts];
  // The gateway looks a name up for up to 5 s, and the canary waits 4: the line may come after the canary's end.
  for (let look = 1; ; look++) {
    const told = await lookOnce(engine, client, verdicts, began);
    if (look === LOOKS || told.every(({ verdict, why }) => verdict !== "down" || why !== undefined)) return told;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const LOOKS = 3;

async function lookOnce(
  engine: Reach,
  client: string,
  verdicts: readonly Verdict[],
  began: number,
): Promise<Verdict[]> {
  const user = `${USERS.log.uid}:${USERS.log.uid}`;
  const said = await runClient(engine, ["exec", "--user", user, names(client).gateway, "sh", "-c", SCRIPT], {
    seconds: 10,
  });
  return said.ok ? reasonsOf(verdicts, said.stdout, Date.now() - began) : [...verdicts];
}

/**
 * @param printed the gateway's time in a line of its own, then lines of its audit
 * @param elapsed milliseconds since the probes were sent: the gateway's clock need not be this machine's
 */
export function reasonsOf(verdicts: readonly Verdict[], printed: string, elapsed: number): Verdict[] {
  const [now = "", ...lines] = printed.split("\n");
  // The gateway tells whole seconds.
  const since = Date.parse(now) - elapsed - 1000;
  const probed = lines
    .map(parseAuditLine)
    .filter((line): line is AuditLine => line !== undefined && line.probe === true && Date.parse(line.time) >= since);
  return verdicts.map((verdict) => {
    const name = verdict.what.split(" ").at(-1);
    const line = probed.findLast((line) => line.kind === "tls" && line.name === name);
    if (verdict.verdict !== "down" || !line) return verdict;
    return {
      ...verdict,
      why: line.reason,
      ...(line.reason === "unreachable" && line.address && { dialled: line.address }),
    };
  });
}
