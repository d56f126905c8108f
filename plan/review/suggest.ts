import { readName, refuseName, type WhyShared } from "../../capabilities/egress/name.ts";
import { vendorOf } from "../../capabilities/egress/other-names.ts";
import type { Service } from "../../capabilities/egress/service.ts";
import { type Admission, admits } from "../../gateway/admission.ts";
import type { AuditLine } from "../../gateway/audit-line.ts";
import type { ReasonWord } from "../../gateway/reasons.ts";
import { isWeb } from "../../gateway/vips.ts";
import { isHostName } from "../../stack-file/network.ts";
import { compareText } from "./fact.ts";

/** A name that a client's agent wanted to reach. The name and the reasons are the agent's own words. */
export interface Wish {
  /** A host name, or one with `*.` before it. */
  name: string;
  /** Ports that it was tried on, or asked for; none where only its address was asked for. */
  ports: number[];
  refused: number;
  /** What the agent says it is for, each text once. */
  reasons: string[];
}

/** An item for `egress.allow`, and the wishes that it fulfils. */
export interface Suggestion {
  item: string | { host: string; ports: number[] };
  service?: Service;
  wishes: Wish[];
}

/** What a stack file could say for what was refused. */
export interface Suggestions {
  suggestions: Suggestion[];
  /** Names that no line can open, each with why. */
  never: { name: string; why: string }[];
  /** What the agent asks for and no DNS has: a machine of the LAN, or a helper, by one word. */
  words: string[];
  /** How many more names there are than a person reads. */
  more: number;
}

/** Names that are looked at; an agent can ask for as many as it likes. */
const MOST = 20;

/**
 * Groups what was refused, and what the agent asks for, into lines of a stack file: a service where one has the name, else the name with the ports that were wanted.
 * @param lines of the audit
 * @param admission of the policy as the stack file has it: what that opens already is no wish any more
 * @param services all there are
 */
export function suggestLines(
  lines: readonly AuditLine[],
  admission: Admission,
  services: readonly Service[],
  whyShared: WhyShared,
): Suggestions {
  const open = wishes(lines).filter((wish) => !isAdmitted(wish, admission));
  const judged = open.map((wish) => ({ wish, why: refuseName(wish.name, portsOf(wish), whyShared) }));
  const possible = judged.filter(({ why }) => why === undefined).map(({ wish }) => wish);
  const shown = possible.slice(0, MOST);
  return {
    suggestions: grouped(shown, services),
    never: judged.flatMap(({ wish: { name }, why }) => (why === undefined ? [] : [{ name, why }])).slice(0, MOST),
    words: wordsAsked(lines),
    more: possible.length - shown.length,
  };
}

/** Names that were refused for not being in the policy, or asked for: asked-for ones first, then the most refused. */
function wishes(lines: readonly AuditLine[]): Wish[] {
  const found = new Map<string, Wish>();
  for (const line of lines) {
    const name = line.name.toLowerCase().replace(/\.$/, "");
    const asked = line.kind === "request";
    if (!isHostName(asked ? readName(name).host : name)) continue;
    if (!asked && (line.verdict !== "deny" || line.probe || !WISHED.includes(line.reason))) continue;
    const wish = found.get(name) ?? { name, ports: [], refused: 0, reasons: [] };
    found.set(name, wish);
    // Of a question for an address the port is the resolver's, and of a wish without a port 0.
    const port = line.kind === "dns" ? 0 : line.port;
    if (port > 0 && !wish.ports.includes(port)) wish.ports.push(port);
    if (!asked) wish.refused += line.count ?? 1;
    else if (line.reason && !wish.reasons.includes(line.reason)) wish.reasons.push(line.reason);
    else if (!line.reason && wish.reasons.length === 0) wish.reasons.push("");
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(b.reasons.length > 0) - Number(a.reasons.length > 0) ||
      b.refused - a.refused ||
      compareText(a.name, b.name),
  );
}

/** A word without a dot, as an endpoint or a helper is named. Anything else that is no name is the agent's own business. */
function wordsAsked(lines: readonly AuditLine[]): string[] {
  const asked = lines.flatMap(({ kind, name }) =>
    kind === "request" && /^[a-z][a-z0-9-]{0,62}$/.test(name) ? [name] : [],
  );
  return [...new Set(asked)].sort(compareText).slice(0, MOST);
}

const WISHED: readonly string[] = ["domain", "port"] satisfies ReasonWord[];

/** What was wanted, and 443 where nothing says a port: what a program tries first. */
function portsOf({ ports }: Wish): number[] {
  return ports.length > 0 ? ports.toSorted((a, b) => a - b) : [443];
}

function isAdmitted(wish: Wish, admission: Admission): boolean {
  return portsOf(wish).every((port) =>
    isWeb(port)
      ? admits(admission, { kind: port === 443 ? "tls" : "http", name: wish.name.replace(/^\*\./, "any."), port })
      : (admits(admission, { kind: "tcp", name: wish.name, port }) ??
        admits(admission, { kind: "lan", name: wish.name, port })),
  );
}

/** Lines for these names. The service that has most of them comes first; of two, the vendor's own, then the one that opens less besides. */
export function grouped(wishes: readonly Wish[], services: readonly Service[]): Suggestion[] {
  let left = [...wishes];
  const found: Suggestion[] = [];
  for (;;) {
    const [best] = services
      .map((service) => ({ service, wishes: left.filter((wish) => has(service, wish)) }))
      .filter((one) => one.wishes.length > 0)
      .sort(
        (a, b) =>
          b.wishes.length - a.wishes.length ||
          vendors(b) - vendors(a) ||
          a.service.hosts.length - b.service.hosts.length ||
          compareText(a.service.name, b.service.name),
      );
    if (!best) break;
    found.push({ item: best.service.name, ...best });
    left = left.filter((wish) => !best.wishes.includes(wish));
  }
  return [...found, ...left.map((wish) => ({ item: { host: wish.name, ports: portsOf(wish) }, wishes: [wish] }))];
}

/** How many of these names are of the vendor whose service it is: `api.github.com` is GitHub's, whoever else asks it. */
function vendors({ service, wishes }: { service: Service; wishes: readonly Wish[] }): number {
  return wishes.filter(({ name }) => vendorOf(name.replace(/^\*\./, "")) === service.name).length;
}

function has({ hosts }: Service, wish: Wish): boolean {
  return portsOf(wish).every((port) =>
    hosts.some((line) => {
      const { host, itself, below } = readName(line.host);
      return (
        line.ports.includes(port) &&
        ((itself && wish.name === host) || (below && wish.name.endsWith(`.${host}`)) || wish.name === line.host)
      );
    }),
  );
}
