import type { Kind } from "./contract.ts";
import type { GatewayInput } from "./gateway-policy.ts";
import type { ReasonWord } from "./reasons.ts";

/**
 * The proxy's audit line: one a connection (80: a request), in the shape all of the gateway's lines have. Names come from a
 * hostile client: they are cut to a name's length, and every byte that no host name has is written `\xFF` (url_enc takes all but letters,
 * digits and `-._~`): none vanishes, and none looks like another. `port` is a number or an expression of one.
 */
export function auditFormat(client: string, kind: Kind, scope: "sess" | "txn", port: string): string[] {
  const at = scope === "sess" ? "accept_date(ms)" : "request_date(ms)";
  const duration = scope === "sess" ? "%Tt" : "%Ta";
  return format("log-format", {
    time: `"%[${at},${RFC3339}]"`,
    client: `"${client}"`,
    kind: `"${kind}"`,
    // +Q writes the quotation marks, also around nothing; without it nothing reads as `-`.
    name: `%{+Q}[var(${scope}.name),bytes(0,255),${WRITTEN}]`,
    address: `%{+Q}[var(${scope}.address)]`,
    port,
    verdict: `"%[var(${scope}.verdict,deny)]"`,
    reason: `"%[txn.sess_term_state,concat(:,${scope}.reason),map_regm(reasons.map)]"`,
    up: "%U",
    down: "%B",
    ms: duration,
  });
}

/** The only reason there is for what haproxy cannot read. */
const NO_REQUEST: ReasonWord = "bad-request";

/** The same for what has a request's form and is none to haproxy: there are no variables then (3.0: they read as `-`). */
export function errorFormat(client: string, kind: Kind, port: string): string[] {
  return format("error-log-format", {
    time: `"%[date(0,ms),${RFC3339}]"`,
    client: `"${client}"`,
    kind: `"${kind}"`,
    name: '""',
    address: '""',
    port,
    verdict: '"deny"',
    reason: `"${NO_REQUEST}"`,
    up: "%U",
    down: "%B",
    ms: "%Tt",
  });
}

/**
 * From how a connection ended (haproxy's two letters) and the reason it was judged by, the reason in the audit line. K is an
 * operator's cut: the line that allowed the name is gone. SC and sC: the other side refused or did not answer.
 */
export function renderReasons({ upstreamProxy }: Pick<GatewayInput, "upstreamProxy">): string[] {
  const ends: [form: string, reason: ReasonWord][] = [
    ["^K", "cut"],
    ["^[Ss]C:allowed$", "unreachable"],
    // What dials a company's proxy is always there, and resets the connection when that one says no.
    ...(upstreamProxy ? [["^SD:allowed$", "unreachable"] satisfies [string, ReasonWord]] : []),
    ["^..:$", "aborted"],
  ];
  return [...ends.map(([form, reason]) => `${form} ${reason}`), "^..:(.+)$ \\1"];
}

/** Percent signs made backslashes: four of them are one, after the quotes, the list of arguments and the expression have each had theirs. */
const WRITTEN = String.raw`url_enc,regsub(%,\\\\x,g),json(ascii)`;

const RFC3339 = 'ms_utime("%Y-%m-%dT%H:%M:%S.%3NZ")';

function format(directive: string, fields: Record<string, string>): string[] {
  const json = Object.entries(fields).map(([name, value]) => `"${name}":${value}`);
  return [`  ${directive} '{${json.join(",")}}'`];
}
