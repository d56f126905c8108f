import type { Problem } from "../../stack-file/problem.ts";
import { suggest } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { ALL, type DeliveredFile } from "../delivered.ts";
import type { Agent } from "../image/agent.ts";
import { hostFileOf, kindOf, type WAYS } from "../login.ts";
import { lasting, sourceOf } from "./source.ts";

/** Secrets by name, trust anchors, logins and keys of agents as delivered files. */
export function planSecrets(
  spec: Pick<Spec, "secrets" | "credentials" | "ca">,
  agents: readonly Agent[],
): { files: DeliveredFile[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const files: DeliveredFile[] = Object.entries(spec.secrets).flatMap(([name, secret]) => {
    const of = { name, source: sourceOf(secret), ...lasting(secret), key: `secrets.${name}` };
    return [
      { role: "secret" as const, ...of },
      ...(secret.export ? [{ role: "variable" as const, reader: ALL, ...of }] : []),
    ];
  });
  for (const [index, file] of spec.ca.entries())
    files.push({ role: "certificates", number: index, source: { file }, key: `ca[${index}]` });
  for (const [name, credential] of Object.entries(spec.credentials)) {
    const key = `credentials.${name}`;
    const agent = agents.find((agent) => agent.name === name);
    if (!agent) {
      const known = agents.map((agent) => agent.name);
      problems.push({
        path: key,
        message: `${quoted(name)} is not an agent of this sandbox.${suggest(name, known)} Its agents: ${known.join(", ")}`,
        lacks: "agents",
      });
    } else if ("login" in credential) {
      const file = hostFileOf(agent.login);
      const kinds = agent.login?.ways.map(kindOf) ?? [];
      if (!kinds.includes(credential.login))
        problems.push({ path: `${key}.login`, message: `${name} ${noWay(credential.login, kinds)}` });
      else if (credential.login === "host" && file !== undefined)
        files.push({ role: "login", reader: name, source: { file }, key: `${key}.login` });
    } else if (credential.variable && !agent.keys.includes(credential.variable)) {
      const message = `${quoted(credential.variable)} is not a variable ${name} takes a key from.${suggest(credential.variable, agent.keys)} Variables: ${agent.keys.join(", ") || "none"}`;
      problems.push({ path: `${key}.variable`, message });
    } else if (agent.keys[0]) {
      // By agent: two agents may take a key from a variable of one name, and neither gets the other's.
      const variable = credential.variable ?? agent.keys[0];
      const apiKey = { source: sourceOf(credential.apiKey), ...lasting(credential.apiKey) };
      files.push({ role: "variable", reader: name, name: variable, ...apiKey, key: `${key}.apiKey` });
    } else {
      problems.push({ path: `${key}.apiKey`, message: `${name} takes no API key; remove the line` });
    }
  }
  return { files, problems };
}

/** Why an agent cannot be logged in so, as the end of a sentence, and how it can. */
function noWay(way: "inside" | "host", kinds: readonly (typeof WAYS)[number][]): string {
  if (kinds.length === 0) return "takes no login; remove the line";
  const why = { inside: "cannot be logged in in its sandbox", host: "has no login file to copy" }[way];
  const written = { token: "{apiKey: {env: NAME}}", inside: "{login: inside}", host: "{login: host}" };
  return `${why}; give it ${[...new Set(kinds)].map((kind) => written[kind]).join(" or ")}`;
}

/** Files of this machine that logins of a client's agents are copied from. */
export function copiedLogins({ credentials }: Pick<Spec, "credentials">, agents: readonly Agent[]): string[] {
  return agents.flatMap(({ name, login }) => {
    const credential = credentials[name];
    return credential && "login" in credential && credential.login === "host" ? (hostFileOf(login) ?? []) : [];
  });
}

/** Copies of a login that is renewed by something that is good for one use: the first of both that renews it ends the other. */
export function endEachOther(
  client: string,
  { credentials }: Pick<Spec, "credentials">,
  agents: readonly Agent[],
): Problem[] {
  return agents.flatMap(({ name, login }) => {
    const credential = credentials[name];
    const refresh = login?.file?.refresh;
    if (!credential || !("login" in credential) || credential.login !== "host" || refresh?.use !== "once") return [];
    const better = login?.ways.find((way) => kindOf(way) !== "host");
    const instead = better?.token === undefined ? "{login: inside}" : `a key or token (${better.token})`;
    const known = refresh.source === undefined ? "" : ` (${refresh.source}, ${refresh.seen})`;
    const message = `copies your own login once, and what renews it is good for one use${known}: the first of both that renews it ends the other${better ? `. Better is ${instead}: agentbox login ${client} ${name}` : ""}`;
    return [{ path: `credentials.${name}.login`, message }];
  });
}
