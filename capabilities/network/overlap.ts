import { overlaps } from "./addresses.ts";

/** A way of this host to other machines: a route, or a network that it has an address on. */
export interface Way {
  /** CIDR. */
  network: string;
  /** By which interface; empty where the kernel names none. */
  interface: string;
}

/**
 * What came over the networks of a client since they were made, a VPN say, as one sentence with what a person can do; nothing where nothing did. It moves nothing: that ends what
 * runs in the client's containers, and a VPN goes as it came.
 * @param own subnets of the client's networks (CIDR)
 * @param ways those of this host that are not by the client's own bridges
 */
export function describeOverlap(own: readonly string[], ways: readonly Way[]): string | undefined {
  const hidden = own.filter((subnet) => ways.some(({ network }) => overlaps(subnet, network)));
  const over = ways.filter(({ network }) => own.some((subnet) => overlaps(subnet, network)));
  if (hidden.length === 0) return undefined;
  const others = [...new Set(over.map((way) => `${way.network}${way.interface && ` by ${way.interface}`}`))];
  const free = RANGES.find((range) => ways.every(({ network }) => !overlaps(range, network)));
  return `${hidden.join(" and ")} of this client ${hidden.length === 1 ? "is" : "are"} also where this host now reaches other machines (${others.slice(0, FEW).join(", ")}${others.length > FEW ? ` and ${others.length - FEW} more` : ""}; a VPN, say): the client loses its way out, or this host those machines. Nothing was moved. To move it, which makes its containers anew, write another private range${free ? `: agent-sandbox:addresses: ${free}` : ""}`;
}

const FEW = 3;

/** Ranges that are proposed: the first that nothing of this host is in. */
const RANGES = ["172.20.0.0/16", "10.208.0.0/12", "192.168.128.0/17", "172.24.0.0/14", "10.96.0.0/12"];
