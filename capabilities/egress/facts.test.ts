import fc from "fast-check";
import { type Admission, planAdmission } from "../../gateway/admission.ts";
import type { GatewayInput } from "../../gateway/gateway-policy.ts";
import { renderUpstreamResolver } from "../../gateway/render/dnsmasq.ts";
import { compare, describeChange, isWider } from "../../plan/review/compare.ts";
import type { Spec } from "../../stack-file/spec.ts";
import { policies } from "../../test/facts.ts";
import { ADDRESSES, planAddresses } from "../network/addresses.ts";
import type { EgressPolicy } from "./egress.ts";
import { egressFacts, egressTopics } from "./facts.ts";
import { planResolvers } from "./resolver.ts";

/* The classes of egress against what the gateway admits: the compiler of its policy, and not another reading of the stack file, says what is more. */

const facts = (policy: EgressPolicy) => egressFacts({ policy, spec: { resolvers: [] as string[] } as Spec });
const changes = (before: EgressPolicy, after: EgressPolicy) => compare(facts(before), facts(after), egressTopics);

/** Names, and below each one that nobody wrote: what stands for all the others there. */
const NAMES = ["x.example", "a.x.example", "b.a.x.example", "y.example", "elsewhere.test"].flatMap((name) => [
  name,
  `other.${name}`,
]);
const PORTS = [22, 80, 443, 8443];
const addresses = planAddresses("acme", [], [], ADDRESSES);

/** What the gateway lets through, as `name:port` and `name address:port`. */
function reach(policy: EgressPolicy): string[] {
  if (!addresses) throw new Error("there is no room for networks");
  const admitted = planAdmission({
    ...policy,
    ...{ client: "acme", inbound: [], resolvers: [], addresses, hostAddresses: [] },
    // Where the host is reached is known once it is placed; here it is as good as any address.
    endpoints: policy.endpoints,
  });
  return [
    ...NAMES.flatMap((name) => PORTS.filter((port) => admits(admitted, name, port)).map((port) => `${name}:${port}`)),
    // A token is for a name, so the same machine under another one is another reach.
    ...policy.endpoints
      .filter(
        ({ address, port }) =>
          admitted.lan.some((one) => one.address === address && one.port === port) ||
          admitted.names.some((one) => one.at === address && one.ports.includes(port)),
      )
      .map(({ name, address, port }) => `${name} ${address}:${port}`),
  ];
}

/** As the gateway decides: an exact name first, then the longest domain above it. */
function admits({ names, below, tcp }: Admission, name: string, port: number): boolean {
  if (tcp.some((one) => one.host === name && one.port === port)) return true;
  const ports =
    names.find(({ host }) => host === name)?.ports ??
    below.find(({ domain }) => domain === "" || name.endsWith(`.${domain}`))?.ports;
  return ports?.includes(port) ?? false;
}

test("a change is wider exactly when the gateway admits something that it did not", () => {
  fc.assert(
    fc.property(policies, policies, (before, after) => {
      const [was, is] = [reach(before), reach(after)];
      const more = is.filter((one) => !was.includes(one));
      expect([more, changes(before, after).some(isWider)]).toEqual([more, more.length > 0]);
    }),
    { numRuns: 500 },
  );
});

test("a change is narrower, or of no order, exactly when the gateway refuses something that it did not", () => {
  fc.assert(
    fc.property(policies, policies, (before, after) => {
      const [was, is] = [reach(before), reach(after)];
      const less = was.filter((one) => !is.includes(one));
      const found = changes(before, after).some((change) => change.class === "narrows" || change.class === "unordered");
      expect([less, found]).toEqual([less, less.length > 0]);
    }),
    { numRuns: 500 },
  );
});

