import { overlaps } from "../network/addresses.ts";

/** Where machines of a LAN are: private ranges (RFC 1918), those of providers and overlays (RFC 6598), and of test networks (RFC 2544). */
const LAN = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15"];

/** Ranges that an endpoint may not point to, each with its name. RFC 1918 ranges are allowed: endpoints are for them. */
const NO_ENDPOINT = [
  ["0.0.0.0/8", "is no address of a machine (0.0.0.0/8)"],
  ["127.0.0.0/8", "is this sandbox's own loopback; a port of the engine's host is opened by egress.host"],
  ["169.254.0.0/16", "is link-local, where clouds keep their credentials; it is never opened"],
  ["100.100.100.200/32", "is where Alibaba's machines get their credentials; it is never opened"],
  ["168.63.129.16/32", "is Azure's own agent of each machine, which hands out its keys; it is never opened"],
  ["192.0.0.0/24", "is reserved for protocols, and where Oracle's machines get their credentials; it is never opened"],
  ["224.0.0.0/4", "is a multicast address; name one machine"],
  ["240.0.0.0/4", "is reserved or a broadcast address; name one machine"],
] as const;

/**
 * Why an address cannot be an endpoint of the LAN, or nothing if it can.
 * @param own addresses of the engine's host
 * @param sandboxes networks of clients, and the range that this one's come from (CIDR)
 */
export function refuseEndpoint(
  address: string,
  own: readonly string[],
  sandboxes: readonly string[],
): string | undefined {
  const [, why] = NO_ENDPOINT.find(([range]) => overlaps(address, range)) ?? [];
  if (why) return `${address} ${why}`;
  const sandbox = sandboxes.find((range) => overlaps(address, range));
  if (sandbox)
    return `${address} is in the range of the sandboxes' own networks (${sandbox}); no client reaches another's. Where it is a machine of the LAN, give the sandboxes another range: agent-sandbox:addresses`;
  if (own.includes(address))
    return `${address} is the engine's host itself; open its port by egress.host, which the agent reaches as \`host\``;
  if (!LAN.some((range) => overlaps(address, range)))
    return `${address} is a public address, and no machine of a LAN (${LAN.join(", ")}); allow it by its name under egress.allow, with its ports`;
  return undefined;
}
