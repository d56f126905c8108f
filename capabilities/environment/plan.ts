import { type Problem, suggest } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Capability, Named } from "../capability.ts";
import { writtenSource } from "../credentials/source.ts";
import { ALL } from "../delivered.ts";
import { holdsPassword, isSecretByForm, soundsSecret } from "../secret-name.ts";
import { tellAsking } from "./asking.ts";
import { environmentFacts, environmentTopics } from "./facts.ts";
import { refuseTimeZone } from "./time-zone.ts";
import { reserved, type Variable, variables } from "./variable.ts";

/**
 * Plain variables of agents and shells. They are delivered as files, so that a change replaces nothing: what is started next has them. What is started
 * beside `enter` and `agentbox run` (`docker exec acme-agent env`) has none.
 */
export const environment: Capability = {
  check: (of) => [...ofNobody(of), ...variables(of.spec).flatMap((variable) => judge(variable, of)), ...exported(of)],
  files: ({ spec }) =>
    variables(spec).map(({ name, agent = ALL, value, key }) => ({
      role: "variable",
      reader: agent,
      name,
      source: { text: value },
      key,
    })),
  plan: (of, facts) => ({ warnings: tellAsking(of, facts) }),
  posture: ({ files }) => environmentFacts(files),
  topics: environmentTopics,
};

/** Mappings below a name that no agent of this sandbox has. */
function ofNobody({ spec, agents }: Named): Problem[] {
  const known = agents.map(({ name }) => name);
  return Object.entries(spec.environment).flatMap(([name, said]) => {
    if (typeof said === "string" || known.includes(name)) return [];
    return [
      {
        path: `environment.${name}`,
        message: `${quoted(name)} is not an agent of this sandbox.${suggest(name, known)} Its agents: ${known.join(", ")}. For a variable of every agent write text, a number or true`,
        lacks: "agents",
      },
    ];
  });
}

function judge({ name, agent, value, key }: Variable, { agents }: Named): Problem[] {
  const of = agents.filter((one) => agent === undefined || one.name === agent);
  // Told of as a whole.
  if (of.length === 0) return [];
  const why =
    reserved(name) ??
    (name === "TZ" ? refuseTimeZone(value) : undefined) ??
    takenAsKey(name, of, `{env: ${name}}`) ??
    (soundsSecret(name) && !isSwitch(value)
      ? `is a secret by its name, and would be in clear in this file and in the state; write secrets.${name}: {env: ${name}, export: true}`
      : undefined) ??
    (holdsPassword(value)
      ? `holds a password, which would be in clear in this file and in the state; write secrets.${name}: {env: ${name}, export: true}`
      : isSecretByForm(value)
        ? `has the form of a key or a token, which would be in clear in this file and in the state; take it for known, make a new one, and write secrets.${name}: {env: ${name}, export: true}`
        : undefined);
  return why ? [{ path: key, message: `${name} ${why}` }] : [];
}

/** `DISABLE_AUTH: true` turns something off, and signs in to nothing. */
function isSwitch(value: string): boolean {
  return /^(true|false|yes|no|on|off|[01])?$/i.test(value);
}

/** Why a variable of every agent is none where an agent takes its own key from it: others would get that key, too. */
function takenAsKey(name: string, agents: Named["agents"], source: string): string | undefined {
  const takes = agents.find(({ keys }) => keys.includes(name));
  return takes && `is what ${takes.name} takes its key from; write credentials.${takes.name}: {apiKey: ${source}}`;
}

/** Secrets that are variables, too. */
function exported({ spec, agents }: Named): Problem[] {
  return Object.entries(spec.secrets).flatMap(([name, secret]) => {
    if (!secret.export) return [];
    const path = `secrets.${name}`;
    const why = reserved(name) ?? takenAsKey(name, agents, writtenSource(secret));
    if (why) return [{ path, message: `${name} ${why}` }];
    if (typeof spec.environment[name] !== "string") return [];
    return [{ path: `environment.${name}`, message: `is exported by ${path} already; leave one of them out` }];
  });
}
