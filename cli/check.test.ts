import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentSchema } from "../plan/review/document.ts";
import { DeclaredProject } from "../test/declared-project.ts";

let project: DeclaredProject;
beforeEach(() => {
  project = new DeclaredProject();
});
afterEach(() => project.remove());

const organisation = (name: string, text: string) =>
  writeFileSync(join(project.folder, `policies/guardrails/${name}.yaml`), text);
const CLOSED = "name: no-web\nwhy: It is open.\nlevel: mandatory\nrule: {profiles: [standard, lockdown, offline]}\n";

test("the organisation's guardrails and its ceiling are judged with all else, of all clients", async () => {
  organisation("no-web", CLOSED);
  organisation("ceiling", "egress: {allow: [npm]}\nports: []\n");
  project.client("acme", "agent-sandbox:profile: web", "agent-sandbox:egress: {allow: [npm]}");
  project.client("globex", "agent-sandbox:egress: {allow: [paste.example]}");
  const { code, stdout } = await project.agentbox("check");
  expect(code).toBe(1);
  expect(stdout).toMatch(/stacks\/Pulumi\.acme\.yaml\n(.*\n)* +profile .*guardrail no-web/);
  expect(stdout).toMatch(/stacks\/Pulumi\.globex\.yaml\n(.*\n)* +egress\.allow .*could send to paste\.example/);
});

test("a client within everything is told what of the ceiling was looked at, and what was not", async () => {
  organisation("ceiling", "ports: []\n");
  project.client("acme");
  const { code, stdout } = await project.agentbox("check");
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^acme: within the ceiling: ports; not looked at: .*egress/m),
  ]);
  const json = await project.agentbox("check", "--json");
  expect(DocumentSchema.parse(JSON.parse(json.stdout))).toMatchObject({
    problems: [],
    ceilings: [expect.stringContaining("within the ceiling: ports")],
  });
});

test("another client's file that is no YAML is a warning; checked with it, it is that client's mistake, and all others are judged", async () => {
  organisation("no-web", CLOSED);
  project.client("acme");
  project.client("initech", "agent-sandbox:profile: web");
  project.write("stacks/Pulumi.globex.yaml", "config:\n  agent-sandbox:workspace: [broken\n");
  const one = await project.agentbox("check", "acme");
  expect([one.code, one.stdout, one.stderr]).toEqual([
    0,
    expect.stringMatching(
      /^1 client: nothing is wrong.*\nwarning: stacks\/Pulumi\.globex\.yaml is not YAML: .*\. acme is judged beside nothing of globex, .*; mend the file, for globex cannot be brought up$/m,
    ),
    "",
  ]);
  const json = DocumentSchema.parse(JSON.parse((await project.agentbox("check", "acme", "--json")).stdout));
  expect(json).toMatchObject({
    problems: [],
    warnings: expect.arrayContaining([expect.objectContaining({ file: "stacks/Pulumi.globex.yaml" })]),
  });
  const all = await project.agentbox("check");
  expect(all.code).toBe(1);
  expect(all.stdout).toMatch(/stacks\/Pulumi\.globex\.yaml\n +is not YAML: /);
  expect(all.stdout).toMatch(/stacks\/Pulumi\.initech\.yaml\n(.*\n)* +profile .*guardrail no-web/);
  expect(all.stdout).not.toMatch(/warning: .* is not YAML/);
});

test.each([
  ["a ceiling that is no YAML", () => organisation("ceiling", "egress: {")],
  ["a ceiling with a mistake", () => organisation("ceiling", "egres: {}\n")],
  ["a guardrail with an unknown rule", () => organisation("no-web", CLOSED.replace("profiles", "profils"))],
  ["no guardrails at all", () => rmSync(join(project.folder, "policies/guardrails"), { recursive: true })],
])("%s passes nobody", async (_what, spoil) => {
  project.client("acme");
  expect((await project.agentbox("check")).code).toBe(0);
  spoil();
  const { code, stdout } = await project.agentbox("check");
  expect([code, stdout]).toEqual([1, expect.stringContaining("policies/guardrails")]);
});
