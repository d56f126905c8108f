import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Facts } from "../../plan/facts.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import type { DeliveredFile } from "../delivered.ts";
import { tellAsking } from "./asking.ts";
import { surveyAsking } from "./look.ts";

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), "asking-")));
});
afterEach(() => rmSync(workspace, { recursive: true }));

const put = (file: string, text: string) => {
  mkdirSync(join(workspace, dirname(file)), { recursive: true });
  writeFileSync(join(workspace, file), text);
};

/** What a preview says, where these names are variables of the sandbox. */
const told = (config: Record<string, unknown> = {}, given: string[] = [], masks: Facts["masks"] = []) => {
  const { spec } = parseSpec({ workspace, ...config });
  const files = given.map(
    (name): DeliveredFile => ({ ...{ role: "variable", reader: "_all", name, source: { text: "" }, key: "" } }),
  );
  return tellAsking({ spec: spec!, files }, { masks, asking: surveyAsking(workspace) } as unknown as Facts).map(
    ({ path, message }) => `${path}: ${message}`,
  );
};

test.each([
  [
    ".npmrc",
    `//registry.acme.example/:_authToken=\${NPM_TOKEN}\n# \${OLD_TOKEN}\nx=\${A-}\${B?}\\\${C_TOKEN}\n`,
    "NPM_TOKEN",
  ],
  [".yarnrc.yml", `npmAuthToken: "\${NPM_TOKEN}"\nother: "\${B:-x}"\n`, "NPM_TOKEN"],
  ["pnpm-workspace.yaml", `x: \${NPM_TOKEN}\n`, "NPM_TOKEN"],
  ["bunfig.toml", '[install.scopes]\nacme = { token = "$NPM_TOKEN", url = "$$X" }\n', "NPM_TOKEN"],
  ["requirements.txt", `--index-url https://ci:\${PIP_TOKEN}@pip.acme.example/simple\n\${lower}\n`, "PIP_TOKEN"],
  ["settings.xml", `<password>\${env.MAVEN_TOKEN}</password> \${project.version}\n`, "MAVEN_TOKEN"],
  [".mvn/settings.xml", `<password>\${env.MAVEN_TOKEN}</password>\n`, "MAVEN_TOKEN"],
])("a variable that %s asks for and nobody gives is told, with the line to write", (file, text, name) => {
  put(file, text);
  expect(told()).toEqual([
    `secrets: ${file} of the workspace asks for ${name}, and no variable of this name is given to the sandbox; where its programs need it, write secrets: {${name}: {env: ${name}, export: true}}`,
  ]);
  expect(told({}, [name])).toEqual([]);
  expect(told({ profile: "lockdown" })).toEqual([]);
});

test("a secret that is a file alone, a name that is no secret's, and several files are one sentence", () => {
  put(".npmrc", `a=\${NPM_TOKEN}\nb=\${REGION}\nhome=\${HOME}\n`);
  put(".yarnrc.yml", `a: \${NPM_TOKEN}\n`);
  expect(told({ secrets: { NPM_TOKEN: { env: "X" } } })).toEqual([
    "secrets: .npmrc and .yarnrc.yml of the workspace ask for NPM_TOKEN, REGION, and no variable of this name is given to the sandbox; where its programs need it, write export: true beside the source of secrets.NPM_TOKEN, which is a file alone so far, and environment: {REGION: …}",
  ]);
});

test("a file that the agent does not see asks for nothing", () => {
  put(".npmrc", `a=\${NPM_TOKEN}\n`);
  const mask = { path: ".npmrc", id: "1", kind: "file", as: "empty" } as const;
  expect(told({}, [], [mask])).toEqual([]);
  expect(told({}, [], [{ ...mask, as: "readonly" }])).toHaveLength(1);
});

test("what an agent made of such a file is no sentence of its own", () => {
  put("elsewhere/.npmrc", `a=\${LINKED_TOKEN}\n`);
  symlinkSync("elsewhere/.npmrc", join(workspace, ".npmrc"));
  put("elsewhere/settings.xml", `\${env.LINKED_TOKEN}`);
  symlinkSync("elsewhere", join(workspace, ".mvn"));
  put(".yarnrc.yml", `a: \${A\u001b[31m_TOKEN}\nb: \${${"X".repeat(65)}}\n`);
  put("requirements.txt", `\${BIG_TOKEN}\n${" ".repeat(65_536)}`);
  put("bunfig.toml/x", "");
  put("pom.xml", Array.from({ length: 30 }, (_, at) => `\${env.T${at}_TOKEN}`).join("\n"));
  expect(told()).toEqual([
    expect.stringMatching(/^secrets: pom\.xml of the workspace asks for T0_TOKEN, .* and 25 more, /),
  ]);
});
