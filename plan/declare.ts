import type { Declared, Named } from "../capabilities/capability.ts";
import { chooseGuards } from "../capabilities/command-guards/guard.ts";
import { type DeliveredFile, placeOf, sorted } from "../capabilities/delivered.ts";
import { namedServices, planEgress } from "../capabilities/egress/egress.ts";
import { capabilities } from "../capabilities/index.ts";
import { notRuledOut, ruledOut } from "../capabilities/profile/profile.ts";
import { isAtOrBelow } from "../stack-file/key-path.ts";
import { type Problem, suggest } from "../stack-file/problem.ts";
import { quoted } from "../stack-file/quoted.ts";
import type { Spec } from "../stack-file/spec.ts";
import type { Catalogue } from "./catalogue.ts";
import { takenTwice } from "./one-place.ts";

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
  const all = Object.values(capabilities);
  const files = sorted(all.flatMap((capability) => capability.files?.(of) ?? []));
  const judged = [...egress.problems, ...guards.problems, ...all.flatMap(({ check }) => check?.(of) ?? [])];
  const refused = ({ key }: { key: string }) => judged.some(({ path }) => isAtOrBelow(path, key));
  problems.push(
    ...clientProblems(client),
    ...ruledOut(spec),
    ...notRuledOut(spec, [
      ...judged,
      ...deliveredTwice(files).flatMap(({ one, other, problem }) => (refused(one) || refused(other) ? [] : [problem])),
    ]),
  );
  return { ...of, files, problems };
}

/** Files that would lie at one place, or one in the other. */
function deliveredTwice(files: readonly DeliveredFile[]) {
  const placed = files.map((file) => ({ at: placeOf(file), key: file.key }));
  return takenTwice(placed, directoriesOf).map(({ one, other }) => ({
    one,
    other,
    problem: {
      path: one.key,
      message: `is delivered as ${one.at}, and ${other.key} as ${other.at === one.at ? "the same" : `the file ${other.at}`}; leave one of them out`,
    },
  }));
}

/** `home/.config/git` and above of `home/.config/git/ignore`. */
function directoriesOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, depth) => names.slice(0, depth + 1).join("/"));
}

/** What a key names of what there is, each once, sorted. */
function choose<Item extends { name: string }>(
  key: "agents" | "tools",
  what: string,
  given: readonly string[],
  there: readonly Item[],
  names: readonly string[],
  problems: Problem[],
): Item[] {
  for (const [index, name] of given.entries())
    if (!names.includes(name))
      problems.push({
        path: `${key}[${index}]`,
        message: `${quoted(name)} is not ${what}.${suggest(name, names) || ` There are: ${names.join(", ")}`}`,
      });
  return there.filter(({ name }) => given.includes(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The name becomes part of the names of containers, networks and volumes, and of a host name. */
function clientProblems(client: string): Problem[] {
  if (["host", "localhost"].includes(client))
    return [
      {
        path: "",
        message: `${quoted(client)} is a name that every sandbox knows already; choose another name for the client`,
      },
    ];
  if (/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(client)) return [];
  return [
    {
      path: "",
      message: `${quoted(client)} is not a client's name: 2 to 32 lower-case letters, digits and -, starting with a letter`,
    },
  ];
}
