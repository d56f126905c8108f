import type { Admission } from "./admission.ts";
import { PORTS } from "./contract.ts";
import type { GatewayInput } from "./gateway-policy.ts";

/**
 * The sockets that the gateway's daemons listen on by a policy, as `KIND ADDRESS:PORT`, sorted. The gateway compares the kernel's with them: another process on a port of theirs would
 * get a part of the connections.
 */
export function planListeners({ addresses }: GatewayInput, { tcp, lan, inbound }: Admission): string[] {
  const resolvers = [`127.0.0.1:${PORTS.dns}`, `${addresses.gateway}:${PORTS.dns}`, `127.0.0.1:${PORTS.resolver}`];
  const proxy = [
    ...[PORTS.http, PORTS.tls, ...inbound.map(({ port }) => port)].map((port) => `0.0.0.0:${port}`),
    ...[...tcp, ...lan].map(({ vip, port }) => `${vip}:${port}`),
  ];
  const all = [...[...proxy, ...resolvers].map((at) => `tcp ${at}`), ...resolvers.map((at) => `udp ${at}`)];
  return [...new Set(all)].sort();
}
