import { isIPv4 } from "node:net";
import type { Facts } from "../../plan/facts.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { type AddressPlan, overlaps, planAddresses } from "./addresses.ts";
import { networkFacts, networkTopics } from "./facts.ts";
import { describeOverlap } from "./overlap.ts";

/** The client's two networks: where they come from, and who has which address on them. */
export const network: Capability = {
  plan: ({ client, spec }, { networks: { own, taken, ways }, host }) => {
    const used = [...taken, ...declared(spec)];
    const beside = ways.map(({ network }) => network);
    const addresses = planAddresses(client, own, used, spec.addresses, beside);
    return addresses
      ? {
          addresses: { ...addresses, ...(spec.mtu && { mtu: spec.mtu }) },
          warnings: [
            ...moved(addresses, own, used),
            ...overlapped(addresses, own, ways),
            ...narrower(spec.mtu ?? MTU, host.uplinks),
          ],
        }
      : { problems: [{ path: "addresses", message: noRoom(spec.addresses, [...used, ...beside]) }] };
  },
  posture: ({ spec }) => networkFacts(spec),
  topics: networkTopics,
};

/** What engines give a network unless they are told otherwise, whatever the host's own interfaces have (Docker and Podman). */
const MTU = 1500;

/** Ways out that take less than the gateway offers: whoever answers it sends packets that some of them cannot carry, and not every network says so. */
function narrower(mtu: number, uplinks: Facts["host"]["uplinks"]): Problem[] {
  const narrow = uplinks.filter((uplink) => uplink.mtu < mtu).sort((a, b) => a.mtu - b.mtu);
  if (!narrow[0]) return [];
  return [
    {
      path: "mtu",
      message: `the gateway offers packets of ${mtu} bytes, and a way out of this host takes less (${narrow.map((of) => `${of.name} ${of.mtu}`).join(", ")}): a download or a handshake may hang where it goes that way; write agent-sandbox:mtu: ${narrow[0].mtu}`,
    },
  ];
}

/** A network of ours over a declared address would hide it from the gateway. */
function declared(spec: Pick<Spec, "egress" | "resolvers" | "upstreamProxy">): string[] {
  const resolvers = spec.resolvers.flatMap((one) => (typeof one === "string" ? [one] : one.servers));
  const { upstreamProxy: proxy } = spec;
  const way = proxy && ("url" in proxy ? proxy.url : proxy).address;
  const machines = Object.values(spec.egress.lan).map(({ address }) => address);
  return [...machines, ...resolvers, ...(way && isIPv4(way) ? [way] : [])].map((address) => `${address}/32`);
}

/** Which networks leave no room: the widest are those that a person can do something about. */
function noRoom(range: string, taken: readonly string[]): string {
  const there = taken.filter((other) => overlaps(range, other)).sort((a, b) => width(a) - width(b));
  return `there is no free pair of /24 networks in ${range}: networks of this engine, interfaces and routes of this host (a VPN's, say) or declared endpoints take it all (${there.slice(0, 3).join(", ")}${there.length > 3 ? ` and ${there.length - 3} more` : ""}); name another private range, like agent-sandbox:addresses: 172.20.0.0/16`;
}

function width(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

/** What takes the place of networks that a client has now. */
function moved({ inner, outer }: AddressPlan, own: Facts["networks"]["own"], taken: readonly string[]): Problem[] {
  return own
    .filter((subnet) => subnet !== inner && subnet !== outer)
    .flatMap((subnet) => {
      const other = taken.find((other) => overlaps(subnet, other));
      return other
        ? [
            {
              path: "addresses",
              message: `${subnet} of this client is used by something else now (${other}: a network of the engine, or a declared endpoint); its networks move to ${inner} and ${outer}, and its containers are made anew on them`,
            },
          ]
        : [];
    });
}

/** What came over networks that the client has now, and keeps. */
function overlapped({ inner, outer }: AddressPlan, own: readonly string[], ways: Facts["networks"]["ways"]): Problem[] {
  const kept = own.filter((subnet) => subnet === inner || subnet === outer);
  const message = describeOverlap(kept, ways);
  return message === undefined ? [] : [{ path: "addresses", message }];
}
