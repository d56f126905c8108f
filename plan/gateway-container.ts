import { ULIMITS } from "../capabilities/limits/ulimits.ts";
import { ENVIRONMENT, GATEWAY, LABELS, WAY_OUT } from "../gateway/contract.ts";
import { type GatewayInput, PUBLISHED_AT } from "../gateway/gateway-policy.ts";
import { toRanges } from "../gateway/port-ranges.ts";
import type { Spec } from "../stack-file/spec.ts";
import { labels, type Maker, names } from "./names.ts";
import type { Mount, Workload } from "./workload.ts";

const MIB = 2 ** 20;

/**
 * What its first process needs: rules, names of interfaces and virtual addresses (NET_ADMIN), daemons under uids of their own that
 * lose all of this (SETUID, SETGID), and signals to them (KILL).
 */
const CAPABILITIES = ["CAP_KILL", "CAP_NET_ADMIN", "CAP_SETGID", "CAP_SETUID"];

/** The agent's only neighbour. It starts shut; the firewall step hands it the policy. @param signsIn whether it signs in to a company's proxy */
export function planGateway(
  input: GatewayInput,
  profile: Spec["profile"],
  image: string,
  signsIn: boolean,
  maker?: Maker,
): Workload {
  const { client, addresses, inbound } = input;
  // Offline, the gateway itself has no way out. A published port needs an outer network to be published on.
  const outer = profile === "offline" && inbound.length === 0 ? [] : [{ name: names(client).outer }];
  return {
    role: "gateway",
    name: names(client).gateway,
    hostname: `${client}-gateway`,
    image,
    user: "0:0",
    capabilities: CAPABILITIES,
    environment: { [ENVIRONMENT.client]: client, [ENVIRONMENT.innerAddress]: addresses.gateway },
    sysctls: {
      "net.ipv4.ip_forward": "0",
      // The daemons serve 53, 80 and 443 without a capability.
      "net.ipv4.ip_unprivileged_port_start": "0",
      "net.ipv6.conf.all.disable_ipv6": "1",
    },
    ...gatewayPlaces(client, signsIn),
    networks: [...outer, { name: names(client).inner, address: addresses.gateway }],
    published: inbound.map(({ port, listen = PUBLISHED_AT }) => ({ address: listen, port })),
    limits: { memory: 128 * MIB, pids: 128 },
    ulimits: ULIMITS,
    gpu: false,
    restart: "always",
    stopGrace: 2,
    // Each costs 11 ms of a processor, whatever runs (the engine's way into a container): the watchdog looks by itself, and this looks at the watchdog.
    health: { command: ["health"], interval: 30, timeout: 10, retries: 1, startPeriod: 5 },
    // Always there: a label that appears would move the others.
    labels: { ...labels(client, "gateway", maker), [LABELS.published]: toRanges(inbound).join(" ") },
  };
}

/** What a client's gateway has mounted: three volumes and memory, one more volume with what it signs in with, nothing of the host. */
export function gatewayPlaces(client: string, signsIn: boolean): Pick<Workload, "mounts" | "scratch"> {
  return {
    scratch: [
      { at: "/run", size: 16 * MIB, exec: false },
      { at: "/tmp", size: 16 * MIB, exec: false },
    ],
    mounts: [
      volume(client, "policy", GATEWAY.policy),
      volume(client, "audit", GATEWAY.audit),
      volume(client, "refusals", GATEWAY.refusals),
      ...(signsIn ? [{ ...volume(client, WAY_OUT, GATEWAY.wayOut), readOnly: true }] : []),
    ],
  };
}

function volume(client: string, purpose: string, at: string): Mount {
  return { kind: "volume", purpose, source: names(client).volume(purpose), at, readOnly: false };
}
