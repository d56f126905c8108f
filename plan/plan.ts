import { planBriefing } from "../capabilities/briefing/briefing.ts";
import type { Declared } from "../capabilities/capability.ts";
import { isOfGateway, type PlacedFile, place } from "../capabilities/delivered.ts";
import { dialledInVain } from "../capabilities/egress/dialled.ts";
import { atHost, type EgressPolicy } from "../capabilities/egress/egress.ts";
import { planResolvers } from "../capabilities/egress/resolver.ts";
import { planUpstreamProxy } from "../capabilities/egress/upstream-proxy.ts";
import { agentImage, type ImagePlans, planImages } from "../capabilities/image/image.ts";
import { contributions } from "../capabilities/index.ts";
import { type AddressPlan, overlaps } from "../capabilities/network/addresses.ts";
import { notRuledOut } from "../capabilities/profile/profile.ts";
import { type Bundle, renderBundle } from "../gateway/bundle.ts";
import type { GatewayInput } from "../gateway/gateway-policy.ts";
import { PRIVATE_RANGES } from "../gateway/private.ts";
import { planDatagrams, planProbes } from "../gateway/probes.ts";
import { isAtOrBelow } from "../stack-file/key-path.ts";
import type { Problem } from "../stack-file/problem.ts";
import { dialects } from "../target/engine/dialect/dialects.ts";
import { planAgent } from "./agent-container.ts";
import { type ExpectedContainers, expectedContainers } from "./expected.ts";
import type { Facts } from "./facts.ts";
import { gatewayPlaces, planGateway } from "./gateway-container.ts";
import { describeGuardrails, judge } from "./guardrails.ts";
import { type HelperPlan, helperNames, planHelpers } from "./helpers.ts";
import { lacks } from "./lacks.ts";
import { planLock } from "./lock-container.ts";
import { merge } from "./merge.ts";
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
  /** Containers beside the agent, sorted by name. */
  helpers: HelperPlan[];
  egress: EgressPolicy;
  /** What the gateway enforces, and what it is compiled to. */
  policy: GatewayInput;
  bundle: Bundle;
  /** What is proven of the walls once they stand. */
  proof: Proof;
  secrets: PlacedFile[];
  /** What the gateway signs in with to a company's proxy: nothing that the agent has. */
  wayOut?: PlacedFile[];
  posture: Posture;
  /** Whether a destroy is refused. */
  protect?: true;
  /** What is compared with the engine afterwards. */
  expected: ExpectedContainers;
  /** What a person should see before it is placed, and that stops nothing. */
  warnings: Problem[];
}

/**
 * Plans a client's sandbox. Pure: the same declaration and facts give the same plan, whatever their order.
 * All that the host has to say against it comes back together, also where the declaration has problems of its own; `plan` is there when there are none of either.
 */
export function planSandbox(declared: Declared, facts: Facts): { plan?: SandboxPlan; problems: Problem[] } {
  const { client, spec, agents, tools, guards } = declared;
  const added = merge(contributions(declared, facts));
  const wayOut = place(declared.files.filter(isOfGateway));
  const places = [added, gatewayPlaces(client, wayOut.length > 0)];
  const verdicts = judge(places, { ...facts, egress: spec.egress });
  const stops = verdicts.filter(({ level }) => level === "mandatory");
  const problems = notRuledOut(spec, [...added.problems, ...describeGuardrails(stops)]);
  // A mount that is refused already is to go, and a second sentence would be on the same mistake.
  const refused = (key: string) => [...declared.problems, ...problems].some(({ path }) => isAtOrBelow(path, key));
  problems.push(...places.flatMap(mountPointProblems).filter(({ path }) => !refused(path)));
  const { addresses, inbound } = added;
  if (problems.length + declared.problems.length > 0 || !addresses || !declared.policy) return { problems };

  const { uid, gid } = facts.workspace;
  const { extension, images: sources, engine, maker } = facts;
  const choice = {
    ...{ agents, tools, ref: spec.image.ref, from: spec.images.from, uid, gid, platform: engine.platform, sources },
    ...(extension && { extension }),
  };
  const images = planImages(choice);
  const policy = atHost(declared.policy, addresses.host);
  const upstreamProxy = planUpstreamProxy(spec, addresses.host);
  const input: GatewayInput = {
    client,
    ...policy,
    ...(spec.expires !== undefined && { expires: spec.expires }),
    inbound,
    ...(added.helpers.length > 0 && { helpers: helperNames(addresses, added.helpers) }),
    resolvers: planResolvers(spec),
    addresses,
    hostAddresses: publicAddresses(facts),
    ...(upstreamProxy && { upstreamProxy }),
  };
  const agent = planAgent(client, agentImage(images).tag, addresses, added, facts);
  const gateway = planGateway(input, spec.profile, images.gateway.tag, wayOut.length > 0, maker);
  const lock = planLock(client, images.gateway.tag, engine, maker);

  const dialect = dialects[engine.kind];
  const helpers = planHelpers(input, added.helpers, images, choice, facts, addresses, dialect, added.runtime);
  const workloads = { agent, gateway, ...(lock && { lock }) };
  return {
    plan: {
      client,
      ...(maker && { maker }),
      agents: agents.map(({ name }) => name),
      addresses,
      images,
      volumes: planVolumes(client, purposes([agent, gateway, ...helpers.map(({ workload }) => workload)]), maker),
      gateway,
      agent,
      ...(lock && { lock }),
      helpers,
      egress: policy,
      policy: input,
      bundle: renderBundle(input),
      proof: planProof(agent, planProbes(input), lock ? planDatagrams(addresses) : [], dialect.scratch),
      secrets: place([
        ...declared.files.filter((file) => !isOfGateway(file)),
        ...planBriefing(client, spec, policy, guards),
      ]),
      ...(wayOut.length > 0 && { wayOut }),
      posture: posture(declared, { ...workloads, helpers, facts, addresses, engine }),
      ...(spec.protect && { protect: true }),
      expected: expectedContainers({ ...workloads, helpers }, engine, spec.image.ref),
      warnings: [
        ...describeGuardrails(verdicts),
        ...lockWarnings(facts),
        ...dialledInVain(spec, facts, addresses.host),
        ...added.warnings,
      ],
    },
    problems: [],
  };
}

/** Of the volumes that workloads mount. */
function purposes(workloads: readonly Workload[]): string[] {
  return workloads.flatMap(({ mounts }) => mounts.flatMap((mount) => (mount.kind === "volume" ? [mount.purpose] : [])));
}

/** Addresses of the host that a name could lead to; private ones are shut anyway. */
function publicAddresses({ host }: Facts): string[] {
  return host.steady.filter((address) => !PRIVATE_RANGES.some((range) => overlaps(address, range))).sort();
}

function lockWarnings({ engine }: Facts): Problem[] {
  const why = lacks(engine).hostRules;
  return why ? [{ path: "engine", message: `the host's side of the agent's network is not locked: ${why}` }] : [];
}
