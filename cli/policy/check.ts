import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EgressPolicy } from "../../capabilities/egress/egress.ts";
import { isWildcard, readName } from "../../capabilities/egress/name.ts";
import { type KnownServices, servicesOf } from "../../capabilities/egress/other-names.ts";
import { admits, type Connection } from "../../gateway/admission.ts";
import type { Declaration } from "../../host/declarations.ts";
import type { Change } from "../../plan/review/compare.ts";
import type { Place } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { admissionOf } from "../../plan/review/traffic.ts";
import type { AllowedItem } from "../../stack-file/add-allowed.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import { suggest } from "../../stack-file/problem.ts";
import { quoted } from "../../stack-file/quoted.ts";
import { UserError } from "../../stack-file/user-error.ts";
import type { Document } from "../json.ts";
import { originsIn } from "../review/origin.ts";

/** A name and a port that somebody asks about. */
export interface Asked {
  name: string;
  port: number;
  /** The service that was asked about, of which this is one. */
  of?: string;
}

/** Whether a client's files let a connection through: who opens it and where that is written, or why nobody does. `unseen` where a file that may open it is not here. */
export type Verdict =
  | { allowed: true; until?: string; by: readonly { line: string; says: string; places: readonly Place[] }[] }
  | { allowed: false; unseen?: boolean; why: string; fix?: string };

/** Judges as the gateway will once an `up` has come by: by the same admission. @param now a moment, as a grant's `until` is one */
export function checkName(
  root: string,
  declaration: Declaration,
  { name, port, of }: Asked,
  known: KnownServices,
  now: string,
): Verdict {
  const { client, declared, facts = [], file, text = "", absent } = declaration;
  if (!declared?.policy) return { allowed: false, why: "the client's files have mistakes" };
  const { policy, spec } = declared;
  const open = [
    { policy: { ...policy, grants: [] }, until: undefined },
    ...policy.grants
      .filter(({ until }) => until > now)
      .map(({ destinations, until }) => ({ policy: { ...NOTHING, destinations }, until })),
  ].find(({ policy }) =>
    kindsOf(name, port).some((kind) => admits(admissionOf(policy), { kind, name, port }) !== undefined),
  );
  if (open) {
    const places = originsIn(undefined, { file, text, files: (path) => readIfThere(join(root, path)) });
    const by = facts
      .filter((fact) => isAbout(fact, { name, port }, now))
      .map(({ topic, about, says, key }) => ({
        line: about,
        says,
        places: places({ topic, about, to: says, key } as Change),
      }));
    return { allowed: true, by, ...(open.until !== undefined && { until: open.until }) };
  }
  const ports = facts.flatMap((fact) => {
    if (fact.topic === "egress" && fact.about === name) return portsOf(fact.says, now);
    return fact.topic === "endpoints" && fact.about.startsWith(`${name}:`)
      ? [Number(fact.about.split(":").at(-1))]
      : [];
  });
  if (spec.profile === "offline")
    return {
      allowed: false,
      why: "profile offline opens nothing",
      fix: `write profile: standard into ${file}, then ask again`,
    };
  if (ADDRESS.test(name))
    return {
      allowed: false,
      why: "an address is never reached by itself",
      fix: "a machine of the LAN is declared under egress.lan, by a name",
    };
  if (absent.length > 0)
    return {
      allowed: false,
      unseen: true,
      why: `nothing that is on this machine opens it; what ${absent.join(", ")} opens is not known here (egress.from)`,
      fix: `ask again where ${absent.length === 1 ? "that file is" : "those files are"}; an up on this machine is refused without`,
    };
  // An endpoint has the ports that it is declared with.
  if (!name.includes("."))
    return ports.length > 0
      ? { allowed: false, why: `it is open on ${ports.join(", ")} alone` }
      : {
          allowed: false,
          why: "no line opens it",
          fix: known.serviceNames.includes(name)
            ? `it is a service, whose names have ports of their own: agentbox policy check ${client} ${name}`
            : `it is no service, and no host either: that has a dot, and a machine of the LAN is declared under egress.lan.${suggest(name, known.serviceNames)}`,
        };
  const isWeb = port === 443 || port === 80;
  // A service has ports of its own, and those of the web alone are sure where nobody asked for the service.
  const [service] = of !== undefined ? [of] : isWeb && ports.length === 0 ? servicesOf(name, known) : [];
  const more = isWeb || of !== undefined ? "" : ` --ports ${[...new Set([...ports, port])].join(",")}`;
  return {
    allowed: false,
    why: ports.length > 0 ? `it is open on ${ports.join(", ")} alone` : "no line opens it",
    fix: `to open it: agentbox policy add ${client} ${service ?? name}${more}`,
  };
}

