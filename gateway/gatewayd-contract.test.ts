import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditLine, parseAuditLine } from "./audit-line.ts";
import { GO_CONTRACT, renderGoContract } from "./gatewayd-contract.ts";

const ROOT = join(__dirname, "..");

test("gatewayd has the contract as it is (DOCS=write writes it)", () => {
  const file = join(ROOT, GO_CONTRACT);
  if (process.env.DOCS === "write") writeFileSync(file, renderGoContract());
  expect(readFileSync(file, "utf8")).toBe(renderGoContract());
});

/** What gatewayd writes of what it was given: its own test (audit/line_test.go) holds it to the same corpus. */
const corpus: { given: Partial<AuditLine>; line: string }[] = JSON.parse(
  readFileSync(join(ROOT, "images/gateway/gatewayd/audit/testdata/lines.json"), "utf8"),
);

test.each(corpus)("a line of gatewayd's is one of the audit's: $given.kind $given.reason", ({ given, line }) => {
  expect(parseAuditLine(line)).toEqual({
    ...{ time: "2026-11-29T09:05:06.007Z", name: "", address: "", port: 0, up: 0, down: 0, ms: 0 },
    ...given,
  });
});
