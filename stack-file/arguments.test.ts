import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderArguments } from "./arguments.ts";

const FILE = join(__dirname, "../agent-sandbox-args.ts");

test("the arguments of a program are the keys of a stack file, with their docs (DOCS=write writes them)", () => {
  const rendered = renderArguments();
  if (process.env.DOCS === "write") writeFileSync(FILE, rendered);
  expect(readFileSync(FILE, "utf8")).toBe(rendered);
  expect(rendered).toContain("  workspace: Said");
  expect(rendered).toContain("  agents?: Said");
});
