import fc from "fast-check";
import { admitted, atMoment, declared, sections } from "../test/bundle-reader.ts";
import { addresses, ENDS, policyWithGrants } from "../test/policies.ts";
import { renderBundle } from "./bundle.ts";
import { HOST_NAMES } from "./contract.ts";
import { DeclaredSchema } from "./declared.ts";
import type { Destination, GatewayInput } from "./gateway-policy.ts";
import { planProbes } from "./probes.ts";
import { type Version, weave } from "./spans.ts";
import { planVips } from "./vips.ts";

const line = (host: string, ports = [443], subdomains = false): Destination => ({
  ...{ host, subdomains, ports },
  origin: "client",
});
const granted = (host: string, ports = [443], subdomains = false) => ({
  ...line(host, ports, subdomains),
  origin: "grant",
});
const acme: GatewayInput = {
  ...{ client: "acme", web: false, endpoints: [], inbound: [], resolvers: [], hostAddresses: [], addresses },
  destinations: [line("api.acme.example"), line("zoo.acme.example", [22, 443])],
  grants: [],
};
const NOON = "2026-12-01T12:00:00Z";
const one = {
  ...acme,
  grants: [{ name: "docs.acme.example", destinations: [granted("docs.acme.example")], until: NOON }],
};

/** Before all ends, at each and between them, and after all. */
const moments = fc.constantFrom("2026-12-01T00:00:00Z", ...ENDS.flatMap((end) => [end, end.replace(":00Z", ":30Z")]));

/** What is declared at a moment: all that is open for good, and the grants that have not ended; nothing from the sandbox's own end on. */
function openAt(input: GatewayInput, moment: string): GatewayInput {
  if (input.expires !== undefined && moment >= input.expires)
    return { ...input, grants: [], destinations: [], endpoints: [], inbound: [], web: false };
  const all = [
    ...input.destinations,
    ...input.grants.filter(({ until }) => moment < until).flatMap(({ destinations }) => destinations),
  ];
  const names = Map.groupBy(all, ({ host, subdomains }) => `${host} ${subdomains}`);
  return {
    ...input,
    grants: [],
    destinations: [...names.values()].map((same) => ({
      ...same[0]!,
      ports: [...new Set(same.flatMap(({ ports }) => ports))].sort((a, b) => a - b),
    })),
  };
}

test("a grant of a name is its two lines, with their end before them", () => {
  const before = renderBundle(acme).text.split("\n");
  const after = renderBundle(one).text.split("\n");
  expect(after.filter((text) => !before.includes(text))).toEqual([
    `    {"until":"${NOON}","name":"docs.acme.example"}`,
    `@..${NOON} 10.208.0.129 docs.acme.example # grant`,
    `@..${NOON} docs.acme.example 10.208.0.129:443`,
  ]);
  expect(before.filter((text) => !after.includes(text))).toEqual([]);
});

test("from the sandbox's own end on no name, no endpoint and no port of the agent is open, whatever was", () => {
  const all = {
    ...one,
    expires: "2026-12-01T11:00:00Z",
    web: true,
    endpoints: [{ name: "db", address: "192.168.1.20", port: 5432, origin: "client" }],
    inbound: [{ port: 2222, to: 22022, listen: "0.0.0.0" }],
  };
  const { text } = renderBundle(all);
  expect(admitted(atMoment(text, "2026-12-01T10:59:59Z"))).toEqual(declared(openAt(all, "2026-12-01T10:59:59Z")));
  for (const moment of ["2026-12-01T11:00:00Z", NOON, "2027-01-01T00:00:00Z"])
    expect(admitted(atMoment(text, moment))).toEqual([]);
  expect(sections(text)["policy.json"]!.filter((text) => text.includes("until"))).toEqual([
    '    {"until":"2026-12-01T11:00:00Z","name":"*"},',
    '    {"until":"2026-12-01T11:00:00Z","name":"docs.acme.example"}',
  ]);
});

test("at each moment what haproxy, dnsmasq and nft admit is what is declared for it", () => {
  fc.assert(
    fc.property(policyWithGrants(), moments, (input, moment) => {
      expect(admitted(atMoment(renderBundle(input).text, moment))).toEqual(declared(openAt(input, moment)));
    }),
    { numRuns: 100 },
  );
});

