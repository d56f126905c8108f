import fc from "fast-check";
import { admitted, closed, declared, sections } from "../test/bundle-reader.ts";
import { addresses, host, policy } from "../test/policies.ts";
import { renderBundle } from "./bundle.ts";
import type { Destination, GatewayInput } from "./gateway-policy.ts";
import { PRIVATE_RANGES } from "./private.ts";
import { planDatagrams, planProbes } from "./probes.ts";
import { MAX_OWN_ADDRESSES, ownNames, planVips } from "./vips.ts";

const line = (host: string, ports = [80, 443], subdomains = false): Destination => ({
  host,
  subdomains,
  ports,
  origin: "client",
});

const acme: GatewayInput = {
  client: "acme",
  destinations: [
    line("api.github.com"),
    line("git.acme.example", [22, 443]),
    line("acme.example", [80, 443], true),
    line("docs.acme.example", [443]),
  ],
  grants: [],
  endpoints: [
    { name: "host", address: "10.208.1.1", port: 5432, origin: "client" },
    { name: "ollama", address: "192.168.1.20", port: 11434, origin: "client" },
  ],
  inbound: [{ port: 2222, to: 2222 }],
  resolvers: ["10.0.0.53"],
  addresses,
  web: false,
  hostAddresses: ["198.51.100.7"],
};

test("a policy reads as the files the gateway runs by", () => {
  expect(renderBundle(acme).text).toMatchSnapshot();
});

test("what haproxy, dnsmasq and nft admit is what was declared, for every policy", () => {
  fc.assert(
    fc.property(policy(), (input) => {
      expect(admitted(renderBundle(input).text)).toEqual(declared(input));
    }),
  );
});

test("no name leads to a private address, nor to the engine's host by its public ones", () => {
  fc.assert(
    fc.property(policy(), (input) => {
      expect(closed(renderBundle(input).text)).toEqual([...PRIVATE_RANGES, ...input.hostAddresses]);
    }),
  );
});

test("in profile web a bundle says so in every file that matters", () => {
  const before = renderBundle(acme).text.split("\n");
  const web = renderBundle({ ...acme, web: true }).text.split("\n");
  expect(web.filter((line) => !before.includes(line))).toMatchSnapshot();
});

test("the order of a policy does not matter", () => {
  fc.assert(
    fc.property(policy(), (input) => {
      const turned = {
        ...input,
        destinations: [...input.destinations].reverse(),
        endpoints: [...input.endpoints].reverse(),
        inbound: [...input.inbound].reverse(),
        resolvers: [...input.resolvers].reverse(),
      };
      expect(renderBundle(turned)).toEqual(renderBundle(input));
    }),
  );
});

test("one more host is one more line in the map and one in the resolver's names, and nothing else", () => {
  fc.assert(
    fc.property(policy(), host(), (input, name) => {
      fc.pre(input.destinations.every((other) => other.host !== name));
      const before = renderBundle(input).text.split("\n");
      const after = renderBundle({ ...input, destinations: [...input.destinations, line(name)] }).text.split("\n");
      const added = after.filter((text) => text.split(" ").includes(name));
      expect(added).toHaveLength(2);
      expect(after.filter((text) => !added.includes(text))).toEqual(before);
    }),
  );
});

test("a name keeps its address when others come and go, unless two want the same", () => {
  const addressesOf = (names: string[]) =>
    planVips({ destinations: names.map((name) => line(name, [22])), grants: [], endpoints: [], addresses }).own;
  fc.assert(
    fc.property(fc.uniqueArray(host(), { minLength: 1, maxLength: 30 }), host(), (names, more) => {
      fc.pre(!names.includes(more));
      const alone = addressesOf([more]).get(more);
      const before = addressesOf(names);
      fc.pre(![...before.values()].includes(alone!));
      const after = addressesOf([...names, more]);
      for (const name of names) expect(after.get(name)).toBe(before.get(name));
    }),
  );
});

test("names with an address of their own never share it, up to the last address", () => {
  const names = Array.from({ length: MAX_OWN_ADDRESSES }, (_, i) => `h${i}.example.org`);
  const input = { destinations: names.map((name) => line(name, [22])), grants: [], endpoints: [], addresses };
  const { own, shared } = planVips(input);
  expect(ownNames(input)).toHaveLength(MAX_OWN_ADDRESSES);
  expect(new Set([...own.values(), shared]).size).toBe(MAX_OWN_ADDRESSES + 1);
  const last = [...own.values(), shared].map((address) => Number(address.split(".")[3]));
  expect(Math.min(...last)).toBe(129);
  expect(Math.max(...last)).toBe(254);
  expect(() => planVips({ ...input, destinations: [...input.destinations, line("more.example.org", [22])] })).toThrow();
});

