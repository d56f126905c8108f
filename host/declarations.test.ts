import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DeclaredProject } from "../test/declared-project.ts";
import { catalogueProblems } from "./catalogues.ts";
import { readDeclarations } from "./declarations.ts";

let project: DeclaredProject;
beforeEach(() => {
  project = new DeclaredProject();
});
afterEach(() => project.remove());

const read = (here = true) => readDeclarations(project.folder, { here });
const told = async () =>
  (await read()).flatMap(({ client, problems }) =>
    problems.map(({ file = client, path, message }) => `${file} ${path}: ${message}`),
  );
const factsOf = async (topic: string, here = true) =>
  (await read(here)).flatMap(({ facts = [] }) => facts.filter((fact) => fact.topic === topic));

test("every client is told all that is wrong with it, whatever is wrong with another", async () => {
  project.client("acme", "agent-sandbox:egress: {allow: [gihub]}", "agent-sandbox:limits: {memory: 8GB}");
  project.write("stacks/Pulumi.broken.yaml", "config: [\n");
  project.client("globex", "agent-sandbox:agent: [shell]");
  project.write("stacks/Pulumi.empty.yaml", "");
  project.write("stacks/Pulumi.other.yml", "config: {workspace: /srv/other}\n");
  expect(await told()).toEqual([
    expect.stringMatching(/^acme limits.memory: "8GB" is not a size/),
    expect.stringMatching(/^acme egress.allow\[0\]: "gihub" is not a service or a host name. Did you mean "github"/),
    expect.stringMatching(/^broken : is not YAML: .*\. Mend it$/),
    expect.stringMatching(/^empty : the file says nothing/),
    expect.stringMatching(/^globex agent: is not a key. Did you mean "agents"/),
    expect.stringMatching(/^other : is not read by Pulumi; name it Pulumi.other.yaml$/),
  ]);
  expect((await read()).every(({ facts }) => facts === undefined)).toBe(true);
});

test("a value is read as Pulumi hands it over: a word in quotes may be a number or a switch", async () => {
  project.client("acme", 'agent-sandbox:gpu: "false"', "ports: [8080]");
  expect(await told()).toEqual([]);
  expect((await factsOf("ports")).map(({ about }) => about)).toEqual(["127.0.0.1:8080"]);
  expect((await factsOf("gpu")).map(({ says }) => says)).toEqual(["none"]);
});

test("what is encrypted is not looked at, and named; where nothing may be encrypted it is refused", async () => {
  project.client("acme", "agent-sandbox:secrets: {NPM: {env: {secure: v1:abc}}}");
  project.client("globex", "agent-sandbox:egress: {allow: [{secure: v1:abc}]}");
  const [acme, globex] = await read();
  expect(acme).toMatchObject({ problems: [], unseen: ["secrets.NPM.env, which is encrypted (secure:)"] });
  expect(acme?.encrypted).toEqual([{ path: "secrets.NPM.env", cipher: "v1:abc" }]);
  expect(globex?.problems.map(({ message }) => message)).toEqual([expect.stringMatching(/^is encrypted/)]);
});

test("a policy file outside of the project may be elsewhere; one inside has to be there", async () => {
  project.client("acme", "agent-sandbox:egress: {from: [/nowhere/policy.yaml, policies/acme.yaml]}");
  expect(await told()).toEqual([
    "acme egress.from[1]: policies/acme.yaml does not exist; create it, or remove the line",
  ]);
  project.write("policies/acme.yaml", "domains: [docs.acme.example]\n");
  const [acme] = await read();
  expect(acme).toMatchObject({
    problems: [],
    absent: ["/nowhere/policy.yaml"],
    unseen: ["lines of /nowhere/policy.yaml, which is not on this machine"],
  });
  expect((await factsOf("egress")).map(({ about, says }) => `${about} ${says}`)).toEqual([
    "docs.acme.example 80,443 (file policies/acme.yaml)",
  ]);
});

