import { present } from "../stack-file/present.ts";
import { PORTS, type PROBES, type ProbeKind } from "./contract.ts";
import type { GatewayInput } from "./gateway-policy.ts";
import { planVips } from "./vips.ts";

/** Public addresses that are there, so that a way out would show; and the place of clouds' credentials. */
const OUTSIDE = ["1.1.1.1", "8.8.8.8"];
const METADATA = "169.254.169.254";
const AZURE = "168.63.129.16";

/** A name whose public answer is private for ever (RFC 7050: 192.0.0.170): where every name is open, the address has to be judged. */
const PRIVATE_ANSWER = "ipv4only.arpa";

/** Reserved names, which nobody can register (RFC 2606). */
const NOBODYS = ["unlisted.invalid", "unlisted.test", "unlisted.example"];

/**
 * What the canary tries from the agent's own network namespace: `shut` must not get through, `open` should. A probe a line,
 * as the image's `canary` reads them. The first destination that speaks TLS stands for all that is open; a grant does not, for `verify` asks the same after its end.
 */
export function planProbes(input: GatewayInput): string[] {
  const { gateway, host } = input.addresses;
  const { shared, own } = planVips(input);
  const everOpen = [...input.destinations, ...input.grants.flatMap(({ destinations }) => destinations)];
  // In profile `web` as well: .invalid is private by definition.
  const unlisted = present(
    NOBODYS.find((name) => !everOpen.some((line) => name.endsWith(`.${line.host}`))),
    "a name that no line of the policy opens",
  );
  const bridge = gateway.replace(/\d+$/, "1");
  const open = input.destinations
    .filter(({ subdomains, ports }) => !subdomains && ports.includes(443))
    .map(({ host }) => host)
    .sort()[0];
  return [
    ...OUTSIDE.flatMap((address) => [probe("shut tcp", address, 443), probe("shut tcp", address, 53)]),
    ...OUTSIDE.map((address) => probe("shut udp", address, 53, unlisted)),
    probe("shut tcp", METADATA, 80),
    probe("shut tcp", AZURE, 80),
    probe("shut tcp", "2606:4700:4700::1111", 443),
    // The engine's host, by every address it could have here.
    ...[bridge, host, "172.17.0.1", ...input.hostAddresses].flatMap((address) => [
      probe("shut tcp", address, 22),
      probe("shut tcp", address, 2375),
    ]),
    // The gateway's resolver that has an upstream, and its place on the agent's side.
    probe("shut port", gateway, PORTS.resolver),
    probe("shut port", gateway, 443),
    probe("shut dns", gateway, unlisted),
    probe("shut tls", shared, unlisted),
    probe("shut http", shared, unlisted),
    probe("shut http", shared, METADATA),
    ...(input.web
      ? [probe("shut dns", gateway, "metadata.google.internal"), probe("shut name", shared, PRIVATE_ANSWER)]
      : []),
    ...(open ? answering(gateway, open, own.get(open) ?? shared) : []),
  ];
}

/**
 * What the canary tries from a helper's network namespace. Nothing is open there: the gateway answers its agent alone, so it has no name of anything, and its
 * neighbours' ports are the agent's.
 */
export function planHelperProbes(input: GatewayInput): string[] {
  const { gateway } = input.addresses;
  return [
    ...planProbes(input).filter((line) => /^shut (tcp|udp|port) /.test(line)),
    probe("shut tcp", gateway, PORTS.dns),
    probe("shut tcp", planVips(input).shared, 443),
  ];
}

/** Of a name that is open: the resolver answers with its address, and there a server does. */
function answering(resolver: string, name: string, vip: string): string[] {
  return [probe("open dns", resolver, name, vip), probe("open tls", vip, name)];
}

/** As many words as a kind of probe has. */
type Filled<Words extends readonly string[]> = { [Place in keyof Words]: string | number };

/** A probe as a line. */
function probe<Kind extends ProbeKind>(kind: Kind, ...words: Filled<(typeof PROBES)[Kind]["words"]>): string {
  return [kind, ...words].join(" ");
}

/** The kind of probe that is sent to everybody. */
export const DATAGRAM = "shut datagram" satisfies ProbeKind;

/** Groups that machines listen to: every host, mDNS, LLMNR, SSDP; IPv6's all nodes and mDNS. */
const GROUPS = ["224.0.0.1", "224.0.0.251", "224.0.0.252", "239.255.255.250", "ff02::1", "ff02::fb"];

/**
 * What the canary sends to everybody, and only a listener in the engine's host (the image's `hear`) can judge. Each is told the
 * listener's port and a word that the two agree on, both new at every run.
 */
export function planDatagrams({ gateway }: GatewayInput["addresses"]): string[] {
  return ["255.255.255.255", gateway.replace(/\d+$/, "255"), ...GROUPS].map((address) => `${DATAGRAM} ${address}`);
}
