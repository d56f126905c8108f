import { present } from "../stack-file/present.ts";
import type { GatewayInput } from "./gateway-policy.ts";
import { RESOLVER_PORT } from "./render/dnsmasq.ts";
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
 * as the image's `canary` reads them. The first destination that speaks TLS stands for all that is open.
 */
export function planProbes(input: GatewayInput): string[] {
  const { gateway, host } = input.addresses;
  const { shared, own } = planVips(input);
  // In profile `web` as well: .invalid is private by definition.
  const unlisted = present(
    NOBODYS.find((name) => !input.destinations.some((line) => name.endsWith(`.${line.host}`))),
    "a name that no line of the policy opens",
  );
  const bridge = gateway.replace(/\d+$/, "1");
  const open = input.destinations
    .filter(({ subdomains, ports }) => !subdomains && ports.includes(443))
    .map(({ host }) => host)
    .sort()[0];
  const vip = open && (own.get(open) ?? shared);
  return [
    ...OUTSIDE.flatMap((address) => [`shut tcp ${address} 443`, `shut tcp ${address} 53`]),
    ...OUTSIDE.map((address) => `shut udp ${address} 53 ${unlisted}`),
    `shut tcp ${METADATA} 80`,
    `shut tcp ${AZURE} 80`,
    "shut tcp 2606:4700:4700::1111 443",
    // The engine's host, by every address it could have here.
    ...[bridge, host, "172.17.0.1", ...input.hostAddresses].flatMap((address) => [
      `shut tcp ${address} 22`,
      `shut tcp ${address} 2375`,
    ]),
    // The gateway's resolver that has an upstream, and its place on the agent's side.
    `shut port ${gateway} ${RESOLVER_PORT}`,
    `shut port ${gateway} 443`,
    `shut dns ${gateway} ${unlisted}`,
    `shut tls ${shared} ${unlisted}`,
    `shut http ${shared} ${unlisted}`,
    `shut http ${shared} ${METADATA}`,
    ...(input.web ? [`shut dns ${gateway} metadata.google.internal`, `shut name ${shared} ${PRIVATE_ANSWER}`] : []),
    ...(open ? [`open dns ${gateway} ${open} ${vip}`, `open tls ${vip} ${open}`] : []),
  ];
}

/** Groups that machines listen to: every host, mDNS, LLMNR, SSDP; IPv6's all nodes and mDNS. */
const GROUPS = ["224.0.0.1", "224.0.0.251", "224.0.0.252", "239.255.255.250", "ff02::1", "ff02::fb"];

/**
 * What the canary sends to everybody, and only a listener in the engine's host (the image's `hear`) can judge. Each is told the
 * listener's port and a word that the two agree on, both new at every run.
 */
export function planDatagrams({ gateway }: GatewayInput["addresses"]): string[] {
  return ["255.255.255.255", gateway.replace(/\d+$/, "255"), ...GROUPS].map((address) => `shut datagram ${address}`);
}
