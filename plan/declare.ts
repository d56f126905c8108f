import type { Declared, Named } from "../capabilities/capability.ts";
import { chooseGuards } from "../capabilities/command-guards/guard.ts";
import { sorted } from "../capabilities/delivered.ts";
import { namedServices, planEgress } from "../capabilities/egress/egress.ts";
import { capabilities } from "../capabilities/index.ts";
import { profileProblems } from "../capabilities/profile/profile.ts";
import { type Problem, suggest } from "../stack-file/problem.ts";
import { quoted } from "../stack-file/quoted.ts";
import type { Spec } from "../stack-file/spec.ts";
import type { Catalogue } from "./catalogue.ts";

/**
 * Judges a spec by what the project's files offer: everything that can be said without looking at the host or its engine. Egress is planned here, once;
 * only where the host is reached is left open (`HOST`), for that is known with the networks.
 */
export function declare(client: string, spec: Spec, catalogue: Catalogue): Declared {
  const problems: Problem[] = [];
  const agents = choose("agents", "an agent", spec.agents, catalogue.agents, catalogue.agentNames, problems);
  const tools = choose("tools", "a tool set", spec.tools, catalogue.tools, catalogue.toolNames, problems);
  const egress = planEgress(spec, agents, catalogue);
  const guards = chooseGuards(spec, catalogue.guards);
  const named = namedServices(spec, agents, catalogue);
  const of: Named = {
    ...{ client, spec, catalogue, agents, tools },
    guards: guards.guards,
    named: catalogue.services.filter(({ name }) => named.includes(name)),
    policy: egress.problems.length > 0 ? undefined : egress.policy,
  };
  const ruledOut = profileProblems(spec);
  problems.push(
    ...clientProblems(client),
    ...egress.problems,
    ...guards.problems,
    ...ruledOut,
    // Of a key that the profile rules out nothing more is told.
    ...capabilities
      .flatMap(({ check }) => check?.(of) ?? [])
      .filter(({ path }) => !ruledOut.some((key) => `${path}.`.startsWith(`${key.path}.`))),
  );
  const files = capabilities.flatMap((capability) => capability.files?.(of) ?? []);
  return { ...of, files: sorted(files), problems };
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
        message: `${quoted(name)} is not ${what}.${suggest(name, names)} There are: ${names.join(", ")}`,
      });
  return there.filter(({ name }) => given.includes(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The name becomes part of the names of containers, networks and volumes, and of a host name. */
function clientProblems(client: string): Problem[] {
  if (/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(client)) return [];
  return [
    {
      path: "",
      message: `${quoted(client)} is not a client's name: 2 to 32 lower-case letters, digits and -, starting with a letter`,
    },
  ];
}
