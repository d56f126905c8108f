import type { Facts } from "../../plan/facts.ts";
import { printable } from "../../stack-file/printable.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { overlaps } from "../network/addresses.ts";

const READ = 'docs/egress.md, "A service of the host"';

/**
 * Endpoints that are declared and that the gateway will not reach, as this machine is now. They stop nothing: a service may be started later.
 * @param address at which the gateway reaches the engine's host
 */
export function dialledInVain(
  { egress }: Pick<Spec, "egress">,
  { host, networks }: Pick<Facts, "host" | "networks">,
  address: string,
): Problem[] {
  return [...elsewhere(egress, host), ...unheard(egress, host, address), ...inOtherNetworks(egress, networks, address)];
}

/** `egress.host` opens ports of the machine that the engine runs on. Where that is a virtual machine, it is easily taken for the person's own. */
function elsewhere({ host: ports }: Spec["egress"], { elsewhere: machine }: Facts["host"]): Problem[] {
  if (machine === undefined || ports.length === 0) return [];
  return [
    {
      path: "egress.host",
      message: `opens ports of the engine's machine${machine && ` (${printable(machine)})`}, which is not this one; for a service of this machine write egress.lan, with an address that this machine has for that one (docs/platforms.md, "An engine in a virtual machine")`,
    },
  ];
}

function unheard({ host: ports }: Spec["egress"], { listeners }: Facts["host"], address: string): Problem[] {
  if (!listeners) return [];
  return ports.flatMap((port, index) => {
    const at = [...new Set(listeners.filter((one) => one.port === port).map((one) => one.address))].sort();
    if (at.some((one) => ["0.0.0.0", "::", address].includes(one))) return [];
    const message =
      at.length === 0
        ? `nobody listens on ${port} of this machine now`
        : `what listens on ${port} of this machine does so at ${at.join(" and ")} alone, and the gateway dials ${address}; have it listen there, too (${READ})`;
    return [{ path: `egress.host[${index}]`, message }];
  });
}

function inOtherNetworks({ lan }: Spec["egress"], { bridges }: Facts["networks"], address: string): Problem[] {
  return Object.entries(lan).flatMap(([name, endpoint]) => {
    const network = bridges.find(({ subnet }) => overlaps(endpoint.address, subnet));
    if (!network) return [];
    const published = endpoint.ports.map((port) => `"${address}:${port}:${port}"`).join(" and ");
    const way = `publish the container's port as ${published} and write egress: {host: [${endpoint.ports.join(", ")}]}`;
    return [
      {
        path: `egress.lan.${name}`,
        message: `${endpoint.address} is in ${network.name}, a network of this engine, and engines let no network of theirs reach another; ${way} (${READ})`,
      },
    ];
  });
}
