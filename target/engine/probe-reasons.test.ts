import type { AuditLine } from "../../gateway/audit-line.ts";
import type { Verdict } from "../../plan/proof/judge.ts";
import { reasonsOf } from "./probe-reasons.ts";

const line = (of: Partial<AuditLine>) =>
  JSON.stringify({
    ...{ time: "2026-11-29T06:00:10.000Z", client: "acme", kind: "tls", name: "a.test", address: "", port: 443 },
    ...{ verdict: "deny", reason: "no-dns", up: 0, down: 0, ms: 1, probe: true, ...of },
  });
const down: Verdict = { verdict: "down", what: "open tls 10.0.0.2 a.test" };
const of = (...lines: string[]) => reasonsOf([down], ["2026-11-29T06:00:12Z", ...lines, ""].join("\n"), 5000)[0]?.why;

test("a way out that gave no answer gets the reason of the line that this proof's probe caused", () => {
  expect(of(line({}))).toBe("no-dns");
  expect(of(line({}), line({ reason: "private-address" }))).toBe("private-address");
});

test("where the gateway dialled is told of what did not answer: a company's proxy has another address than the name", () => {
  const printed = (more: Partial<AuditLine>) => `2026-11-29T06:00:12Z\n${line(more)}\n`;
  expect(reasonsOf([down], printed({ reason: "unreachable", address: "10.77.0.4" }), 5000)).toEqual([
    { ...down, why: "unreachable", dialled: "10.77.0.4" },
  ]);
  expect(reasonsOf([down], printed({ address: "10.77.0.4" }), 5000)).toEqual([{ ...down, why: "no-dns" }]);
});

test.each<[string, string]>([
  ["the agent's own line", line({ probe: undefined as never })],
  ["a line of an earlier proof", line({ time: "2026-11-29T06:00:05.000Z" })],
  ["another name's line", line({ name: "b.test" })],
  ["another kind's line", line({ kind: "http", port: 80 })],
  ["what is cut off", line({}).slice(0, -5)],
])("%s gives it none", (_what, text) => {
  expect(of(text)).toBeUndefined();
});

test("what holds gets no reason, and an answer that cannot be read changes nothing", () => {
  const ok: Verdict = { verdict: "ok", what: "open tls 10.0.0.2 a.test" };
  expect(reasonsOf([ok], `2026-11-29T06:00:12Z\n${line({})}`, 5000)).toEqual([ok]);
  expect(reasonsOf([down], "tail: no such file", 5000)).toEqual([down]);
});
