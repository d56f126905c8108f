import type { GatewayInput } from "./input.ts";
import { planVips } from "./vips.ts";

/** Public addresses that nobody has (RFC 5737), and the address of clouds' metadata. */
const OUTSIDE = ["198.51.100.1", "203.0.113.1"];
const METADATA = "169.254.169.254";

/** A name that no policy can list: `.invalid` is nobody's (RFC 2606). */
const UNLISTED = "canary.invalid";

/**
 * What the canary tries from the agent's namespace: `shut` must not get through, `open` should. Never relies on the
 * internet: what is shut is shut by refusal here, whatever is out there.
 */
export function planProbes(input: GatewayInput): string[] {
  const vips = planVips(input);
  const { gateway } = input.addresses;
  const bridge = input.addresses.gateway.replace(/\d+$/, "");
  const listed = input.destinations.find(({ subdomains, ports }) => !subdomains && ports.includes(443));
  return [
    ...OUTSIDE.flatMap((address) => [
      `shut tcp ${address} 443`,
      `shut tcp ${address} 80`,
      `shut udp ${address} 53 ${UNLISTED}`,
    ]),
    `shut tcp ${METADATA} 80`,
    `shut dns ${gateway} ${UNLISTED}`,
    `shut tls ${vips.shared} ${UNLISTED}`,
    `shut http ${vips.shared} ${UNLISTED}`,
    // Where engines put the host on a bridge, and where this one would have put it.
    ...[`${bridge}1`, `${bridge}64`, input.addresses.host].flatMap((address) => [
      `shut tcp ${address} 22`,
      `shut tcp ${address} 2375`,
    ]),
    // The gateway's own: the resolver that has an upstream.
    `shut port ${gateway} 5353`,
    "shut tcp 2001:db8::1 443",
    ...(listed
      ? [
          `open dns ${gateway} ${listed.host} ${vips.own.get(listed.host) ?? vips.shared}`,
          `open tls ${vips.own.get(listed.host) ?? vips.shared} ${listed.host}`,
        ]
      : []),
  ];
}
