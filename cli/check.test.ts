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
