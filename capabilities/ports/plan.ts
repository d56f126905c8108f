import { PORTS, SANDBOX } from "../../gateway/contract.ts";
import type { Inbound } from "../../gateway/gateway-policy.ts";
import type { Facts } from "../../plan/facts.ts";
import { lacks } from "../../plan/lacks.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Capability } from "../capability.ts";
import { portFacts, portTopics } from "./facts.ts";

/** Ports of the agent that the host offers on 127.0.0.1, forwarded by the gateway. */
export const ports: Capability = {
  check: ({ spec }) => [...ofTheResolver(spec.ports), ...ofTheSandbox(spec.ports), ...twice(spec.ports)],
  plan: ({ spec }, facts) => ({
    inbound: spec.ports,
    problems: taken(spec.ports, facts),
    warnings: misplaced(spec.ports, facts),
  }),
  // The port of ssh is told with the keys that come in by it.
  posture: ({ spec }, placed) =>
    portFacts(
      spec,
      placed?.gateway.published.filter(({ port }) => port !== spec.ssh?.port),
    ),
  topics: portTopics,
};

/** A published port would take it from the resolver. */
function ofTheResolver(ports: readonly Inbound[]): Problem[] {
  if (!ports.some(({ port }) => port === PORTS.resolver)) return [];
  return [{ path: "ports", message: `${PORTS.resolver} is the gateway's own resolver's; publish another port` }];
}

/** Whoever came in there would choose for themselves which server of the agent's loopback they reach. */
function ofTheSandbox(ports: readonly Inbound[]): Problem[] {
  const { loopbackPort } = SANDBOX;
  if (!ports.some(({ to }) => to === loopbackPort)) return [];
  const message = `${loopbackPort} of the agent is the sandbox's own; have the agent's server listen on another port, and publish that`;
  return [{ path: "ports", message }];
}

function twice(inbound: readonly Inbound[]): Problem[] {
  const ports = inbound.map(({ port }) => port);
  const doubles = new Set(ports.filter((port, index) => ports.indexOf(port) !== index));
  return [...doubles].map((port) => ({ path: "ports", message: `publishes ${port} twice; name each port once` }));
}

function taken(ports: readonly Inbound[], { machine }: Facts): Problem[] {
  return machine.ports
    .filter(({ port }) => ports.some((one) => one.port === port))
    .map(({ port, by }) => ({
      path: "ports",
      message: `${port} of this machine is taken by ${by}; publish another port`,
    }));
}

function misplaced(ports: readonly Inbound[], { engine }: Facts): Problem[] {
  const message = lacks(engine).inbound;
  return ports.length > 0 && message !== undefined ? [{ path: "ports", message }] : [];
}