test("no input can write a line of its own: it is a policy, or it is refused", () => {
  const evil = fc
    .tuple(
      fc.string(),
      fc.constantFrom("\n", "\r", "\0", "\u2028", " ", "#", '"', "'", "\\", "%", "{", ";"),
      fc.string(),
    )
    .map((parts) => parts.join(""));
  const places: ((text: string) => GatewayInput)[] = [
    (text) => ({ ...acme, client: text }),
    (text) => ({ ...acme, destinations: [line(text)] }),
    (text) => ({ ...acme, destinations: [line(text, [443], true)] }),
    (text) => ({ ...acme, destinations: [{ ...line("a.example"), origin: text }] }),
    (text) => ({ ...acme, endpoints: [{ name: text, address: "10.1.1.1", port: 1, origin: "client" }] }),
    (text) => ({ ...acme, endpoints: [{ name: "a", address: text, port: 1, origin: "client" }] }),
    (text) => ({ ...acme, resolvers: [text] }),
    (text) => ({ ...acme, hostAddresses: [text] }),
    (text) => ({ ...acme, addresses: { ...addresses, agent: text } }),
    (text) => ({ ...acme, addresses: { ...addresses, vips: text } }),
  ];
  fc.assert(
    fc.property(evil, fc.constantFrom(...places), (text, place) => {
      const tame = renderBundle(place === places[3] ? place("client") : acme).text;
      let written: string;
      try {
        written = renderBundle(place(text)).text;
      } catch {
        return;
      }
      // Only a comment takes free text, and stays one.
      expect(place).toBe(places[3]);
      expect(written.split("\n").length).toBe(tame.split("\n").length);
      expect(written).toMatch(/^[\n -~]*$/);
    }),
  );
});

test("an exact name below a wildcard has the ports of both lines", () => {
  const text = renderBundle({
    ...acme,
    destinations: [line("a.example.org", [8443]), line("example.org", [443], true)],
  }).text;
  expect(admitted(text)).toContain("a.example.org:8443");
  expect(admitted(text)).toContain("a.example.org:443");
  expect(admitted(text)).not.toContain("a.example.org:80");
});

test("a name with a declared address is judged as a public one, and led there alone: no wildcard over it adds a port, no name beside it reaches the machine", () => {
  const endpoint = (name: string, address: string, port: number) => ({ name, address, port, origin: "client" });
  const input = {
    ...acme,
    endpoints: [
      ...[443, 22].map((port) => endpoint("git.acme.internal", "10.1.2.3", port)),
      endpoint("wiki.acme.internal", "10.1.2.3", 443),
      endpoint("db.acme.example", "10.1.2.4", 5432),
    ],
  };
  const files = sections(renderBundle(input).text);
  const { shared, own } = planVips(input);
  // 443 alone needs no address of its own; the wildcard over db.acme.example opens neither 80 nor 443 of it.
  expect(files["names.map"]).toEqual(
    expect.arrayContaining([
      `git.acme.internal ${own.get("git.acme.internal")}:443:10.1.2.3`,
      `wiki.acme.internal ${shared}:443:10.1.2.3`,
      `db.acme.example ${own.get("db.acme.example")}::10.1.2.4`,
    ]),
  );
  expect(files["lan.map"]).toEqual([
    `${own.get("db.acme.example")}:5432 10.1.2.4:5432:db.acme.example`,
    `${own.get("git.acme.internal")}:22 10.1.2.3:22:git.acme.internal`,
  ]);
  const out = files["rules.nft"]!.filter((text) => text.includes("10.1.2.")).map((text) => text.trim());
  expect(out).toEqual([
    "oifname $outer meta skuid gw-proxy ip daddr 10.1.2.4 tcp dport 5432 accept # db.acme.example",
    "oifname $outer meta skuid gw-proxy ip daddr 10.1.2.3 tcp dport 22 accept # git.acme.internal",
    "oifname $outer meta skuid gw-proxy ip daddr 10.1.2.3 tcp dport 443 accept # git.acme.internal",
    "oifname $outer meta skuid gw-proxy ip daddr 10.1.2.3 tcp dport 443 accept # wiki.acme.internal",
  ]);
});

