import { planTold } from "../capabilities/briefing/briefing.ts";
import type { SecretFile } from "../capabilities/credentials/secrets.ts";
import { type EgressPolicy, planEgress } from "../capabilities/egress/egress.ts";
import { agentImage, type ImagePlans, planImages } from "../capabilities/image/image.ts";
import { machineProblems, machineWarnings } from "../capabilities/limits/machine.ts";
import { type AddressPlan, overlaps, planAddresses } from "../capabilities/network/addresses.ts";
import { type Bundle, renderBundle } from "../gateway/bundle.ts";
import type { GatewayInput } from "../gateway/gateway-policy.ts";
import { PRIVATE_RANGES } from "../gateway/private.ts";
import { planDatagrams, planProbes } from "../gateway/probes.ts";
import type { Problem } from "../stack-file/problem.ts";
import type { Spec } from "../stack-file/spec.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import { planAgent } from "./agent-container.ts";
import { type Catalogue, checkSpec, endpointProblems } from "./check.ts";
import type { Facts } from "./facts.ts";
import { planGateway } from "./gateway-container.ts";
import { describeGuardrails, judge } from "./guardrails.ts";
import { planLock, unlocked } from "./lock-container.ts";
import { mountPointProblems } from "./mount-point.ts";
import type { Maker } from "./names.ts";
import { type Posture, posture } from "./posture.ts";
import { type Proof, planProof } from "./proof/proof.ts";
import { planVolumes, type VolumePlan } from "./volumes.ts";
import type { Workload } from "./workload.ts";

/** Everything one stack declares, decided: the components only place it. */
export interface SandboxPlan {
  client: string;
  maker?: Maker;
  agents: string[];
  addresses: AddressPlan;
  images: ImagePlans;
  volumes: VolumePlan[];
  gateway: Workload;
  agent: Workload;
  /** Nothing where the engine cannot have one: a warning says so. */
  lock?: Workload;
  egress: EgressPolicy;
  bundle: Bundle;
  /** What is proven of the walls once they stand. */
  proof: Proof;
  secrets: SecretFile[];
  posture: Posture;
  /** What a person should see before it is placed, and that stops nothing. */
  warnings: Problem[];
}

/**
 * Plans a client's sandbox. Pure: the same spec, catalogue and facts give the same plan, whatever their order.
 * All problems come back together; `plan` is there when there are none.
 */
export function planSandbox(
  client: string,
  spec: Spec,
  catalogue: Catalogue,
  facts: Facts,
): { plan?: SandboxPlan; problems: Problem[] } {
  const { agents, tools, guards, secrets, problems } = checkSpec(client, spec, catalogue);
  const { own } = facts.networks;
  const taken = [...facts.networks.taken, ...declaredAddresses(spec)];
  const addresses = planAddresses(client, own, taken, spec.addresses);
  if (!addresses)
    return {
      problems: [
        ...problems,
        {
          path: "addresses",
          message: noAddresses(spec.addresses, taken),
        },
      ],
    };
  const egress = planEgress(spec, agents, catalogue, addresses.host);
  problems.push(
    ...gpuProblems(spec, facts),
    ...hostEndpointProblems(spec, facts),
    ...machineProblems(spec, facts),
    ...maskProblems(facts),
  );
  if (problems.length > 0) return { problems };

  const { uid, gid } = facts.workspace;
  const { extension, images: sources } = facts;
  const { platform } = facts.engine;
  const images = planImages({ agents, tools, extension, ref: spec.image.ref, uid, gid, platform, sources });
  const input: GatewayInput = {
    client,
    ...egress.policy,
    inbound: [...new Set(spec.ports)].sort((a, b) => a - b),
    resolvers: [...new Set(spec.resolvers)].sort(),
    addresses,
    hostAddresses: publicAddresses(facts),
  };
  const agent = planAgent(client, spec, agents, agentImage(images).tag, addresses, facts);
  const twice = placeTwice(agent);
  if (twice)
    return {
      problems: [
        { path: "mounts", message: `${twice} has something mounted already; choose another place in the sandbox` },
      ],
    };
  const gateway = planGateway(input, spec.profile, images.gateway.tag, facts.maker);
  const lock = planLock(client, images.gateway.tag, facts.engine, facts.maker);
  const volumes = planVolumes(
    client,
    [agent, gateway].flatMap((workload) =>
      workload.mounts.flatMap((mount) => (mount.kind === "volume" ? [mount.purpose] : [])),
    ),
    facts.maker,
  );
  const surface = posture({
    client,
    spec,
    agents,
    guards,
    egress: egress.policy,
    agent,
    gateway,
    ...(lock && { lock }),
    engine: facts.engine,
    secrets,
  });
  const verdicts = judge([agent, gateway, ...(lock ? [lock] : [])], {
    ...facts,
    profile: spec.profile,
    egress: spec.egress,
  });
  const stops = verdicts.filter(({ level }) => level === "mandatory");
  if (stops.length > 0) return { problems: describeGuardrails(stops) };
  const movable = [agent, gateway, ...(lock ? [lock] : [])].flatMap(mountPointProblems);
  if (movable.length > 0) return { problems: movable };
  return {
    plan: {
      client,
      ...(facts.maker && { maker: facts.maker }),
      agents: agents.map(({ name }) => name),
      addresses,
      images,
      volumes,
      gateway,
      agent,
      ...(lock && { lock }),
      egress: egress.policy,
      bundle: renderBundle(input),
      proof: planProof(
        agent,
        planProbes(input),
        lock ? planDatagrams(addresses) : [],
        dialects[facts.engine.kind].scratch,
      ),
      secrets: [...secrets, ...planTold(client, spec, egress.policy, guards)].sort((a, b) =>
        a.path < b.path ? -1 : 1,
      ),
      posture: surface,
      warnings: [
        ...describeGuardrails(verdicts),
        ...lockWarnings(facts),
        ...portWarnings(spec, facts),
        ...moveWarnings(addresses, own, taken),
        ...machineWarnings(spec, facts),
        ...facts.warnings,
      ],
    },
    problems: [],
  };
}

