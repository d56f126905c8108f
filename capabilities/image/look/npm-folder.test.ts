import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NpmFolder } from "../image.ts";
import { readNpmFolder } from "./npm-folder.ts";

const root = mkdtempSync(join(tmpdir(), "agent-sandbox-npm-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MANIFEST = { name: "agent-bot", version: "0.0.0", dependencies: { "@acme/bot": "1.2.3" } };
const packages = (version: string, more: object = {}) => ({
  packages: {
    "": MANIFEST,
    "node_modules/@acme/bot": { version, integrity: version },
    "node_modules/@acme/bot/node_modules/left": { version, integrity: version },
    ...more,
  },
});

function read(files: Record<string, object | string>): NpmFolder {
  const folder = join(root, "images/agents/bot");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return readNpmFolder(root, "images/agents/bot");
}

const was = read({ "package.json": MANIFEST, "package-lock.json": packages("1.2.3") });

test("a new version is another content of the same makers, and so is what it needs newly from the registry", () => {
  const raised = read({
    "package.json": { ...MANIFEST, dependencies: { "@acme/bot": "1.3.0" } },
    "package-lock.json": packages("1.3.0", { "node_modules/right": { version: "2.0.0", integrity: "x" } }),
  });
  expect(raised.makers).toEqual(was.makers);
  expect(raised.hash).not.toBe(was.hash);
});

const at = (version: string, resolved: string) =>
  packages("1.3.0", { "node_modules/@acme/bot": { version, integrity: version, resolved } });

test("where a lock names addresses, the registry is what is told of them", () => {
  const from = (version: string) =>
    read({
      "package.json": MANIFEST,
      "package-lock.json": at(version, `https://registry.example/@acme/bot/-/bot-${version}.tgz`),
    }).makers;
  expect(from("1.3.0")).toEqual(from("1.2.3"));
  expect(from("1.3.0")).toContain("from https://registry.example");
});

test.each<[string, Record<string, object | string>]>([
  ["another dependency", { "package.json": { ...MANIFEST, dependencies: { "@acme/bot": "1.3.0", evil: "6.6.6" } } }],
  [
    "one from elsewhere",
    { "package.json": { ...MANIFEST, dependencies: { "@acme/bot": "git+ssh://evil.example/x" } } },
  ],
  ["one by another name", { "package.json": { ...MANIFEST, dependencies: { "@acme/bot": "npm:evil@6.6.6" } } }],
  ["overrides", { "package.json": { ...MANIFEST, overrides: { left: "npm:evil@6.6.6" } } }],
  ["a script", { "package.json": { ...MANIFEST, scripts: { preinstall: "x" } } }],
  ["settings of npm", { ".npmrc": "registry=https://evil.example" }],
  ["no JSON", { "package.json": "{" }],
  ["a lock without packages", { "package-lock.json": { packages: [] } }],
  [
    "a locked package under another name",
    { "package-lock.json": packages("1.3.0", { "node_modules/left": { name: "evil" } }) },
  ],
  ["a link", { "package-lock.json": packages("1.3.0", { "node_modules/left": { link: true } }) }],
  ["a package that lies elsewhere", { "package-lock.json": packages("1.3.0", { "../evil": { version: "1.3.0" } }) }],
  ["another registry", { "package-lock.json": at("1.3.0", "https://evil.example/@acme/bot/-/bot-1.3.0.tgz") }],
  [
    "another package of a registry",
    { "package-lock.json": at("1.3.0", "https://registry.example/evil/-/evil-1.3.0.tgz") },
  ],
])("%s is another maker, whatever the version", (_, files) => {
  const found = read({ "package.json": MANIFEST, "package-lock.json": packages("1.3.0"), ...files });
  expect(found.makers).not.toEqual(was.makers);
});
