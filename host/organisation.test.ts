import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readGuards } from "../capabilities/command-guards/look.ts";
import { readEgressCatalogue } from "../capabilities/egress/look/catalogue.ts";
import { readImageSources } from "../capabilities/image/look/sources.ts";
import { declare } from "../plan/declare.ts";
import { judgeByOrganisation } from "../plan/rules/organisation.ts";
import { ofAnother } from "../stack-file/look/another.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { parseSpec } from "../stack-file/spec.ts";
import { leadsTo, readOrganisation, readOthers } from "./organisation.ts";

const ROOT = join(import.meta.dirname, "..");
const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

/** A project whose organisation says these files. */
function project(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "organisation-"));
  roots.push(root);
  for (const folder of ["images", "policies"]) cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
  rmSync(join(root, "policies/guardrails"), { recursive: true });
  mkdirSync(join(root, "policies/guardrails"));
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, "policies/guardrails", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return root;
}
const problems = async (files: Record<string, string>) => {
  const { problems } = await readOrganisation(project(files), "acme", []);
  return problems.map(({ file, path, message }) => [file, path, message].filter(Boolean).join(": "));
};

test.each(stackFiles(ROOT).filter(({ client }) => ["acme", "globex"].includes(client)))(
  "the example $client passes what this project ships, without a word",
  async ({ client, file }) => {
    const { organisation, problems } = await readOrganisation(ROOT, client, []);
    expect(problems).toEqual([]);
    expect(organisation.require).toBe("none");
    const spec = parseSpec(ofAnother(ROOT, file)).spec!;
    const sources = readImageSources(ROOT, spec);
    const { egress } = await readEgressCatalogue(spec, ROOT, sources.agents, []);
    const declared = declare(client, spec, { ...sources, ...egress, guards: readGuards(ROOT) });
    const others = readOthers(ROOT, client).filter((other) => ["acme", "globex"].includes(other.client));
    const around = { lead: leadsTo(ROOT), agentSockets: [], others, today: "2026-11-28" };
    expect(judgeByOrganisation(organisation, { declared, ...around })).toEqual({ problems: [], warnings: [] });
  },
);

test("an organisation that says nothing has no guardrail, no ceiling, and asks for no approval", async () => {
  expect(await readOrganisation(project({}), "acme", [])).toEqual({
    organisation: { rules: [], require: "none", approvals: [] },
    problems: [],
  });
});

test("a folder that is not there is no organisation that says nothing", async () => {
  const root = project({});
  rmSync(join(root, "policies/guardrails"), { recursive: true });
  expect((await readOrganisation(root, "acme", [])).problems).toEqual([
    {
      file: "policies/guardrails",
      path: "",
      message: expect.stringMatching(/cannot be read \(ENOENT\), and no client is placed without them; put it back/),
    },
  ]);
});

test.each<[file: string, text: string, says: RegExp]>([
  ["x.yaml", "name: x\nwhy: x\nlevel: high\nrule: {mostHosts: 3}", /x.yaml: level: "high" is not one of off, advisory/],
  ["x.yaml", "name: y\nwhy: x\nlevel: off\nrule: {mostHosts: 3}", /x.yaml: name: "y" is not the file's own name/],
  ["x.yaml", "name: [", /x.yaml: the file is not YAML/],
  [
    "x.yaml",
    "name: x\nwhy: x\nlevel: off\nrule: {mostHost: 3}",
    /rule.mostHost: is not a key here. Did you mean "mostHosts"/,
  ],
  [
    "no-root-port.yaml",
    "name: no-root-port\nwhy: x\nlevel: off\nrule: {mostHosts: 3}",
    /no-root-port.yaml: name: "no-root-port" is the name of a wall of every sandbox; give the guardrail another one/,
  ],
  ["x.yml", "name: x", /x.yml: the file is not read, for its name does not end in .yaml; rename it/],
  ["X.YAML", "name: x", /X.YAML: the file is not read/],
  ["no-evil", "name: x", /no-evil: the file is not read/],
  ["no-evil.yaml.txt", "name: x", /no-evil.yaml.txt: the file is not read/],
  ["more/no-evil.yaml", "name: x", /more: the file is not read/],
  ["approvals.yaml", "require: widenings", /approvals.yaml: require: "widenings" is not one of none, widening. Did/],
  ["approvals.yaml", "", /approvals.yaml: the file is empty/],
  ["ceiling.yaml", "egress: [", /ceiling.yaml: the ceiling cannot be read, and no client is placed without it/],
  ["ceiling.yaml", "", /ceiling.yaml: the ceiling is no mapping/],
  [
    "ceiling.yaml",
    "egress: {allow: [githb]}",
    /ceiling.yaml: egress.allow\[0\]: "githb" is not a service.* Did you mean "github"/,
  ],
  ["ceiling.yaml", "agents: [claud]", /ceiling.yaml: agents\[0\]: "claud" is not an agent/],
  [
    "ceiling.yaml",
    "profile: offline\negress: {allow: [github]}",
    /ceiling.yaml: egress.allow: needs a way out, but profile/,
  ],
])("a %s that says %j is a problem, and nothing is placed", async (file, text, says) => {
  expect(await problems({ [file]: text })).toEqual([expect.stringMatching(says)]);
});

test("a ceiling is read with the catalogues of this project, for one client", async () => {
  const root = project({ "ceiling.yaml": 'egress: {allow: [openrouter]}\nmounts: [{host: "~/{client}", at: /x}]' });
  const { organisation, problems } = await readOrganisation(root, "acme", []);
  expect(problems).toEqual([]);
  expect(organisation.ceiling?.written).toEqual(["egress.allow", "mounts"]);
  expect(organisation.ceiling?.declared.agents).toEqual([]);
  expect(organisation.ceiling?.declared.policy?.destinations.map(({ host }) => host)).toContain("openrouter.ai");
  expect(organisation.ceiling?.declared.spec.mounts).toEqual([
    { host: "~/acme", at: "/x", mode: "ro", when: "always" },
  ]);
});

test("a ceiling may have a token for a host that it says nothing about otherwise", async () => {
  expect(await problems({ "ceiling.yaml": "git: {tokens: {git.acme.example: {env: A}}}" })).toEqual([]);
});
