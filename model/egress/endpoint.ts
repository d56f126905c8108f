import { overlaps } from "../addresses.ts";

/** Addresses that are no machine of a LAN. Private ranges are: they are what endpoints are for. */
const NO_ENDPOINT = [
  ["0.0.0.0/8", "is no address of a machine (0.0.0.0/8)"],
  ["127.0.0.0/8", "is this sandbox's own loopback; a port of the engine's host is opened by egress.host"],
  ["169.254.0.0/16", "is link-local, where clouds keep their credentials; it is never opened"],
  ["100.100.100.200/32", "is where Alibaba's machines get their credentials; it is never opened"],
  ["168.63.129.16/32", "is Azure's own agent of each machine, which hands out its keys; it is never opened"],
  ["192.0.0.0/24", "is reserved for protocols, and where Oracle's machines get their credentials; it is never opened"],
  ["224.0.0.0/4", "is a multicast address; name one machine"],
  ["240.0.0.0/4", "is reserved or a broadcast address; name one machine"],
  ["10.208.0.0/12", "is in the range of the sandboxes' own networks (10.208.0.0/12); no client reaches another's"],
] as const;

/**
 * Why an address cannot be an endpoint of the LAN, or nothing if it can.
 * @param own addresses of the engine's host
 */
export function refuseEndpoint(address: string, own: readonly string[]): string | undefined {
  const [, why] = NO_ENDPOINT.find(([range]) => overlaps(address, range)) ?? [];
  if (why) return `${address} ${why}`;
  if (own.includes(address))
    return `${address} is the engine's host itself; open its port by egress.host, which the agent reaches as \`host\``;
  return undefined;
}