test("a name that is taken from below a wildcard that stays is no loss, and when the wildcard goes, too, it is one", () => {
  const line = (host: string, subdomains: boolean) => ({ host, subdomains, ports: [443], origin: "client" });
  const policy = (...destinations: EgressPolicy["destinations"]) => ({
    destinations,
    grants: [],
    endpoints: [],
    web: false,
  });
  const [below, name] = [line("x.example", true), line("a.x.example", false)];
  const classes = (before: EgressPolicy, after: EgressPolicy) =>
    changes(before, after).map((change) => `${change.class} ${change.sign} ${change.about}`);
  expect(classes(policy(below, name), policy(below))).toEqual(["neutral - a.x.example"]);
  expect(classes(policy(below, name), policy(name))).toEqual(["narrows - *.x.example"]);
  expect(classes(policy(below), policy(line("x.example", false)))).toEqual([
    "widens + x.example",
    "narrows - *.x.example",
  ]);
});

test("where the host is reached is no part of it: its address moves with the client's networks", () => {
  const endpoint = { name: "host", address: "host", port: 5432, origin: "client" };
  expect(facts({ destinations: [], grants: [], endpoints: [endpoint], web: false })).toContainEqual({
    ...{ topic: "endpoints", about: "host:5432", says: "host (client)", key: "egress.host" },
  });
});

test("an editor that may put a part of itself into the sandbox is told, once, for good or for a while", () => {
  const line = (origin: string) => ({ host: "x.example", subdomains: false, ports: [443], origin });
  const told = (destinations: string[], granted: string[] = []) =>
    facts({
      ...{ destinations: destinations.map(line), endpoints: [], web: false },
      grants: [{ name: "x", until: "2026-12-01T18:00:00Z", destinations: granted.map(line) }],
    }).flatMap(({ topic, about, key }) => (topic === "editors" ? [`${about} ${key}`] : []));
  expect(told(["client: vscode", "agent bot: forge, client: vscode"])).toEqual(["vscode egress.allow"]);
  expect(told(["client"], ["grant: vscode"])).toEqual(["vscode grants"]);
  expect(told(["client: vscode-telemetry", "client"], ["grant: forge"])).toEqual([]);
});

/* Resolvers against what the gateway's resolver has in its file. */

const SERVERS = ["10.0.0.53", "10.1.0.53", "8.8.8.8"];
const ZONES = ["corp.example", "a.corp.example", "b.a.corp.example", "lab.example"];
const resolvers: fc.Arbitrary<Resolver[]> = fc
  .tuple(
    fc.subarray(SERVERS),
    fc.uniqueArray(fc.record({ domain: fc.constantFrom(...ZONES), servers: fc.subarray(SERVERS, { minLength: 1 }) }), {
      selector: ({ domain }) => domain,
    }),
  )
  .map(([general, zones]) => [...general, ...zones]);
type Resolver = Spec["resolvers"][number];

const asked = (all: Resolver[]) => egressFacts({ policy: none, spec: { resolvers: all } as Spec });
const none: EgressPolicy = { destinations: [], grants: [], endpoints: [], web: false };
const told = (before: Resolver[], after: Resolver[]) => compare(asked(before), asked(after), egressTopics);

/** Who is asked for what, as dnsmasq reads the file: of a name the lines with the longest domain count. */
function whoSees(all: Resolver[]): string[] {
  const lines = renderUpstreamResolver({ resolvers: planResolvers({ resolvers: all }) } as GatewayInput).flatMap(
    (line) => {
      if (line.startsWith("resolv-file=")) return [{ domain: "", server: "the host's" }];
      const [, domain = "", server = ""] = /^server=(?:\/(.*)\/)?(.*)$/.exec(line) ?? [];
      return server ? [{ domain, server }] : [];
    },
  );
  return ["other.test", ...ZONES.flatMap((zone) => [zone, `x.${zone}`])].flatMap((name) => {
    const above = lines.filter(({ domain }) => domain === "" || name === domain || name.endsWith(`.${domain}`));
    const most = Math.max(...above.map(({ domain }) => domain.length));
    return above.filter(({ domain }) => domain.length === most).map(({ server }) => `${name} by ${server}`);
  });
}

