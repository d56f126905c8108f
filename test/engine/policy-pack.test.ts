import { join } from "node:path";
import { Project, useProject } from "./harness.ts";

/* An organisation that enforces packs: its own checkout judges what another checkout's program would place. */

const project = useProject();
const acme = project.client("acme");
project.organisation({});
const theirs = new Project(project.engine);
afterAll(() => theirs.remove());
const NOTHING = { containers: [], networks: [], volumes: [] };
const preview = () => acme.pulumi("preview", ["--policy-pack", join(theirs.folder, "policies/guardrails")]);

test("what the organisation's own mandatory guardrails refuse fails a preview that the program lets through", async () => {
  theirs.organisation({
    "few-ports.yaml": "name: few-ports\nwhy: A test.\nlevel: mandatory\nrule: {mostPorts: 1}\n",
    "no-web.yaml": "name: no-web\nwhy: A test.\nlevel: advisory\nrule: {profiles: [standard]}\n",
    "ceiling.yaml": "ports: ['9000']\n",
  });
  acme.write({ profile: "web", ports: [9000, 9001] });
  expect((await acme.pulumi("preview")).code).toBe(0);
  const { code, text } = await preview();
  expect(code).not.toBe(0);
  expect(text).toMatch(
    /\[mandatory\] +mandatory .*\n.*\n +ports: publishes 2 ports, and at most 1 are allowed.*guardrail few-ports/,
  );
  expect(text).toMatch(/\[advisory\] +advisory .*\n.*\n +profile: "web" is not one of standard.*guardrail no-web/);
  expect(text).toContain("could be reached at 127.0.0.1:9001, which leads to 9001, which the ceiling does not have");
});

test("what is within passes", async () => {
  acme.write({ ports: [9000] });
  const { code, text } = await preview();
  expect({ code, text }).toMatchObject({ code: 0 });
  expect(text).not.toContain("[mandatory]");
});

test("what cannot be read refuses", async () => {
  theirs.organisation({ "ceiling.yaml": "ports: [\n" });
  const { code, text } = await preview();
  expect(code).not.toBe(0);
  expect(text).toContain("the ceiling cannot be read, and no client is placed without it");
});

test("a pack places nothing", async () => {
  expect(await project.engine.residue(acme.name)).toEqual(NOTHING);
});
