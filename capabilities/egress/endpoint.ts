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
 * Why an address can be an endpoint of no sandbox, or nothing if it may be one.
 * @param range where the client's own networks come from (CIDR)
 */
export function refuseAddress(address: string, range: string): string | undefined {
  const refused = refuseMachine(address, range);
  if (refused) return refused;
  if (!LAN.some((lan) => overlaps(address, lan)))
    return `${address} is a public address, and no machine of a LAN (${LAN.join(", ")}); allow it by its name under egress.allow, with its ports`;
  return undefined;
}

/** Why an address is no machine's that a gateway could dial, of the LAN or not; or nothing. @param range as above */
export function refuseMachine(address: string, range: string): string | undefined {
  const [, why] = NO_ENDPOINT.find(([reserved]) => overlaps(address, reserved)) ?? [];
  if (why) return `${address} ${why}`;
  return overlaps(address, range) ? ofSandboxes(address, range) : undefined;
}

/**
 * Why an address of a LAN is no other machine's here, or nothing where it is.
 * @param own addresses of the engine's host
 * @param clients networks of clients (CIDR)
 */
export function refuseHere(address: string, own: readonly string[], clients: readonly string[]): string | undefined {
  const client = clients.find((network) => overlaps(address, network));
  if (client) return ofSandboxes(address, client);
  if (own.includes(address))
    return `${address} is the engine's host itself; open its port by egress.host, which the agent reaches as \`host\``;
  return undefined;
}

function ofSandboxes(address: string, network: string): string {
  return `${address} is in the range of the sandboxes' own networks (${network}); no client reaches another's. Where it is a machine of the LAN, give the sandboxes another range: agent-sandbox:addresses`;
}