test("a policy file that an agent of another client can change is refused here, and not where the folder is a revision's", async () => {
  project.write("shared/policy.yaml", "domains: [docs.acme.example]\n");
  project.client("acme", "agent-sandbox:egress: {from: shared/policy.yaml}");
  project.write("stacks/Pulumi.globex.yaml", "config: {agent-sandbox:workspace: shared}\n");
  expect(await told()).toEqual([
    expect.stringMatching(/^acme egress.from\[0\]: shared\/policy.yaml is inside the workspace of globex/),
  ]);
  expect(await factsOf("egress", false)).toEqual(
    expect.arrayContaining([expect.objectContaining({ about: "docs.acme.example" })]),
  );
});

test("a mistake in a catalogue is told with each client that names it, and by itself where none does", async () => {
  project.client("acme", "agent-sandbox:egress: {allow: [npm]}");
  project.client("globex");
  project.write("policies/services/npm.yaml", "name: npm\n");
  project.write("policies/guards/git-clean.yaml", "name: other\n");
  expect((await read()).map(({ client, problems }) => [client, problems.map(({ file }) => file)])).toEqual([
    ["acme", ["policies/services/npm.yaml", "policies/services/npm.yaml"]],
    ["globex", expect.arrayContaining(["policies/guards/git-clean.yaml"])],
  ]);
  expect([...new Set(catalogueProblems(project.folder).map(({ file }) => file))]).toEqual([
    "policies/services/npm.yaml",
    "policies/guards/git-clean.yaml",
  ]);
  // Mended, the same files are read anew.
  project.write(
    "policies/services/npm.yaml",
    "name: npm\ndescription: x\nhosts: [{host: a.example, why: x, source: x, seen: 2026-11-21}]\n",
  );
  expect(catalogueProblems(project.folder).some(({ file }) => file === "policies/services/npm.yaml")).toBe(false);
});

test("what a fragment of the project's says is a part of the posture, and one outside is named", async () => {
  project.write("acme/Dockerfile", "RUN apt-get install -y graphviz\n");
  project.client("acme", "agent-sandbox:image: {extend: acme/Dockerfile}");
  project.client("globex", "agent-sandbox:image: {extend: /nowhere/Dockerfile}");
  expect((await factsOf("extend")).map(({ about, says }) => `${about}: ${says}`)).toEqual([
    "acme/Dockerfile: ",
    "acme/Dockerfile 001: RUN apt-get install -y graphviz",
    "/nowhere/Dockerfile: ",
  ]);
  expect((await read()).map(({ unseen }) => unseen)).toEqual([[], ["what /nowhere/Dockerfile says (image.extend)"]]);
});

test("the same holds of a helper's fragment", async () => {
  project.write("acme/db.Dockerfile", "RUN true\n");
  const helper = (file: string) => `agent-sandbox:helpers: {db: {image: {extend: ${file}}, command: [sh]}}`;
  project.client("acme", helper("acme/db.Dockerfile"));
  project.client("globex", helper("/nowhere/Dockerfile"));
  project.client("initech", helper("acme/gone.Dockerfile"));
  expect((await factsOf("helper-images")).map(({ about, says }) => `${about}: ${says}`)).toEqual([
    "db: file acme/db.Dockerfile",
    "db acme/db.Dockerfile 001: RUN true",
    "db: file /nowhere/Dockerfile",
  ]);
  const found = await read();
  expect(found.map(({ unseen }) => unseen)).toEqual([
    [],
    ["what /nowhere/Dockerfile says (helpers.db.image.extend)"],
    [],
  ]);
  expect(found[2]?.problems).toEqual([
    { path: "helpers.db.image.extend", message: expect.stringContaining("acme/gone.Dockerfile is not a file") },
  ]);
});

