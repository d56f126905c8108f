import type { PostureFact } from "../../plan/review/fact.ts";
import { gives, graded, neutral, type Topic } from "../../plan/review/topic.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import type { Named } from "../capability.ts";
import { askedFacts, asksNoMore } from "./asked.ts";
import type { EgressPolicy } from "./egress.ts";

/** What profile `web` opens: no name has a blank. */
const ANYWHERE = "ANY PUBLIC HOST";

/** Services by which an editor puts a part of itself into the sandbox. */
const EDITORS = ["vscode"];

/** How lines of egress compare. */
export const egressTopics: Readonly<Record<string, Topic>> = {
  // A name is given by itself, by a wildcard over it, and by all the public names of profile web; for a while by what is open as long.
  egress: gives(
    (fact, there) => openings(fact).every((opening) => there.some((other) => opens(other, fact.about, opening))),
    {
      // `443 (client: github)`: the names of a service are one line.
      group: serviceOf,
      together: (lines) => lines.map(nameAndPorts),
    },
  ),
  // A sentence for who reads: what the service opens is told, and compared, as egress.
  editors: neutral(),
  // An address is another machine, so two of them are in no order. A name is more than the agent's word for it: a token for the name goes to that machine.
  endpoints: graded((says, than) => machine(says) === machine(than), { unordered: "another machine" }),
  // Whoever answers names sees all that are asked for. A domain that goes is told of each server that gets its names.
  resolvers: graded(asksNoMore),
};

/** What may leave the sandbox, a line a name. Where the host is reached moves with the client's networks, and is the same machine. */
export function egressFacts({
  spec,
  policy = { destinations: [], grants: [], endpoints: [], web: false },
}: Pick<Named, "spec" | "policy">): PostureFact[] {
  return [
    ...(policy.web ? [{ topic: "egress", about: ANYWHERE, says: "80,443 (profile web)", key: "profile" }] : []),
    ...names(policy),
    ...editors(policy),
    ...policy.endpoints.map(({ name, address, port, origin }) => ({
      topic: "endpoints",
      about: `${name}:${port}`,
      says: `${address} (${origin})`,
      key: name === "host" ? "egress.host" : `egress.lan.${name}`,
    })),
    ...askedFacts(spec),
  ];
}

/** A fact a name: what is open of it for good, then what is granted, each with its end: `443, 22 until 2026-12-01 18:00 UTC (client, grant)`. */
function names({ destinations, grants }: EgressPolicy): PostureFact[] {
  const lines = [
    ...destinations.map((line) => ({ ...line, until: "" })),
    ...grants.flatMap(({ destinations, until }) => destinations.map((line) => ({ ...line, until }))),
  ];
  return [...Map.groupBy(lines, ({ host, subdomains }) => `${subdomains ? "*." : ""}${host}`)].map(([about, same]) => {
    const good = same.flatMap(({ ports, until }) => (until ? [] : ports));
    const open = same.flatMap(({ ports, until }) => {
      const more = until ? ports.filter((port) => !good.includes(port)) : ports;
      return more.length === 0 ? [] : [`${more.join(",")}${until ? `${UNTIL}${describeMoment(until)}` : ""}`];
    });
    const origins = [...new Set(same.map(({ origin }) => origin))].join(", ");
    return {
      ...{ topic: "egress", about, says: `${open.join(", ")} (${origins})` },
      key: same.some(({ until }) => !until) ? "egress.allow" : "grants",
    };
  });
}

/** A fact an editor whose service is open, for good or for a while. */
function editors({ destinations, grants }: EgressPolicy): PostureFact[] {
  const opened = (lines: EgressPolicy["destinations"], editor: string) =>
    lines.some(({ origin }) => origin.split(", ").some((one) => one.endsWith(`: ${editor}`)));
  return EDITORS.flatMap((about) => {
    const key = opened(destinations, about) ? "egress.allow" : "grants";
    if (key === "grants" && !grants.some((grant) => opened(grant.destinations, about))) return [];
    const says = "may have its part in the sandbox: a way in and out that is not judged here";
    return [{ topic: "editors", about, says, key }];
  });
}

const UNTIL = " until ";

/** A port, and until when it is open; nothing for good. */
interface Opening {
  port: number;
  until: string;
}

/** What a fact of egress opens. What comes after the bracket are names of others. */
function openings({ says }: PostureFact): Opening[] {
  const [open = ""] = says.split(" (");
  return open.split(", ").flatMap((part) => {
    const [ports = "", until = ""] = part.split(UNTIL);
    return ports.split(",").map((port) => ({ port: Number(port), until }));
  });
}

/** Which service a name is one of: `client: github`, `grant until 2026-12-01 18:00 UTC: github`. A name with two ends is told alone. */
function serviceOf({ says }: PostureFact): string | undefined {
  const [, open = "", origin] = /^(.*?) \((.*: .*)\)$/.exec(says) ?? [];
  const [, until] = open.split(UNTIL);
  if (until === undefined) return origin;
  return open.includes(", ") ? undefined : origin?.replace(/^grant/, `grant${UNTIL}${until}`);
}

/** Most names have 443 alone. */
function nameAndPorts({ about, says }: PostureFact): string {
  const ports = says.split(" ")[0];
  return ports === "443" ? about : `${about} ${ports}`;
}

/** `192.168.1.20` of `192.168.1.20 (client)`. */
function machine(says: string): string {
  return says.split(" ")[0] ?? says;
}

/** Whether a line opens a port of a name, or of all names below one (`*.acme.example`), for as long at least. */
function opens(line: PostureFact, name: string, { port, until }: Opening): boolean {
  const enough = (other: Opening) =>
    other.port === port && (other.until === "" || (until !== "" && other.until >= until));
  if (!openings(line).some(enough)) return false;
  if (line.about === name || line.about === ANYWHERE) return true;
  return line.about.startsWith("*.") && name !== ANYWHERE && name.endsWith(line.about.slice(1));
}
