import { refuseAddress } from "../../capabilities/egress/endpoint.ts";
import type { AuditLine } from "../../gateway/audit-line.ts";
import { describeInward, inwardNames } from "./inward.ts";

const refused = (name: string, address: string, more: Partial<AuditLine> = {}): AuditLine => ({
  ...{ time: "2026-11-29T10:00:00Z", client: "acme", kind: "tls", name, address, port: 443 },
  ...{ verdict: "deny", reason: "private-address", up: 0, down: 0, ms: 0 },
  ...more,
});
const found = (...lines: AuditLine[]) =>
  inwardNames(lines, ["declared.example"], (address) => refuseAddress(address, "10.208.0.0/12"));

test("a name that leads to a machine of a private network is told once, with the line that declares it", () => {
  const lines = [refused("git.corp.example", "10.1.2.3"), refused("git.corp.example", "10.1.2.3", { port: 80 })];
  expect(found(...lines)).toEqual([{ name: "git.corp.example", address: "10.1.2.3" }]);
  expect(found(...lines).map(describeInward)).toEqual([
    "git.corp.example leads to 10.1.2.3, in a private network. Where that machine is meant, declare it, egress.lan: {git.corp.example: 10.1.2.3}, in the place of its line in egress.allow. Where it is not, the name's owner pointed it there: take the line out",
  ]);
});

test.each([
  ["is declared", refused("declared.example", "10.1.2.3")],
  ["was let through", refused("a.example", "10.1.2.3", { verdict: "allow", reason: "allowed" })],
  ["was tried by this product", refused("a.example", "10.1.2.3", { probe: true })],
  ["was refused for another reason", refused("a.example", "10.1.2.3", { reason: "domain" })],
  ["is no name", refused("a\\x0ab.example", "10.1.2.3")],
  ["leads to no machine of a LAN: a sandbox", refused("a.example", "10.208.1.2")],
  ["leads to where clouds keep credentials", refused("a.example", "169.254.169.254")],
  ["leads to loopback", refused("a.example", "127.0.0.1")],
])("no line is told of one that %s", (_what, line) => {
  expect(found(line)).toEqual([]);
});

test("of a thousand, five", () => {
  expect(found(...Array.from({ length: 1000 }, (_, n) => refused(`n${n}.example`, "10.1.2.3")))).toHaveLength(5);
});