const NOTHING: EgressPolicy = { destinations: [], grants: [], endpoints: [], web: false };
const ADDRESS = /^[\d.]+$|:/;

/** As what a connection to a port may be told: by a name that it says, or by its address. */
function kindsOf(name: string, port: number): Connection["kind"][] {
  if (port === 443) return ["tls", "lan"];
  if (port === 80) return ["http", "lan"];
  return name.includes(".") ? ["tcp", "lan"] : ["lan"];
}

function isAbout({ topic, about, says }: PostureFact, { name, port }: Asked, now: string): boolean {
  if (topic === "endpoints") return about === `${name}:${port}`;
  if (topic !== "egress" || !portsOf(says, now).includes(port)) return false;
  if (!about.includes(" ") && isWildcard(about)) return name.endsWith(`.${readName(about).host}`);
  // Of profile web the name of the line is none of the DNS (capabilities/egress/facts.ts).
  return about === name || about.includes(" ");
}

/** `443, 22 until 2026-12-01 18:00 UTC (client, grant)`: 443, and 22 until then. */
function portsOf(says: string, now: string): number[] {
  return says
    .replace(/ \(.*$/s, "")
    .split(", ")
    .flatMap((part) => {
      const [, ports = part, until] = /^(.*?) until (.* UTC)$/.exec(part) ?? [];
      return until !== undefined && until <= describeMoment(now) ? [] : (ports.match(/\d+/g)?.map(Number) ?? []);
    });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** `docs.acme.example:8443`, `docs.acme.example`, what a person copies from a browser, and a service, which is each of its names. @throws UserError */
export function readAsked(text: string, known: Pick<KnownServices, "services">): Asked[] {
  const service = known.services.find(({ name }) => name === text.toLowerCase())?.name;
  if (service !== undefined) return askedOf(service, known).map((one) => ({ ...one, of: service }));
  const [, scheme, host = "", port] = /^(?:(https?):\/\/)?([^/:\s]+)(?::(\d{1,5}))?(?:\/.*)?$/.exec(text) ?? [];
  const number = Number(port ?? (scheme === "http" ? 80 : 443));
  if (host === "" || number < 1 || number > 65535)
    throw new UserError(2, `${quoted(text)} is no host; write it like docs.acme.example, or git.acme.example:22`);
  return [{ name: host.toLowerCase().replace(/\.$/, ""), port: number }];
}

/** All that a line of `egress.allow` opens: the names of a service, or its own, each on each of its ports. */
export function askedOf(item: AllowedItem, { services }: Pick<KnownServices, "services">): Asked[] {
  const named = typeof item === "string" ? { host: item, ports: [443, 80] } : item;
  const lines = services.find(({ name }) => name === item)?.hosts ?? [named];
  return lines.flatMap(({ host, ports }) => {
    const { host: domain, itself, below } = readName(host);
    const asked = [...(itself ? [domain] : []), ...(below ? [`*.${domain}`] : [])];
    return asked.flatMap((name) => ports.map((port) => ({ name, port })));
  });
}

/** A verdict for a program. */
export function asJson({ name, port }: Asked, verdict: Verdict): Document<"policy check">["hosts"][number] {
  if (verdict.allowed) {
    const { until, by } = verdict;
    return { name, port, word: "allowed", ...(until !== undefined && { until }), by };
  }
  const { unseen, why, fix } = verdict;
  return { name, port, word: unseen ? "UNSEEN" : "refused", why, ...(fix !== undefined && { fix }) };
}

/** A verdict for a person: who opens it with the lines, or why nobody does and what would. */
export function describeVerdict({ name, port }: Asked, verdict: Verdict): string[] {
  if (!verdict.allowed)
    return [
      `${verdict.unseen ? "UNSEEN " : "refused"}  ${name}:${port}: ${verdict.why}`,
      ...(verdict.fix === undefined ? [] : [`  ${verdict.fix}`]),
    ];
  const until = verdict.until === undefined ? "" : `, until ${describeMoment(verdict.until)}`;
  return [
    `allowed  ${name}:${port}${until}`,
    ...verdict.by.flatMap(({ line, says, places }) => [
      `  ${line}  ${says}`,
      ...places.map(({ file, line }) => `    ${file}:${line}`),
    ]),
  ];
}
