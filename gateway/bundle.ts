import { createHash } from "node:crypto";
import { type Admission, planAdmission } from "./admission.ts";
import { BUNDLE } from "./contract.ts";
import { declare, renderDeclared } from "./declared.ts";
import type { GatewayInput } from "./gateway-policy.ts";
import { planListeners } from "./listeners.ts";
import { renderReasons } from "./log-format.ts";
import { planPeriods } from "./periods.ts";
import { closedRanges } from "./private.ts";
import { renderAgentResolver, renderHosts, renderUpstreamResolver } from "./render/dnsmasq.ts";
import { renderHaproxy } from "./render/haproxy.ts";
import { renderNft } from "./render/nft.ts";
import { weave } from "./spans.ts";

/** The compiled policy of one client: every file the gateway runs by, in one text. */
export interface Bundle {
  text: string;
  /** sha256 of the text, in hex: what the gateway says it runs. */
  hash: string;
}

/**
 * Compiles a policy. Same input, same text, in whatever order; one more host with ports 80 and 443 is one more line in
 * names.map and one in hosts, and one that is granted is the same lines with their end before them.
 * @throws as planAdmission and planVips do, on input that the planner refuses first
 */
export function renderBundle(input: GatewayInput): Bundle {
  // The data is one for all of the time.
  const data = renderDeclared(declare(input));
  const versions = planPeriods(input).map(({ from, ...open }) => ({
    from,
    sections: { ...renderSections({ ...input, ...open }), "policy.json": data },
  }));
  const lines = (name: Section) => weave(versions.map(({ from, sections }) => ({ from, lines: sections[name] })));
  const text = BUNDLE.sections.map((name) => section(name, lines(name))).join("") + section(BUNDLE.end, []);
  return { text, hash: createHash("sha256").update(text).digest("hex") };
}

type Section = (typeof BUNDLE.sections)[number];

/** @param input with what is open in one period */
function renderSections(input: GatewayInput): Omit<Record<Section, string[]>, "policy.json"> {
  const admission = planAdmission(input);
  return {
    listeners: planListeners(input, admission),
    hosts: renderHosts(input, admission),
    "names.map": admission.names.map(
      ({ host, vip, ports, at }) => `${host} ${vip}:${ports.join(",")}${at === undefined ? "" : `:${at}`}`,
    ),
    "below.map": admission.below.map((b) => `.${b.domain} ${b.vip}:${b.ports.join(",")}:.${b.domain}`),
    "ports.map": admission.tcp.map(({ vip, port, host }) => `${vip}:${port} ${host}`),
    "lan.map": admission.lan.map((l) => `${l.vip}:${l.port} ${l.address}:${l.port}:${l.name}`),
    "inbound.map": inboundMap(input, admission),
    "private.map": closedRanges(input).map((range) => `${range} private`),
    "reasons.map": renderReasons(input),
    "rules.nft": renderNft(input, admission),
    "haproxy.cfg": renderHaproxy(input, admission),
    "dnsmasq.conf": renderAgentResolver(input, admission),
    "resolver.conf": renderUpstreamResolver(input),
  };
}

function section(name: string, lines: readonly string[]): string {
  return [`${BUNDLE.mark}${name}`, ...lines, ""].join("\n");
}

function inboundMap({ addresses }: GatewayInput, { inbound }: Admission): string[] {
  return inbound.map(({ port, to }) => `${port} ${addresses.agent}:${to}:agent`);
}