test("another content of a file of the project's is another mark", async () => {
  const marks = async () => [...(await factsOf("ca")), ...(await factsOf("dotfiles"))].map(({ mark }) => mark);
  project.write("ca.pem", "one");
  project.client("acme", "agent-sandbox:ca: [ca.pem]", "agent-sandbox:dotfiles: {.x: ca.pem}");
  const before = await marks();
  project.write("ca.pem", "two");
  const after = await marks();
  expect(before).toHaveLength(2);
  expect(before.concat(after).every(Boolean)).toBe(true);
  expect(new Set(before.concat(after)).size).toBe(2);
  rmSync(join(project.folder, "ca.pem"));
  mkdirSync(join(project.folder, "ca.pem"));
  expect(await marks()).toEqual([undefined, undefined]);
});

describe("what a command of the project's own does is in a mark", () => {
  const all = [
    "agents: [claude]",
    "profile: standard",
    "egress: {allow: [github, git.acme.example]}",
    "secrets: {T: {command: [./files/get.sh]}}",
    "credentials: {claude: {apiKey: {command: [./files/get.sh]}}}",
    "git: {token: {command: [./files/get.sh]}, tokens: {git.acme.example: {command: [./files/get.sh], username: x}}}",
    "upstreamProxy: {url: http://10.1.2.9:3128, username: x, password: {command: [./files/get.sh]}}",
  ];
  const marksOf = async (...lines: string[]) => {
    project.write(
      "stacks/Pulumi.acme.yaml",
      `config:\n  agent-sandbox:workspace: /srv/acme\n${lines.map((line) => `  agent-sandbox:${line}\n`).join("")}`,
    );
    const [acme] = await read(false);
    expect(acme?.problems).toEqual([]);
    return (acme?.facts ?? []).flatMap(({ topic, about, mark, ofProject }) =>
      ofProject ? [`${topic} ${about} ${mark}`] : [],
    );
  };

  test("of a secret, a key, a token of git and the company's proxy", async () => {
    project.write("files/get.sh", "echo a\n");
    const before = await marksOf(...all);
    expect(before.map((one) => one.replace(/ [0-9a-f]{64}$/, ""))).toEqual([
      "git-tokens git.acme.example",
      "git-tokens github.com",
      "keys claude/ANTHROPIC_API_KEY",
      "secrets T",
      "way-out-login x",
    ]);
    project.write("files/get.sh", "cat ~/.ssh/id_rsa\n");
    const after = await marksOf(...all);
    expect(after.filter((one) => before.includes(one))).toEqual([]);
    expect(await marksOf(...all)).toEqual(after);
  });

  test.each<[string, string]>([
    ["[sh, files/x]", "files/x"],
    ["[env, A=1, sh, files/x]", "files/x"],
    ['[sh, -c, ". files/x; id"]', "files/x"],
    ["[node, --require=./files/x, -e, '1']", "files/x"],
    ["[files/y, files/x]", "files/x"],
    ["[a/../files/x]", "files/x"],
    // Not the home's: no shell reads it.
    ["[sh, ~/x]", "~/x"],
    ["[./~/x]", "~/x"],
  ])("whichever word of it names the file: %s", async (command, file) => {
    project.write("files/y", "y\n");
    project.write(file, "one\n");
    const before = await marksOf(`secrets: {T: {command: ${command}}}`);
    project.write(file, "two\n");
    const after = await marksOf(`secrets: {T: {command: ${command}}}`);
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
    rmSync(join(project.folder, file));
    expect(await marksOf(`secrets: {T: {command: ${command}}}`)).not.toEqual(before);
  });

  test("a file elsewhere, a folder, a program of PATH, and the content of what is a value are in none", async () => {
    project.write("x", "one\n");
    for (const source of [
      "{command: [x]}",
      "{command: [~/x]}",
      "{command: [ls, files, /etc/hosts, ../x]}",
      "{file: x}",
      "{sops: x}",
      "{age: {file: x, identity: x}}",
    ])
      expect([source, await marksOf(`secrets: {T: ${source}}`)]).toEqual([source, []]);
  });
});
