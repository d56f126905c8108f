import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { DocumentSchema, type ReviewDocument } from "../../plan/review/document.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const acme = project.client("acme", {
  egress: { allow: ["allowed.test"], host: [5432] },
  secrets: { DB: { env: "HOME" } },
});

/** What `agentbox review --json` says of this client, and how it ends. */
async function review(...args: string[]) {
  const { code, stdout, text } = await project.agentbox("review", acme.name, "--json", ...args);
  if (code > 1) throw new Error(`review: exit ${code}\n${text}`);
  const document = DocumentSchema.parse(JSON.parse(stdout)) as ReviewDocument;
  return { code, client: document.clients[0]! };
}

beforeAll(async () => {
  await acme.mustUp();
  await acme.curl("https://allowed.test/");
  await acme.exec(
    "curl -sSk -m 5 --connect-to evil.test:443:allowed.test:443 https://evil.test/; getent hosts openrouter.ai; ask-for docs.acme.example '<b>the</b> manual'",
  );
});

test("what was just brought up is the same as what its file says", async () => {
  const { code, client } = await review();
  expect({ code, state: client.state, changes: client.changes }).toEqual({ code: 0, state: "same", changes: [] });
  expect(client.notCompared).toEqual(
    expect.arrayContaining([expect.stringMatching(/^what only an engine makes of it: .*users/)]),
  );
});

test("the posture that is shown is the output, and for programs it has no marks", async () => {
  const { stdout: output } = await project.pulumi(["stack", "output", "posture", "--stack", acme.name]);
  const { stdout } = await project.agentbox("posture", acme.name);
  expect(stdout.trim()).toBe(output.trim());
  const json = await project.agentbox("posture", acme.name, "--json");
  expect(DocumentSchema.safeParse(JSON.parse(json.stdout))).toMatchObject({ success: true });
});

test("a policy that would refuse what was let through says which, how often, and what nobody used", async () => {
  acme.write({ egress: { allow: ["other.test"], host: [5432] }, secrets: { DB: { env: "HOME" } } });
  try {
    const { code, client } = await eventually(
      () => review("--traffic", "1h"),
      ({ client }) => client.traffic!.refused.length > 0,
    );
    expect(code).toBe(1);
    expect(client.changes.map(({ class: of, about }) => `${of} ${about}`)).toEqual([
      "widens other.test",
      "narrows allowed.test",
    ]);
    expect(client.traffic).toMatchObject({
      refused: [{ name: "allowed.test:443", count: 1 }],
      unused: ["other.test", "host:5432"],
    });
  } finally {
    acme.write({ egress: { allow: ["allowed.test"], host: [5432] }, secrets: { DB: { env: "HOME" } } });
  }
});

test("a suggestion is a patch that a person applies, and opens what was refused", async () => {
  const before = readFileSync(acme.path, "utf8");
  const { stdout } = await eventually(
    () => project.agentbox("suggest", acme.name),
    ({ stdout }) => /openrouter\.ai/.test(stdout) && /docs\.acme\.example/.test(stdout),
  );
  expect(stdout).toContain('#   the agent asks for docs.acme.example, and writes: "b the /b manual"');
  expect(stdout).toMatch(/^# WIDENS {3}egress {8}\+ client: openrouter: openrouter\.ai$/m);
  expect(readFileSync(acme.path, "utf8")).toBe(before);
  execFileSync("patch", ["-p1", "--silent"], { cwd: project.folder, input: stdout });
  const after = await review();
  expect(after.client.changes.map(({ class: of, about }) => `${of} ${about}`)).toEqual(
    expect.arrayContaining(["widens docs.acme.example", "widens evil.test", "widens openrouter.ai"]),
  );
  const { stdout: again } = await project.agentbox("suggest", acme.name);
  expect(again).toBe(`# ${acme.name}: nothing to propose\n`);
});
