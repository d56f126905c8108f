import { PORTS } from "../../gateway/contract.ts";
import { PUBLISHED_AT } from "../../gateway/gateway-policy.ts";
import type { Facts } from "../../plan/facts.ts";
import { lacks } from "../../plan/lacks.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { sshFacts, sshTopics } from "./facts.ts";
import { sshInbound } from "./inbound.ts";

/**
 * A port of the host that leads, by the gateway, to an sshd in the sandbox, which runs as the agent does. The keys of people are a file that sshd reads at each
 * connection, so a change of them replaces nothing.
 */
export const ssh: Capability = {
  check: ({ spec }) => [...ofTheResolver(spec), ...forgotten(spec)],
  files: ({ spec: { ssh } }) =>
    ssh ? [{ role: "sshd", source: { text: authorizedKeys(ssh) }, key: "ssh.authorizedKeys" }] : [],
  plan: ({ spec }, facts) => ({
    inbound: sshInbound(spec),
    problems: [...elsewhere(spec, facts), ...taken(spec, facts)],
    warnings: misplaced(spec, facts),
  }),
  posture: ({ spec, files }, placed) => sshFacts(spec, files, placed?.gateway.published),
  topics: sshTopics,
};

/** What sshd reads: who comes in has a terminal and ports of the sandbox, and nothing else that a line can give. What stands behind a key is a person's name, and left out. */
function authorizedKeys({ authorizedKeys }: NonNullable<Spec["ssh"]>): string {
  const lines = authorizedKeys.map(({ type, key }) => `restrict,pty,port-forwarding ${type} ${key}\n`);
  return [...new Set(lines)].sort().join("");
}

function ofTheResolver({ ssh }: Spec): Problem[] {
  if (ssh?.port !== PORTS.resolver) return [];
  return [{ path: "ssh.port", message: `${PORTS.resolver} is the gateway's own resolver's; write another port` }];
}

/** Of a host whose key is another one at each start people learn to say yes to any. */
function forgotten({ ssh, profile }: Spec): Problem[] {
  if (!ssh || profile !== "lockdown") return [];
  return [
    {
      path: "ssh",
      message:
        'has the sandbox\'s host key in its home, which profile "lockdown" forgets at each stop, so nobody would know it again; come in by `agentbox ssh-config`, or choose profile standard',
    },
  ];
}

/** An engine would refuse to start the gateway, when the one of before is gone. Where the engine is on another machine nobody here knows its addresses. */
function elsewhere({ ssh }: Spec, { host }: Facts): Problem[] {
  if (!ssh || [PUBLISHED_AT, "0.0.0.0"].includes(ssh.listen) || host.addresses.length === 0) return [];
  if (host.addresses.includes(ssh.listen)) return [];
  return [
    {
      path: "ssh.listen",
      message: `${ssh.listen} is no address of this machine, which has ${host.addresses.join(", ")}; write one of these, or 0.0.0.0 for all`,
    },
  ];
}

function taken({ ssh }: Spec, { machine }: Facts): Problem[] {
  return machine.ports
    .filter(({ port }) => port === ssh?.port)
    .map(({ port, by }) => ({
      path: "ssh.port",
      message: `${port} of this machine is taken by ${by}; write another port`,
    }));
}

function misplaced({ ssh }: Spec, { engine }: Facts): Problem[] {
  const message = lacks(engine).inbound;
  return ssh && message !== undefined ? [{ path: "ssh.port", message }] : [];
}
