import fc from "fast-check";
import type { Agent } from "../../model/agent.ts";
import { planEgress } from "../../model/egress.ts";
import type { Service } from "../../model/service.ts";
import { parseSpec } from "../../model/spec/spec.ts";

const service = (name: string, ...hosts: string[]): Service => ({
  name,
  description: name,
  hosts: hosts.map((host) => ({ host, ports: [443], why: "test", source: "test", seen: "2026-11-21" })),
});
const services = [
  service("forge", "forge.example", "*.forge.example"),
  service("model", "api.model.example"),
  service("spy", "spy.model.example"),
];
const catalogue = { services, serviceNames: services.map(({ name }) => name) };
const agents = [{ name: "bot", services: { api: ["model"], login: [], telemetry: ["spy"] } }] as unknown as Agent[];

const plan = (egress: unknown, profile = "standard") =>
  planEgress(parseSpec({ workspace: "/w", profile, egress }).spec!, agents, catalogue, "10.208.1.1");
const lines = (egress: unknown) =>
  plan(egress).policy.destinations.map(
    ({ host, subdomains, ports, origin }) => `${subdomains ? "*." : ""}${host} ${ports} (${origin})`,
  );

test("an agent gets its own services and nothing else: its telemetry stays shut", () => {
  expect(lines({})).toEqual(["api.model.example 443 (agent bot)"]);
});

test("services, names and names with ports come together, each with its origins", () => {
  expect(
    lines({ allow: ["forge", "docs.example.com", { host: "forge.example", ports: [22] }, "*.cdn.example.com"] }),
  ).toEqual([
    "api.model.example 443 (agent bot)",
    "*.cdn.example.com 80,443 (client)",
    "docs.example.com 80,443 (client)",
    "forge.example 22,443 (client, service forge)",
    "*.forge.example 443 (service forge)",
  ]);
});

test("the order of lines never matters", () => {
  const names = [
    "forge",
    "a.example.com",
    "*.a.example.com",
    "b.example.com",
    { host: "a.example.com", ports: [8443] },
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (allow) => {
      expect(plan({ allow }).policy).toEqual(plan({ allow: names }).policy);
    }),
  );
});

test.each([
  ["gihub", /is not a service or a host name.*Services: forge, model, spy/],
  ["forg", /Did you mean "forge"\?/],
  ["10.0.0.1", /is an address, not a name/],
  ["2001:db8::1", /is an address, not a name/],
  ["Docs.example.com", /write "docs.example.com"/],
  ["a.*.example.com", /only a leading/],
  ["https://example.com", /write the name alone/],
  ["example.com:8443", /write the name alone/],
  ["*.com", /not a service or a host name|is not a host name/],
  [{ host: "*.example.com", ports: [22] }, /wildcard, which cannot open port 22/],
])("%j is refused, with the fix", (item, message) => {
  expect(plan({ allow: [item] }).problems[0]?.message).toMatch(message);
});

test("offline opens nothing, and says so where something is listed", () => {
  const { policy, problems } = plan({ allow: ["forge"], lan: { db: "192.168.1.2:5432" } }, "offline");
  expect(policy).toEqual({ destinations: [], endpoints: [] });
  expect(problems.map(({ path }) => path)).toEqual(["egress.allow", "egress.lan"]);
});

test("endpoints have names; ports of the host are reached as host", () => {
  expect(plan({ lan: { ollama: "192.168.1.20:11434" }, host: [5432, 5432] }).policy.endpoints).toEqual([
    { name: "host", address: "10.208.1.1", port: 5432, origin: "client" },
    { name: "ollama", address: "192.168.1.20", port: 11434, origin: "client" },
  ]);
});