test("from its end on no line has anything of a grant", () => {
  fc.assert(
    fc.property(policyWithGrants(), moments, (input, moment) => {
      const { "policy.json": _, ...files } = sections(atMoment(renderBundle(input).text, moment));
      const open = openAt(input, moment).destinations;
      const over = input.grants
        .flatMap(({ destinations }) => destinations)
        .filter(({ host }) => !open.some((other) => host === other.host || other.host.endsWith(`.${host}`)));
      const words = Object.values(files).flatMap((lines) => lines.flatMap((text) => text.split(/[\s:/]+/)));
      for (const { host } of over)
        for (const name of [host, `.${host}`, `*.${host}`]) expect(words).not.toContain(name);
    }),
    { numRuns: 100 },
  );
});

/** The endpoint that a name is another name of, or the name itself. */
function endpointOf(name: string): string {
  return Object.keys(HOST_NAMES).find((endpoint) => HOST_NAMES[endpoint]!.includes(name)) ?? name;
}

test("the end of a grant moves no other name's address", () => {
  fc.assert(
    fc.property(policyWithGrants(), moments, (input, moment) => {
      const { shared, own } = planVips(input);
      const hosts = sections(atMoment(renderBundle(input).text, moment)).hosts!.map((text) => text.split(" "));
      for (const [vip, name] of hosts) expect(vip).toBe(own.get(endpointOf(name!)) ?? shared);
    }),
  );
});

test("each moment at which a line comes or goes is the end of a grant: there the gateway looks for them", () => {
  fc.assert(
    fc.property(policyWithGrants(), (input) => {
      const { text } = renderBundle(input);
      const ends = DeclaredSchema.parse(JSON.parse(sections(text)["policy.json"]!.join(""))).grants.map(
        ({ until }) => until,
      );
      const { expires = "9999" } = input;
      const own = input.grants.map(({ until }) => [until, expires].sort()[0]);
      expect(ends).toEqual([...own, ...(input.expires ? [expires] : [])].sort());
      for (const [, from, until] of text.matchAll(/^@(\S*?)\.\.(\S*) /gm))
        for (const moment of [from, until]) if (moment) expect(ends).toContain(moment);
    }),
  );
});

test("several versions of a list are one, of which each can be had again", () => {
  const text = fc.constantFrom("a", "b", "  }", "c 1", "");
  const versions = fc
    .array(fc.array(text, { maxLength: 8 }), { minLength: 1, maxLength: ENDS.length + 1 })
    .map((lists) => lists.map((lines, index): Version => ({ from: ["", ...ENDS][index]!, lines })));
  fc.assert(
    fc.property(versions, (all) => {
      const woven = [...weave(all), "end"].join("\n");
      for (const [index, { from, lines }] of all.entries()) {
        const moment = from || "2026-12-01T00:00:00Z";
        expect(atMoment(woven, moment)).toBe([...lines, "end"].join("\n"));
        expect(all[index + 1]?.from ?? "~").not.toBe(moment);
      }
    }),
    { numRuns: 1000 },
  );
  expect(() => weave([{ from: "", lines: ["@..2026 x"] }])).toThrow("a line with a span");
});

test("10,000 names and a grant at each end of them take no time to speak of", () => {
  const names = Array.from({ length: 10_000 }, (_, index) => line(`n${index}.acme.example`));
  const first = { name: "a.acme.example", destinations: [granted("a.acme.example")], until: ENDS[0]! };
  const last = { name: "z.acme.example", destinations: [granted("z.acme.example", [22])], until: ENDS[1]! };
  const begun = performance.now();
  const { text } = renderBundle({ ...acme, destinations: names, grants: [first, last] });
  expect(performance.now() - begun).toBeLessThan(3000);
  expect(text.split("\n").filter((text) => text.startsWith("@")).length).toBeLessThan(50);
});

test("the canary asks for no name that is only granted: after its end the same would be a fault", () => {
  expect(planProbes({ ...one, destinations: [] }).filter((probe) => probe.startsWith("open"))).toEqual([]);
  expect(planProbes(one).filter((probe) => probe.startsWith("open"))).toEqual([
    "open dns 10.208.0.2 api.acme.example 10.208.0.129",
    "open tls 10.208.0.129 api.acme.example",
  ]);
  const wild = { ...one, grants: [{ ...one.grants[0]!, destinations: [granted("unlisted.invalid", [443], true)] }] };
  expect(planProbes(wild)).toContain("shut dns 10.208.0.2 unlisted.invalid");
});

test("a grant whose words could write a line of their own is refused", () => {
  const grant = one.grants[0]!;
  for (const wrong of [{ name: "a\nb" }, { name: "a # b" }, { until: "2026" }, { until: `${NOON}\n` }])
    expect(() => renderBundle({ ...acme, grants: [{ ...grant, ...wrong }] })).toThrow(
      "cannot stand in a gateway's files",
    );
});
