import type { Service } from "../../capabilities/egress/service.ts";
import type { AuditLine } from "../../gateway/audit-line.ts";
import { suggestLines } from "./suggest.ts";
import { admissionOf } from "./traffic.ts";

const service = (name: string, ...hosts: string[]): Service => ({
  ...{ name, description: name },
  hosts: hosts.map((host) => ({ host, ports: [443], why: "x", source: "x", seen: "2026-11-21" })),
});
const SERVICES = [
  service("big", "a.example", "b.example", "c.example", "d.example"),
  service("small", "a.example", "b.example"),
  service("wild", "*.wild.example"),
];
const line = (more: Partial<AuditLine>): AuditLine => ({
  ...{ time: "2026-11-27T10:00:00Z", client: "acme", kind: "dns", name: "a.example", address: "", port: 53 },
  ...{ verdict: "deny", reason: "domain", up: 0, down: 0, ms: 0 },
  ...more,
});
const ADMITTED = admissionOf({
  destinations: [{ host: "open.example", subdomains: false, ports: [80, 443], origin: "client" }],
  grants: [],
  endpoints: [],
  web: false,
});
const suggest = (...lines: AuditLine[]) =>
  suggestLines(lines, ADMITTED, SERVICES, (domain) => (domain === "shared.example" ? "object store" : undefined));
const items = (...lines: AuditLine[]) => suggest(...lines).suggestions.map(({ item }) => item);

test("names that a service has become that service, the one that opens least besides", () => {
  expect(
    items(line({}), line({ name: "b.example" }), line({ name: "x.wild.example" }), line({ name: "own.example" })),
  ).toEqual(["small", "wild", { host: "own.example", ports: [443] }]);
  expect(items(line({}), line({ name: "d.example" }))).toEqual(["big"]);
  // It does not have that port.
  expect(items(line({ kind: "http", port: 80 }))).toEqual([{ host: "a.example", ports: [80] }]);
});

test("a vendor's own service comes before an agent's login that has the same name", () => {
  const both = [service("an-agent-login", "github.com"), service("github", "github.com", "api.github.com")];
  const refused = (name: string) => line({ kind: "tls", name, port: 443 });
  const proposed = (...names: string[]) =>
    suggestLines(names.map(refused), ADMITTED, both, () => undefined).suggestions.map(({ item }) => item);
  expect(proposed("github.com")).toEqual(["github"]);
  expect(proposed("github.com", "api.github.com")).toEqual(["github"]);
});

test("a line opens the ports that were wanted, and 443 where nobody said one", () => {
  expect(items(line({ name: "n.example" }))).toEqual([{ host: "n.example", ports: [443] }]);
  expect(
    items(
      line({ name: "n.example" }),
      line({ kind: "http", name: "n.example", port: 80 }),
      line({ kind: "tls", name: "N.example.", port: 443 }),
    ),
  ).toEqual([{ host: "n.example", ports: [80, 443] }]);
  expect(items(line({ kind: "request", name: "git.example", port: 22, verdict: "asked", reason: "to push" }))).toEqual([
    { host: "git.example", ports: [22] },
  ]);
});

test("what is open, was tried by this product, or was refused for another reason, is no wish", () => {
  expect(
    items(
      line({ name: "open.example" }),
      line({ name: "probed.example", probe: true }),
      line({ name: "moved.example", kind: "tls", port: 443, reason: "private-address" }),
      line({ name: "fine.example", kind: "tls", port: 443, verdict: "allow", reason: "allowed" }),
      line({ kind: "kernel", name: "", reason: "closed" }),
    ),
  ).toEqual([]);
});

test("what the agent asks for comes first, with each of its reasons once", () => {
  const asked = (reason: string) => line({ kind: "request", name: "asked.example", port: 0, verdict: "asked", reason });
  const { suggestions } = suggest(
    line({ name: "often.example", count: 90 }),
    asked("for x"),
    asked("for x"),
    asked("for y"),
  );
  expect(suggestions.map(({ wishes }) => wishes)).toEqual([
    [{ name: "asked.example", ports: [], refused: 0, reasons: ["for x", "for y"] }],
    [{ name: "often.example", ports: [], refused: 90, reasons: [] }],
  ]);
});

test("no name is proposed that no line can open, and none that is no name", () => {
  const asked = (name: string, port = 0) => line({ kind: "request", name, port, verdict: "asked", reason: "" });
  const { suggestions, never } = suggest(
    ...[asked("*.shared.example"), asked("*.x.example", 22), asked("db.local"), asked("*")],
    ...[asked("<b>x</b>.example"), asked("10.0.0.1"), line({ name: "a\nb.example" }), line({ name: "" })],
  );
  expect(suggestions).toEqual([]);
  expect(never.map(({ name }) => name).sort()).toEqual(["*.shared.example", "*.x.example", "db.local"]);
});

test("a word that the agent asks for is told: no name of the DNS, but maybe a machine of the LAN or a helper", () => {
  const asked = (name: string) => line({ kind: "request", name, port: 0, verdict: "asked", reason: "tests" });
  const { suggestions, words } = suggest(
    ...[asked("postgres"), asked("postgres"), asked("a.example"), asked("<b>"), asked("Two words")],
    line({ name: "refused" }),
  );
  expect(words).toEqual(["postgres"]);
  expect(suggestions.map(({ item }) => item)).not.toContain("postgres");
});

test("an agent that asks for a thousand names has twenty of them read, the most wanted", () => {
  const { suggestions, more } = suggest(
    ...Array.from({ length: 1000 }, (_, index) => line({ name: `n${index}.example` })),
    line({ name: "wanted.example", count: 5 }),
  );
  expect(suggestions).toHaveLength(20);
  expect(suggestions[0]?.item).toEqual({ host: "wanted.example", ports: [443] });
  expect(more).toBe(981);
});
