import { type AddressPlan, planAddresses } from "./addresses.ts";
import type { Agent } from "./agent.ts";
import { planAgent } from "./agent-container.ts";
import { agentServices, type EgressPolicy, planEgress } from "./egress.ts";
import type { Facts } from "./facts.ts";
import { type Bundle, renderBundle } from "./gateway/bundle.ts";
import type { GatewayInput } from "./gateway/input.ts";
import { planProbes } from "./gateway/probes.ts";
import { MAX_OWN_ADDRESSES, ownNames } from "./gateway/vips.ts";
import { planGateway } from "./gateway-container.ts";
import { describeGuardrails, judge } from "./guardrails.ts";
import { type ImagePlans, planImages } from "./image.ts";
import { type Posture, posture } from "./posture.ts";
import { type Problem, suggest } from "./problem.ts";
import { planSecrets, type SecretFile } from "./secrets.ts";
import type { Service } from "./service.ts";
import type { Spec } from "./spec/spec.ts";
import { planVolumes, type VolumePlan } from "./volumes.ts";
import type { Workload } from "./workload.ts";

/** Everything one stack declares, decided: the components only place it. */
export interface SandboxPlan {
  client: string;
  agents: string[];
  addresses: AddressPlan;
  images: ImagePlans;
  volumes: VolumePlan[];
  gateway: Workload;
  agent: Workload;
  egress: EgressPolicy;
  bundle: Bundle;
  /** What the canary tries from the agent's own network namespace. */
  probes: string[];
  secrets: SecretFile[];
  posture: Posture;
}

/** What the files of this project offer. */
export interface Catalogue {
  /** All agents, sorted by name. */
  agents: readonly Agent[];
  /** The names of all services, and at least those services that the spec and its agents name (`namedServices`). */
  serviceNames: readonly string[];
  services: readonly Service[];
}

/** The services that a plan of this spec needs, sorted. */
export function namedServices(spec: Spec, { agents, serviceNames }: Omit<Catalogue, "services">): string[] {
  const chosen = agents.filter(({ name }) => spec.agents.includes(name));
  const named = [...chosen.flatMap(agentServices), ...spec.egress.allow.filter((item) => typeof item === "string")];
  return [...new Set(named)].filter((name) => serviceNames.includes(name)).sort();
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
  const { agents, problems } = chooseAgents(spec, catalogue.agents);
  const addresses = planAddresses(client, facts.networks.own, [...facts.networks.taken, ...declaredAddresses(spec)]);
  const egress = planEgress(spec, agents, catalogue, addresses.host);
  const secrets = planSecrets(spec, agents);
  problems.push(
    ...clientProblems(client),
    ...egress.problems,
    ...secrets.problems,
    ...portProblems(spec),
    ...addressProblems(egress.policy),
    ...gpuProblems(spec, facts),
  );
  if (problems.length > 0) return { problems };

  const images = planImages({ agents, uid: facts.workspace.uid, gid: facts.workspace.gid, sources: facts.images });
  const input: GatewayInput = {
    client,
    ...egress.policy,
    inbound: [...new Set(spec.ports)].sort((a, b) => a - b),
    resolvers: [...new Set(spec.resolvers)].sort(),
    addresses,
  };
  const agent = planAgent(client, spec, agents, images.agent.tag, addresses, facts);
  const gateway = planGateway(input, spec.profile, images.gateway.tag);
  const volumes = planVolumes(
    client,
    [agent, gateway].flatMap((workload) =>
      workload.mounts.flatMap((mount) => (mount.kind === "volume" ? [mount.purpose] : [])),
    ),
  );
  const surface = posture({ client, spec, agents, egress: egress.policy, agent, gateway, secrets: secrets.files });
  const verdicts = judge([agent, gateway], facts);
  if (verdicts.length > 0) return { problems: describeGuardrails(verdicts) };
  return {
    plan: {
      client,
      agents: agents.map(({ name }) => name),
      addresses,
      images,
      volumes,
      gateway,
      agent,
      egress: egress.policy,
      bundle: renderBundle(input),
      probes: planProbes(input),
      secrets: secrets.files,
      posture: surface,
    },
    problems: [],
  };
}

function chooseAgents(spec: Spec, known: readonly Agent[]): { agents: Agent[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const chosen = new Set<Agent>();
  for (const [index, name] of spec.agents.entries()) {
    const agent = known.find((agent) => agent.name === name);
    if (agent) chosen.add(agent);
    else {
      const names = known.map((agent) => agent.name);
      problems.push({
        path: `agents[${index}]`,
        message: `"${name}" is not an agent.${suggest(name, names)} Agents: ${names.join(", ")}`,
      });
    }
  }
  return { agents: [...chosen].sort((a, b) => (a.name < b.name ? -1 : 1)), problems };
}

/** The name becomes part of the names of containers, networks and volumes, and of a host name. */
function clientProblems(client: string): Problem[] {
  if (/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(client)) return [];
  return [
    {
      path: "",
      message: `"${client}" is not a client's name: 2 to 32 lower-case letters, digits and -, starting with a letter`,
    },
  ];
}

/** A network of ours over a declared address would hide it from the gateway. */
function declaredAddresses(spec: Spec): string[] {
  return [...Object.values(spec.egress.lan).map(({ address }) => address), ...spec.resolvers].map(
    (address) => `${address}/32`,
  );
}

function portProblems(spec: Spec): Problem[] {
  return [...new Set(spec.ports.filter((port, index) => spec.ports.indexOf(port) !== index))].map((port) => ({
    path: "ports",
    message: `publishes ${port} twice; name each port once`,
  }));
}

/** Names that only an address can tell apart share a small range. */
function addressProblems(policy: EgressPolicy): Problem[] {
  const names = ownNames(policy);
  if (names.length <= MAX_OWN_ADDRESSES) return [];
  return [
    {
      path: "egress",
      message: `opens ports besides 80 and 443 on ${names.length} names and endpoints; at most ${MAX_OWN_ADDRESSES} can have an address of their own`,
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
