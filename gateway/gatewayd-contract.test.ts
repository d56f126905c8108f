import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GO_CONTRACT, renderGoContract } from "./gatewayd-contract.ts";

test("gatewayd has the contract as it is (DOCS=write writes it)", () => {
  const file = join(__dirname, "..", GO_CONTRACT);
  if (process.env.DOCS === "write") writeFileSync(file, renderGoContract());
  expect(readFileSync(file, "utf8")).toBe(renderGoContract());
});
