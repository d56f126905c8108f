import { existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { overlaps } from "../capabilities/network/addresses.ts";
import type { Facts } from "../plan/facts.ts";
import type { Route } from "./routes.ts";

/**
 * Where this host reaches other machines: its routes, and networks that it has an address on, without those by the bridges of these networks of the engine. A network of ours
 * there would take their traffic.
 * @param own subnets (CIDR)
 * @param here whether the engine is on it: routes of another machine are not known here
 */
export function waysBeside(own: readonly string[], routes: readonly Route[], here: boolean): Route[] {
  const bridges = bridgesOf(own, routes, here);
  const networks = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ family, cidr, internal }) =>
      family === "IPv4" && cidr && !internal ? [{ network: cidr, interface: name }] : [],
    ),
  );
  return [...networks, ...(here ? routes : [])].filter((way) => !bridges.includes(way.interface));
}

/**
 * The interfaces of this host that belong to these networks of the engine: bridges with a route to one. A tunnel with such a route is a VPN that came after
 * the network. Routes are used and not addresses, for Node leaves out interfaces without a carrier, like a bridge without containers.
 */
function bridgesOf(subnets: readonly string[], routes: readonly Route[], here: boolean): string[] {
  const places = [
    ...routes,
    ...Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
      (addresses ?? []).flatMap(({ family, cidr }) =>
        family === "IPv4" && cidr ? [{ network: cidr, interface: name }] : [],
      ),
    ),
  ].filter(({ network }) => Number(network.split("/")[1]) >= 24 && subnets.some((subnet) => overlaps(subnet, network)));
  // A system that does not say what is a bridge, like macOS, has none of an engine in a virtual machine.
  const isBridge = (name: string) =>
    existsSync("/sys/class/net") ? existsSync(`/sys/class/net/${name}/bridge`) : here;
  return [...new Set(places.map((place) => place.interface))].filter(isBridge);
}

/** IPv4 addresses of this host: all, and those of its hardware and of bridges, bonds and VLANs. Sorted. */
export function hostAddresses(): Omit<Facts["host"], "uplinks"> {
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).flatMap(({ family, address, internal }) =>
      family === "IPv4" && !internal ? [{ name, address }] : [],
    ),
  );
  const addresses = (of: typeof all) => [...new Set(of.map(({ address }) => address))].sort();
  return { addresses: addresses(all), steady: addresses(all.filter(({ name }) => isSteady(name))) };
}

/** True for hardware, and for bridges, bonds and VLANs, as Linux tells them: not for tunnels and the ends of containers' links. */
function isSteady(link: string): boolean {
  const about = `/sys/class/net/${link}`;
  if (existsSync(`${about}/device`)) return true;
  return existsSync(`${about}/uevent`) && /^DEVTYPE=(bridge|bond|vlan)$/m.test(readFileSync(`${about}/uevent`, "utf8"));
}