/** Engines refuse two mounts at one place, when the container of before is gone already. */
function placeTwice({ mounts, scratch }: Workload): string | undefined {
  const places = [...mounts, ...scratch].map(({ at }) => at);
  return places.find((at, index) => places.indexOf(at) !== index);
}

/** Which networks leave no room: the widest are those that a person can do something about. */
function noAddresses(range: string, taken: readonly string[]): string {
  const there = taken.filter((other) => overlaps(range, other)).sort((a, b) => width(a) - width(b));
  return `there is no free pair of /24 networks in ${range}: networks of this engine, interfaces and routes of this host (a VPN's, say) or declared endpoints take it all (${there.slice(0, 3).join(", ")}${there.length > 3 ? ` and ${there.length - 3} more` : ""}); name another private range, like agent-sandbox:addresses: 172.20.0.0/16`;
}

function width(cidr: string): number {
  return Number(cidr.split("/")[1]);
}

/** What takes the place of networks that a client has now. */
function moveWarnings({ inner, outer }: AddressPlan, own: readonly string[], taken: readonly string[]): Problem[] {
  return own
    .filter((subnet) => subnet !== inner && subnet !== outer)
    .flatMap((subnet) => {
      const other = taken.find((other) => overlaps(subnet, other));
      return other
        ? [
            {
              path: "addresses",
              message: `${subnet} of this client is used by something else now (${other}: a network of the engine, an interface or a route of this host, or a declared endpoint); its networks move to ${inner} and ${outer}, and its containers are made anew on them`,
            },
          ]
        : [];
    });
}

/** A network of ours over a declared address would hide it from the gateway. */
function declaredAddresses(spec: Spec): string[] {
  return [...Object.values(spec.egress.lan).map(({ address }) => address), ...spec.resolvers].map(
    (address) => `${address}/32`,
  );
}

/** Endpoints that only the facts tell to be the host; what is wrong with an address alone was told by `checkSpec`. */
function hostEndpointProblems(spec: Spec, { host, networks }: Facts): Problem[] {
  const known = endpointProblems(spec, [], []).map(({ path }) => path);
  return endpointProblems(spec, host.addresses, networks.clients).filter(({ path }) => !known.includes(path));
}

/** Addresses of the host that a name could lead to; private ones are shut anyway. */
function publicAddresses({ host }: Facts): string[] {
  return host.steady.filter((address) => !PRIVATE_RANGES.some((range) => overlaps(address, range))).sort();
}

function lockWarnings({ engine }: Facts): Problem[] {
  const why = unlocked(engine);
  return why ? [{ path: "engine", message: `the host's side of the agent's network is not locked: ${why}` }] : [];
}

/** Measured on 4.3.1: CNI sends what comes to the port to the gateway's address on the inner network, which the host has no route to. */
function portWarnings({ ports }: Spec, { engine }: Facts): Problem[] {
  if (ports.length === 0 || engine.kind !== "podman") return [];
  return [
    {
      path: "ports",
      message:
        "Podman with CNI networks (`podman info` says networkBackend: cni) publishes them on the wrong one of the gateway's networks: a connection to 127.0.0.1 is then sent out by this machine's default route. Use Podman with netavark, or Docker",
    },
  ];
}

function gpuProblems(spec: Spec, facts: Facts): Problem[] {
  if (spec.gpu === false || facts.engine.gpu !== "none") return [];
  const missing =
    facts.engine.kind === "podman"
      ? "Podman before 5.4 does not hand out GPUs through its API"
      : "it has neither CDI (Docker 25 and later, with a spec in /etc/cdi) nor the NVIDIA runtime (nvidia-container-toolkit)";
  return [
    {
      path: "gpu",
      message: `${JSON.stringify(spec.gpu)} is asked for, but the engine (${facts.engine.kind} ${facts.engine.version}) offers no GPU: ${missing}. Install it, or set gpu: false`,
    },
  ];
}

/** Podman's client writes a mount as words between colons. */
function maskProblems({ masks, engine }: Facts): Problem[] {
  if (engine.kind !== "podman") return [];
  return masks
    .filter(({ path }) => path.includes(":"))
    .map(({ path }) => ({
      path: "masks",
      message: `${path} has a colon in its name, with which Podman mounts nothing; rename it`,
    }));
}
