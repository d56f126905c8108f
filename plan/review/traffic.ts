import { atHost, type EgressPolicy } from "../../capabilities/egress/egress.ts";
import { type Admission, admits, type Connection, planAdmission } from "../../gateway/admission.ts";
import type { AuditLine } from "../../gateway/audit-line.ts";
import { KINDS } from "../../gateway/contract.ts";
import type { Inbound } from "../../gateway/gateway-policy.ts";
import type { ReasonWord } from "../../gateway/reasons.ts";
import type { Traffic } from "./document.ts";
import { compareText } from "./fact.ts";

/**
 * Judges what a client's gateway let through by another policy.
 * @param lines of the audit, oldest first
 * @param since milliseconds since 1970; older lines are not looked at
 */
export function judgeTraffic(
  lines: readonly AuditLine[],
  policy: EgressPolicy,
  inbound: readonly Inbound[],
  since: number,
): Traffic {
  const admission = admissionOf(policy, inbound);
  const traffic = lines.filter(({ kind }) => isConnection(kind));
  const seen = traffic.filter(({ time, verdict, probe }) => verdict === "allow" && !probe && Date.parse(time) >= since);
  const told = seen.filter((line) => !isLeftOut(line));
  const lost = lines.filter(({ time, reason }) => reason === LOST && Date.parse(time) >= since);
  const used = new Set<string>();
  const refused = new Map<string, number>();
  for (const line of told) {
    const by = admits(admission, { kind: line.kind as Connection["kind"], name: line.name, port: line.port });
    if (by) used.add(by);
    else {
      const name = line.kind === "inbound" ? `port ${line.port} of the agent` : `${line.name}:${line.port}`;
      refused.set(name, (refused.get(name) ?? 0) + 1);
    }
  }
  const oldest = traffic[0]?.time;
  return {
    since: new Date(since).toISOString(),
    ...(oldest !== undefined && Date.parse(oldest) > since && { reaches: oldest }),
    connections: told.length,
    untold: [...seen.filter(isLeftOut), ...lost].reduce((sum, { count = 1 }) => sum + count, 0),
    refused: [...refused]
      .map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || compareText(a.name, b.name)),
    unused: policyLines(policy).filter((line) => !used.has(line)),
  };
}

/** A policy laid out as the gateway admits by it. The addresses are of no sandbox: who is admitted does not depend on them. */
export function admissionOf(policy: EgressPolicy, inbound: readonly Inbound[] = []): Admission {
  return planAdmission({
    client: "any",
    ...atHost(policy, ADDRESS),
    ...{ inbound: [...inbound], resolvers: [], hostAddresses: [] },
    addresses: { gateway: ADDRESS, agent: ADDRESS, vips: "192.0.2.128/25", host: ADDRESS },
  });
}

/** For documentation (RFC 5737). */
const ADDRESS = "192.0.2.1";

const LEFT_OUT: ReasonWord = "left-out";
const LOST: ReasonWord = "audit-lost";

function isLeftOut({ reason }: Pick<AuditLine, "reason">): boolean {
  return reason === LEFT_OUT;
}

function isConnection(kind: AuditLine["kind"]): boolean {
  return KINDS.connections.some((one) => one === kind);
}

/** As `admits` names them. What profile web opens is no line of anybody's. */
function policyLines({ destinations, endpoints }: EgressPolicy): string[] {
  return [
    ...destinations.map(({ host, subdomains }) => `${subdomains ? "*." : ""}${host}`),
    ...endpoints.map(({ name, port }) => `${name}:${port}`),
  ];
}
