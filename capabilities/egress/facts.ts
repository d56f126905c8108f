import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, type Topic } from "../../plan/review/topic.ts";
import type { Named } from "../capability.ts";

/** What profile `web` opens: no name has a blank. */
const ANYWHERE = "ANY PUBLIC HOST";

/** How lines of egress compare. */
export const egressTopics: Readonly<Record<string, Topic>> = {
  // A name is given by itself, by a wildcard over it, and by all the public names of profile web.
  egress: gives((fact, there) => portsOf(fact).every((port) => there.some((other) => opens(other, fact.about, port))), {
    // `443 (client: github)`: the names of a service are one line.
    group: ({ says }) => /\((.*: .*)\)$/.exec(says)?.[1],
    together: (lines) => lines.map(nameAndPorts),
  }),
  // An address is another machine, so two of them are in no order. The name is the agent's word for it alone.
  endpoints: gives((fact, there) => there.some((other) => machineOf(other) === machineOf(fact)), {
    unordered: "another machine",
  }),
  // Whoever answers names sees all that are asked for.
  resolvers: gives((fact, there) => there.some(({ about }) => about === fact.about)),
};

/** What may leave the sandbox, a line a name. Where the host is reached moves with the client's networks, and is the same machine. */
export function egressFacts({
  spec,
  policy = { destinations: [], endpoints: [], web: false },
}: Pick<Named, "spec" | "policy">): PostureFact[] {
  return [
    ...(policy.web ? [{ topic: "egress", about: ANYWHERE, says: "80,443 (profile web)", key: "profile" }] : []),
    ...policy.destinations.map(({ host, subdomains, ports, origin }) => ({
      topic: "egress",
      about: `${subdomains ? "*." : ""}${host}`,
      says: `${ports.join(",")} (${origin})`,
      key: "egress.allow",
    })),
    ...policy.endpoints.map(({ name, address, port, origin }) => ({
      topic: "endpoints",
      about: `${name}:${port}`,
      says: `${address} (${origin})`,
      key: name === "host" ? "egress.host" : `egress.lan.${name}`,
    })),
    ...[...new Set(spec.resolvers.length > 0 ? spec.resolvers : ["those of the engine's host"])].map((about) => ({
      topic: "resolvers",
      about,
      says: "",
      key: "resolvers",
    })),
  ];
}

/** Most names have 443 alone. */
function nameAndPorts({ about, says }: PostureFact): string {
  const ports = says.split(" ")[0];
  return ports === "443" ? about : `${about} ${ports}`;
}

function portsOf({ says }: PostureFact): number[] {
  return (says.split(" ")[0] ?? "").split(",").map(Number);
}

/** `192.168.1.20:11434` of `ollama:11434 192.168.1.20 (client)`. */
function machineOf({ about, says }: PostureFact): string {
  return `${says.split(" ")[0]}:${about.split(":").at(-1)}`;
}

/** Whether a line opens a port of a name, or of all names below one: `*.acme.example`. */
function opens(line: PostureFact, name: string, port: number): boolean {
  if (!portsOf(line).includes(port)) return false;
  if (line.about === name || line.about === ANYWHERE) return true;
  return line.about.startsWith("*.") && name !== ANYWHERE && name.endsWith(line.about.slice(1));
}