test("a name has one place: two addresses, or an address and the DNS, are no policy", () => {
  const at = (address: string) => ({ name: "git.acme.example", address, port: 443, origin: "client" });
  expect(() => renderBundle({ ...acme, endpoints: [at("10.1.2.3")] })).toThrow("declared twice");
  expect(() => renderBundle({ ...acme, destinations: [], endpoints: [at("10.1.2.3"), at("10.1.2.4")] })).toThrow(
    "two addresses",
  );
});

test("a wildcard with a port that carries no name is refused", () => {
  expect(() => renderBundle({ ...acme, destinations: [line("acme.example", [22], true)] })).toThrow(
    "besides 80 and 443",
  );
});

test("without declared resolvers the engine's own is asked, and nobody else", () => {
  const files = sections(renderBundle({ ...acme, resolvers: [] }).text);
  expect(files["resolver.conf"]).toContain("resolv-file=/etc/resolv.conf");
  expect(files["resolver.conf"]!.join()).not.toContain("server=");
  expect(files["rules.nft"]!.filter((text) => text.includes("dport 53"))).toHaveLength(3);
});

test("a domain's own resolvers are asked for its names, and for every other name those that there are without them", () => {
  const zones = ["10.1.0.53", "10.1.0.54"].map((server) => ({ domain: "corp.example", server }));
  const both = sections(renderBundle({ ...acme, resolvers: ["10.0.0.53", ...zones] }).text);
  expect(both["resolver.conf"]).toEqual(
    expect.arrayContaining([
      "no-resolv",
      "server=10.0.0.53",
      ...zones.map((of) => `server=/corp.example/${of.server}`),
    ]),
  );
  expect(both["rules.nft"]!.join()).toContain("elements = { 10.0.0.53, 10.1.0.53, 10.1.0.54 }");
  const alone = sections(renderBundle({ ...acme, resolvers: zones }).text);
  expect(alone["resolver.conf"]).toContain("resolv-file=/etc/resolv.conf");
  expect(alone["rules.nft"]!.filter((text) => text.includes("the engine's resolver"))).toHaveLength(1);
  // The agent's resolver has no upstream of any kind.
  expect(both["dnsmasq.conf"]!.filter((text) => text.startsWith("server="))).toEqual([]);
});

test("behind a company's proxy nothing leaves but to it and to endpoints, and no question does", () => {
  const upstreamProxy = { address: "10.1.2.9", port: 3128 };
  const files = sections(renderBundle({ ...acme, upstreamProxy }).text);
  const out = files["rules.nft"]!.filter((text) => text.includes("oifname $outer") && text.includes("accept"));
  expect(out.map((text) => text.trim())).toEqual([
    // The set of resolvers is empty.
    expect.stringContaining("skuid gw-resolve ip daddr @resolvers"),
    "oifname $outer meta skuid gw-dial ip daddr 10.1.2.9 tcp dport 3128 accept # the company's proxy",
    "oifname $outer meta skuid gw-proxy ip daddr 10.208.1.1 tcp dport 5432 accept # host",
    "oifname $outer meta skuid gw-proxy ip daddr 192.168.1.20 tcp dport 11434 accept # ollama",
  ]);
  expect(files["rules.nft"]!.join()).not.toContain("elements = { 10.0.0.53");
  expect(files["resolver.conf"]!.filter((text) => /^(server|resolv-file)=/.test(text))).toEqual([]);
  expect(files["haproxy.cfg"]!.join()).not.toContain("do-resolve");
  expect(() => renderBundle({ ...acme, web: true, upstreamProxy })).toThrow("profile web is behind a proxy");
});

test("the canary sends to everybody and to the groups that machines listen to", () => {
  expect(planDatagrams(addresses)).toMatchSnapshot();
});

test("the canary tries only what must be shut, and one name that must be open", () => {
  const probes = planProbes(acme);
  expect(probes).toMatchSnapshot();
  expect(planProbes({ ...acme, destinations: [] }).filter((probe) => !probe.startsWith("shut "))).toEqual([]);
  const wild = planProbes({
    ...acme,
    destinations: [line("invalid", [443], true)].map((d) => ({ ...d, host: "x.invalid" })),
  });
  expect(wild.join()).toContain("unlisted.invalid");
  const web = planProbes({ ...acme, web: true });
  expect(web.filter((probe) => !probes.includes(probe))).toEqual([
    `shut dns ${addresses.gateway} metadata.google.internal`,
    "shut name 10.208.0.129 ipv4only.arpa",
  ]);
  expect(probes.filter((probe) => !web.includes(probe))).toEqual([]);
});
