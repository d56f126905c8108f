import fc from "fast-check";
import type { EgressPolicy } from "../../capabilities/egress/egress.ts";
import { admits } from "../../gateway/admission.ts";
import type { AuditLine } from "../../gateway/audit-line.ts";
import { admissionOf, judgeTraffic } from "./traffic.ts";

const destination = (text: string, ...ports: number[]) => ({
  ...{ host: text.replace(/^\*\./, ""), subdomains: text.startsWith("*."), origin: "client" },
  ports: ports.length > 0 ? ports : [80, 443],
});
const policy = (...destinations: ReturnType<typeof destination>[]): EgressPolicy => ({
  destinations,
  grants: [],
  endpoints: [
    { name: "host", address: "host", port: 5432, origin: "client" },
    { name: "ollama", address: "192.168.1.20", port: 11434, origin: "client" },
  ],
  web: false,
});
const line = (more: Partial<AuditLine>): AuditLine => ({
  ...{ time: "2026-11-27T10:00:00Z", client: "acme", kind: "tls", name: "a.example", address: "", port: 443 },
  ...{ verdict: "allow", reason: "allowed", up: 0, down: 0, ms: 0 },
  ...more,
});
const SINCE = Date.parse("2026-11-21T00:00:00Z");
const OPEN = policy(destination("a.example"), destination("*.b.example", 443), destination("git.example", 22));

test("what would be refused is counted by name, and what nobody used is named", () => {
  const lines = [
    line({ time: "2026-11-20T10:00:00Z", name: "old.example" }),
    line({ name: "gone.example" }),
    line({ name: "gone.example", reason: "unreachable" }),
    line({ name: "a.example" }),
    line({ name: "x.b.example", kind: "http", port: 80 }),
    line({ name: "x.b.example" }),
    line({ kind: "lan", name: "host", port: 5432 }),
    line({ kind: "inbound", name: "agent", port: 8080 }),
    line({ kind: "inbound", name: "agent", port: 9090 }),
    line({ name: "evil.example", verdict: "deny", reason: "domain" }),
    line({ name: "probed.example", probe: true }),
    line({ kind: "dns", name: "evil.example", verdict: "deny", port: 53 }),
  ];
  expect(judgeTraffic(lines, OPEN, [{ port: 8080, to: 8080 }], SINCE)).toEqual({
    since: "2026-11-21T00:00:00.000Z",
    connections: 8,
    untold: 0,
    refused: [
      { name: "gone.example:443", count: 2 },
      { name: "port 9090 of the agent", count: 1 },
      { name: "x.b.example:80", count: 1 },
    ],
    unused: ["git.example", "ollama:11434"],
  });
});

test("what the audit does not tell singly is told as unknown, and how far back it reaches", () => {
  const lines = [
    line({ name: "", reason: "left-out", count: 40 }),
    line({ kind: "gateway", name: "", verdict: "deny", reason: "audit-lost", count: 2 }),
    line({ name: "", reason: "left-out", verdict: "deny", count: 7 }),
  ];
  expect(judgeTraffic(lines, OPEN, [], SINCE)).toMatchObject({
    connections: 0,
    untold: 42,
    reaches: "2026-11-27T10:00:00Z",
    refused: [],
  });
});

test("profile web lets any public name through, and is no line that somebody could leave out", () => {
  const web = { ...policy(), web: true };
  expect(judgeTraffic([line({ name: "any.example" })], web, [], SINCE)).toMatchObject({ refused: [] });
  expect(judgeTraffic([], web, [], SINCE).unused).toEqual(["host:5432", "ollama:11434"]);
});

test("a policy admits by an exact name before a wildcard, and refuses a name below another's end", () => {
  const admission = admissionOf(
    policy(destination("a.b.example", 443), destination("*.b.example", 80, 443), destination("*.c.b.example", 443)),
  );
  const by = (name: string, port = 443) => admits(admission, { kind: port === 80 ? "http" : "tls", name, port });
  // An exact name has the ports of the wildcards over it, too.
  expect([by("a.b.example"), by("a.b.example", 80)]).toEqual(["a.b.example", "a.b.example"]);
  expect([by("x.b.example"), by("x.c.b.example"), by("x.c.b.example", 80)]).toEqual([
    "*.b.example",
    "*.c.b.example",
    "*.c.b.example",
  ]);
  expect([by("b.example"), by("xb.example"), by("b.example.evil"), by("")]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("whatever is admitted is a line of the policy, and a policy of nothing admits nothing", () => {
  const name = fc.constantFrom(
    "a.example",
    "b.example",
    "x.b.example",
    "y.x.b.example",
    "git.example",
    "other.example",
  );
  const port = fc.constantFrom(22, 80, 443);
  fc.assert(
    fc.property(fc.subarray([...OPEN.destinations]), name, port, (destinations, name, port) => {
      const kind = port === 443 ? "tls" : port === 80 ? "http" : "tcp";
      const by = admits(admissionOf({ destinations, grants: [], endpoints: [], web: false }), { kind, name, port });
      const lines = destinations.map(({ host, subdomains }) => `${subdomains ? "*." : ""}${host}`);
      if (by !== undefined) expect(lines).toContain(by);
      else
        expect(destinations.some((one) => !one.subdomains && one.host === name && one.ports.includes(port))).toBe(
          false,
        );
    }),
  );
});
