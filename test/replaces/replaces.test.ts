import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { specJsonSchema } from "../../stack-file/json-schema.ts";
import { CHANGES, renderReplaces } from "./table.ts";

const FILE = join(import.meta.dirname, "../../docs/replaces.md");

test("docs/replaces.md says what the plans say (DOCS=write writes it)", async () => {
  const rendered = await renderReplaces();
  if (process.env.DOCS === "write") writeFileSync(FILE, rendered);
  expect(readFileSync(FILE, "utf8")).toBe(rendered);
});

test("every key of a stack file has a row", () => {
  const keys = Object.entries(specJsonSchema().properties ?? {}).flatMap(([key, schema]) => {
    const below = typeof schema === "object" ? Object.keys(schema.properties ?? {}) : [];
    return below.length > 0 ? below.map((one) => `${key}.${one}`) : [key];
  });
  expect([...new Set(CHANGES.map(({ key }) => key))].sort()).toEqual(keys.sort());
});
