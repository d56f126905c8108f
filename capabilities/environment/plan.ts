import { type Problem, suggest } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Capability, Named } from "../capability.ts";
import { ALL } from "../delivered.ts";
import { reserved, soundsSecret, type Variable, variables } from "./variable.ts";

/**
 * Plain variables of agents and shells. They are delivered as files, so that a change replaces nothing: what is started next has them. What is started
 * beside `enter` (`docker exec acme-agent env`) has none.
 */
export const environment: Capability = {
  check: (of) => [
    ...variables(of.spec).flatMap((variable) => judge(variable, of)),
    ...exported(of).flatMap(([name, key]) => {
      const why = reserved(name);
      if (why) return [{ path: key, message: `${name} ${why}` }];
      if (typeof of.spec.environment[name] !== "string") return [];
      return [{ path: `environment.${name}`, message: `is exported by ${key} already; leave one of them out` }];
    }),
  ],
  files: ({ spec }) =>
    variables(spec).map(({ name, agent = ALL, value, key }) => ({
      role: "variable",
      reader: agent,
      name,
      source: { text: value },
      key,
    })),
};

function judge({ name, agent, key }: Variable, { agents }: Named): Problem[] {
  const why = reserved(name);
  if (why) return [{ path: key, message: `${name} ${why}` }];
  const of = agents.find((one) => one.name === agent);
  if (agent && !of) {
    const known = agents.map((one) => one.name);
    return [
      {
        path: `environment.${agent}`,
        message: `${quoted(agent)} is not an agent of this sandbox.${suggest(agent, known)} Its agents: ${known.join(", ")}. A variable of all has a value that is text`,
      },
    ];
  }
  const takes = (of ? [of] : agents).find(({ keys }) => keys.includes(name));
  if (takes)
    return [
      {
        path: key,
        message: `${takes.name} takes a key from ${name}; write credentials.${takes.name}: {apiKey: {env: ${name}}}`,
      },
    ];
  if (soundsSecret(name))
    return [
      {
        path: key,
        message: `${name} is a secret by its name, and would be in clear in this file and in the state; write secrets.${name}: {env: ${name}, export: true}`,
      },
    ];
  return [];
}

/** Secrets that are variables, too, with their keys. */
function exported({ spec }: Named): [name: string, key: string][] {
  return Object.entries(spec.secrets).flatMap(([name, secret]) =>
    secret.export ? [[name, `secrets.${name}`] as [string, string]] : [],
  );
}
