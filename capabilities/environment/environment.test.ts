import { readFileSync } from "node:fs";
import { declare } from "../../plan/declare.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { place } from "../delivered.ts";
import { readImageSources } from "../image/look/sources.ts";
import { reserved, soundsSecret } from "./variable.ts";

const root = process.cwd();

async function declared(config: Record<string, unknown>) {
  const { spec, problems } = parseSpec({ workspace: "/srv/acme", agents: ["claude", "shell"], ...config });
  const { readEgressCatalogue, readGuards } = await import("../egress/look/catalogue.ts");
  const sources = readImageSources(root, spec!);
  const { egress } = await readEgressCatalogue(spec!, root, sources.agents, []);
  const found = declare("acme", spec!, { ...sources, ...egress, guards: readGuards(root) });
  return {
    files: place(found.files)
      .filter(({ path }) => path.startsWith("env/"))
      .map(({ path, source }) => [path, source]),
    problems: [...problems, ...found.problems].map(({ path, message }) => `${path} ${message}`),
  };
}

test("a variable is a file of all or of one agent, whatever YAML reads its value as", async () => {
  expect(
    await declared({ environment: { TZ: "Europe/Berlin", PORT: 8000, claude: { DEBUG: true, TZ: "UTC" } } }),
  ).toEqual({
    files: [
      ["env/_all/PORT", { text: "8000" }],
      ["env/_all/TZ", { text: "Europe/Berlin" }],
      ["env/claude/DEBUG", { text: "true" }],
      ["env/claude/TZ", { text: "UTC" }],
    ],
    problems: [],
  });
});

test("a secret that is exported is a file of its name and a variable of all", async () => {
  expect(
    await declared({ secrets: { NPM_TOKEN: { env: "NPM", export: true }, DB: { file: "/srv/db", export: false } } }),
  ).toEqual({
    files: [["env/_all/NPM_TOKEN", { env: "NPM" }]],
    problems: [],
  });
});

test.each([
  [{ environment: { PATH: "/tmp" } }, /^environment\.PATH PATH is the sandbox's own/],
  [
    { environment: { claude: { LD_PRELOAD: "x" } } },
    /^environment\.claude\.LD_PRELOAD LD_PRELOAD is the sandbox's own/,
  ],
  [{ secrets: { BASH_ENV: { env: "X", export: true } } }, /^secrets\.BASH_ENV BASH_ENV is the sandbox's own/],
  [{ environment: { _agent: "x" } }, /^environment\._agent _agent is the sandbox's own/],
  [{ environment: { "A-B": "x" } }, /^environment\.A-B A-B is not the name of a variable; write letters/],
  [{ environment: { GIT_AUTHOR_NAME: "x" } }, /write git\.name and git\.email/],
  [
    { environment: { claud: { A: "x" } } },
    /^environment\.claud "claud" is not an agent of this sandbox\. Did you mean "claude"\?/,
  ],
  [{ environment: { ANTHROPIC_API_KEY: "x" } }, /claude takes a key from ANTHROPIC_API_KEY; write credentials\.claude/],
  [
    { environment: { ACME_TOKEN: "x" } },
    /ACME_TOKEN is a secret by its name.*write secrets\.ACME_TOKEN: \{env: ACME_TOKEN, export: true\}/,
  ],
  [
    { environment: { A: "x" }, secrets: { A: { env: "A", export: true } } },
    /^environment\.A is exported by secrets\.A already/,
  ],
  [{ environment: { A: "one\ntwo" } }, /^environment\.A is not a value; write one line of text/],
  [{ environment: { A: ["x"] } }, /^environment\.A is not a value/],
  [{ environment: "A=x" }, /^environment is not a mapping of variables to values/],
])("what is no client's to set is refused with the way out: %j", async (config, said) => {
  const { problems } = await declared(config as Record<string, unknown>);
  expect(problems).toEqual([expect.stringMatching(said)]);
});

test("what the runtime image sets is a client's only where nothing hangs on it", () => {
  const dockerfile = readFileSync(`${root}/images/runtime/Dockerfile`, "utf8");
  const set = [...dockerfile.matchAll(/^(?:ENV | {4})([A-Z_]+=\S+(?: [A-Z_]+=\S+)*)/gm)].flatMap(([, line]) =>
    line!.split(" ").map((one) => one.split("=")[0]!),
  );
  expect(set).toContain("NODE_EXTRA_CA_CERTS");
  expect(set.filter((name) => !reserved(name))).toEqual(["LANG", "EDITOR"]);
});

test("names that secrets have are told from others", () => {
  const all = ["NPM_TOKEN", "DB_PASSWORD", "OPENAI_API_KEY", "token", "MAX_OUTPUT_TOKENS", "KEYBOARD", "SSH_KEYFILE"];
  expect(all.filter(soundsSecret)).toEqual(["NPM_TOKEN", "DB_PASSWORD", "OPENAI_API_KEY", "token"]);
});
