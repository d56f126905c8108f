import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeclaredProject } from "../test/declared-project.ts";

const project = new DeclaredProject();
afterAll(() => project.remove());

const FILE = "stacks/Pulumi.acme.yaml";
/** What is said of a grant to a client with these, before anybody answers. */
async function granted(grants: string, ...words: string[]) {
  project.client("acme", `agent-sandbox:grants: ${grants}`);
  const before = readFileSync(join(project.folder, FILE), "utf8");
  const said = await project.agentbox("grant", "acme", ...words, "--why", "a test");
  expect(readFileSync(join(project.folder, FILE), "utf8")).toBe(before);
  return said;
}
const other = (allow: string) => `{allow: ${allow}, until: "2999-01-01T00:00Z", why: x}`;
const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);

test("what is asked about is what the grant opens, also as the second of two", async () => {
  const first = `{allow: npm, until: "${soon}Z", why: x}`;
  const { code, stdout } = await granted(`[${first}]`, "docs.acme.example", "--for", "30m");
  expect(stdout).toMatch(/^acme may reach, until .*: docs\.acme\.example 80,443$/m);
  // Nobody is there to answer.
  expect(code).toBe(2);
});

test.each([
  ["an earlier one", `[{allow: 5, until: "${soon}Z", why: x}, {allow: npm, until: "${soon}Z", why: x}]`],
  ["a later one", `[{allow: npm, until: "${soon}Z", why: x}, {allow: 5, until: "${soon}Z", why: x}]`],
  ["one without an end", "[{allow: npm, why: x}]"],
])(
  "beside another grant that is wrong, %s, nothing is asked: it could be asked about another one",
  async (_what, grants) => {
    const { code, stdout, stderr } = await granted(grants, "docs.acme.example", "--for", "30m");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^ +grants\[[01]\]\.(allow|until) /m);
  },
);

test("an end that is too far is refused by the word that says it, and the longest is not", async () => {
  for (const grants of ["[]", `[${other("npm").replace("2999-01-01T00:00", soon)}]`]) {
    const { code, stdout, stderr } = await granted(grants, "docs.acme.example", "--for", "90d");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/--for 90d is more than 30 days/);
    expect((await granted(grants, "docs.acme.example", "--for", "30d")).stdout).toMatch(/^acme may reach, until /);
  }
});

test("what is open without an end already is said, with whether that is in force, and no line is written", async () => {
  project.client("acme", "agent-sandbox:grants: []", 'agent-sandbox:egress: {allow: [npm, "*.acme.example"]}');
  const before = readFileSync(join(project.folder, FILE), "utf8");
  const asked = (what: string) => project.agentbox("grant", "acme", what, "--for", "30m", "--why", "a test", "--yes");
  for (const what of ["npm", "docs.acme.example"])
    expect(await asked(what)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        / by its files already, and without an end; nothing was written\. It is not in force as they say it: agentbox up acme\n$/,
      ),
    });
  expect(readFileSync(join(project.folder, FILE), "utf8")).toBe(before);
});

test("a mistake elsewhere in the file is the program's to tell", async () => {
  project.client("acme", "agent-sandbox:grants: []", "agent-sandbox:limits: {memory: 8GB}");
  const { stdout } = await project.agentbox("grant", "acme", "docs.acme.example", "--for", "30m", "--why", "a test");
  expect(stdout).toMatch(/^acme may reach, until .*: docs\.acme\.example 80,443$/m);
});
