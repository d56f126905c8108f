import { chooseGuards, type Guard } from "../capabilities/command-guards/guard.ts";
import { planSecrets, type SecretFile } from "../capabilities/credentials/secrets.ts";
import { type EgressCatalogue, type EgressPolicy, namedServices, planEgress } from "../capabilities/egress/egress.ts";
import { refuseEndpoint } from "../capabilities/egress/endpoint.ts";
import { planGitTokens } from "../capabilities/git/tokens.ts";
import type { Agent } from "../capabilities/image/agent.ts";
import type { Tool } from "../capabilities/image/tool.ts";
import { profileProblems } from "../capabilities/profile/profile.ts";
import { RESOLVER_PORT } from "../gateway/render/dnsmasq.ts";
import { MAX_OWN_ADDRESSES, ownNames } from "../gateway/vips.ts";
import { type Problem, suggest } from "../stack-file/problem.ts";
import type { Spec } from "../stack-file/spec.ts";
import { refuseMountPoint } from "./own-places.ts";

/** What the files of this project and those of the client's own policy offer. */
export interface Catalogue extends EgressCatalogue {
  /** The names of all agents and tool sets, and at least those of them that the spec names. Sorted. */
  agentNames: readonly string[];
  agents: readonly Agent[];
  toolNames: readonly string[];
  tools: readonly Tool[];
  /** All command guards. */
  guards: readonly Guard[];
}

/**
 * Judges a spec by what the project's files offer: everything that can be said without looking at the host or its engine.
 * Agents are sorted by name, each once; secrets are those to deliver.
 */
export function checkSpec(
  client: string,
  spec: Spec,
  catalogue: Catalogue,
): { agents: Agent[]; tools: Tool[]; guards: Guard[]; secrets: SecretFile[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const agents = choose("agents", "an agent", spec.agents, catalogue.agents, catalogue.agentNames, problems);
  const tools = choose("tools", "a tool set", spec.tools, catalogue.tools, catalogue.toolNames, problems);
  // Where the host is reached is not known yet, and no check asks.
  const egress = planEgress(spec, agents, catalogue, "0.0.0.0");
  const ruledOut = profileProblems(spec);
  const secrets = planSecrets(spec, agents);
  const named = namedServices(spec, agents, catalogue);
  const tokens = planGitTokens(
    spec.git,
    catalogue.services.filter(({ name }) => named.includes(name)),
    // What a wrong line would open is not known.
    egress.problems.length > 0 ? undefined : egress.policy,
  );
  const guards = chooseGuards(spec, catalogue.guards);
  problems.push(
    ...clientProblems(client),
    ...ruledOut,
    ...egress.problems,
    ...secrets.problems,
    ...(ruledOut.some(({ path }) => path.startsWith("git.")) ? [] : tokens.problems),
    ...guards.problems,
    ...portProblems(spec),
    ...addressProblems(egress.policy),
    ...endpointProblems(spec, [], []),
    ...imageProblems(spec),
    ...mountPointProblems(spec),
  );
  return { agents, tools, guards: guards.guards, secrets: [...secrets.files, ...tokens.files], problems };
}

/** What a key names of what there is, each once, sorted. */
function choose<Named extends { name: string }>(
  key: "agents" | "tools",
  what: string,
  given: readonly string[],
  there: readonly Named[],
  names: readonly string[],
  problems: Problem[],
): Named[] {
  for (const [index, name] of given.entries())
    if (!names.includes(name))
      problems.push({
        path: `${key}[${index}]`,
        message: `"${name}" is not ${what}.${suggest(name, names)} There are: ${names.join(", ")}`,
      });
  return there.filter(({ name }) => given.includes(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An image of one's own is taken as it is. */
function imageProblems({ image, tools }: Spec): Problem[] {
  if (!image.ref) return [];
  const added = { tools, "image.packages": image.packages, "image.extend": image.extend ? [image.extend] : [] };
  return Object.entries(added).flatMap(([path, list]) =>
    list.length > 0
      ? [{ path, message: "adds to the image of this project, and image.ref takes another one; leave one of them out" }]
      : [],
  );
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

function portProblems(spec: Spec): Problem[] {
  // A published port would take it from the resolver.
  const taken = spec.ports.includes(RESOLVER_PORT)
    ? [{ path: "ports", message: `${RESOLVER_PORT} is the gateway's own resolver's; publish another port` }]
    : [];
  const twice = [...new Set(spec.ports.filter((port, index) => spec.ports.indexOf(port) !== index))].map((port) => ({
    path: "ports",
    message: `publishes ${port} twice; name each port once`,
  }));
  return [...taken, ...twice];
}

function mountPointProblems({ mounts }: Spec): Problem[] {
  return mounts.flatMap(({ at }, index) => {
    const message = refuseMountPoint(at);
    return message ? [{ path: `mounts[${index}].at`, message }] : [];
  });
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

/**
 * Endpoints that are no machine of the LAN.
 * @param own addresses of the engine's host
 * @param clients networks of clients (CIDR)
 */
export function endpointProblems(
  spec: Pick<Spec, "egress" | "addresses">,
  own: readonly string[],
  clients: readonly string[],
): Problem[] {
  return Object.entries(spec.egress.lan).flatMap(([name, { address }]) => {
    const message = refuseEndpoint(address, own, [spec.addresses, ...clients]);
    return message ? [{ path: `egress.lan.${name}`, message }] : [];
  });
}
