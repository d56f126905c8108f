import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileJsonSchema } from "./json-schema.ts";
import { renderReference } from "./reference.ts";

test.each([
  ["reference.md", renderReference],
  ["stack-file.schema.json", () => `${JSON.stringify(stackFileJsonSchema(), null, 2)}\n`],
])("docs/%s says what the schema says (DOCS=write writes it)", (name, render) => {
  const file = join(import.meta.dirname, "../docs", name);
  if (process.env.DOCS === "write") writeFileSync(file, render());
  expect(readFileSync(file, "utf8")).toBe(render());
});

test("every key has a line of its own that says what it is", () => {
  expect(renderReference()).not.toMatch(/\| {2}\|$|see below|^Value: \.|\n\n\n/m);
});