test("resolvers are wider exactly when a server is asked for a name that it was not asked for, and narrower the other way", () => {
  fc.assert(
    fc.property(resolvers, resolvers, (before, after) => {
      const [was, is] = [whoSees(before), whoSees(after)];
      const classes = told(before, after).map((change) => change.class);
      const gained = is.some((one) => !was.includes(one));
      const lost = was.some((one) => !is.includes(one));
      expect(classes.some((of) => of === "widens" || of === "unordered")).toBe(gained);
      expect(classes.some((of) => of === "narrows" || of === "unordered")).toBe(lost);
    }),
    { numRuns: 1000 },
  );
});

const corp = (...servers: string[]) => ({ domain: "corp.example", servers });
test.each<[string, Resolver[], Resolver[], string[]]>([
  [
    "goes, whose server is asked for all names besides",
    ["10.1.0.53", "8.8.8.8", corp("10.1.0.53")],
    ["10.1.0.53", "8.8.8.8"],
    [
      "widens 8.8.8.8 for every name but corp.example → for every name",
      "neutral 10.1.0.53 for every name, corp.example → for every name",
    ],
  ],
  [
    "goes with its server",
    ["8.8.8.8", corp("10.1.0.53")],
    ["8.8.8.8"],
    ["widens 8.8.8.8 for every name but corp.example → for every name", "narrows 10.1.0.53 for corp.example"],
  ],
  [
    "goes from below another one",
    ["8.8.8.8", corp("10.1.0.53"), { domain: "a.corp.example", servers: ["10.2.0.53"] }],
    ["8.8.8.8", corp("10.1.0.53")],
    ["widens 10.1.0.53 for corp.example but a.corp.example → for corp.example", "narrows 10.2.0.53 for a.corp.example"],
  ],
  [
    "comes below another one, with a server that is asked for all names besides",
    ["8.8.8.8", corp("10.1.0.53")],
    ["8.8.8.8", corp("10.1.0.53"), { domain: "a.corp.example", servers: ["8.8.8.8"] }],
    [
      "widens 8.8.8.8 for every name but corp.example → for every name but corp.example, with a.corp.example",
      "narrows 10.1.0.53 for corp.example → for corp.example but a.corp.example",
    ],
  ],
  [
    "has one server more, that is asked for all names besides",
    ["8.8.8.8", corp("10.1.0.53")],
    ["8.8.8.8", corp("10.1.0.53", "8.8.8.8")],
    ["widens 8.8.8.8 for every name but corp.example → for every name, corp.example"],
  ],
  [
    "comes, of a server that is asked already",
    ["10.1.0.53", "8.8.8.8"],
    ["10.1.0.53", "8.8.8.8", corp("10.1.0.53")],
    [
      "narrows 8.8.8.8 for every name → for every name but corp.example",
      "neutral 10.1.0.53 for every name → for every name, corp.example",
    ],
  ],
  [
    "comes, of the servers that are asked anyway",
    ["10.1.0.53"],
    ["10.1.0.53", corp("10.1.0.53")],
    ["neutral 10.1.0.53 for every name → for every name, corp.example"],
  ],
])("a domain that %s is told of each server that gets, or loses, its names", (_how, before, after, lines) => {
  expect(told(before, after).map((change) => `${change.class} ${describeChange(change)}`)).toEqual(lines);
});

test("a server of which an older version says nothing is asked for every name", () => {
  const fact = (says: string) => ({ topic: "resolvers", about: "10.1.0.53", says });
  expect(compare([fact("")], [fact("for every name")], egressTopics)).toMatchObject([{ class: "neutral" }]);
  expect(compare([fact("for corp.example")], [fact("")], egressTopics)).toMatchObject([{ class: "widens" }]);
});

test("what an older version has left of a server is no less than anything else that is said of it", () => {
  const fact = (says: string) => ({ topic: "resolvers", about: "10.1.0.53", says });
  expect(compare([fact("alone for corp.example")], [fact("")], egressTopics)).toMatchObject([{ class: "unordered" }]);
});
