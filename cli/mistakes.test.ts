import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { DeclaredProject } from "../test/declared-project.ts";

/*
 * What is left of a stack file with mistakes is judged, so that all of them are told; no command takes it for what the client is.
 */
const project = new DeclaredProject();
let engine: Server;
beforeAll(async () => {
  const socket = join(project.folder, "engine");
  const answers: [RegExp, unknown][] = [
    [/^\/version/, { Version: "28.5.0", Arch: "amd64" }],
    [/^\/info/, { Name: "test" }],
    [/^\/volumes/, { Volumes: [] }],
    [/^\/(containers\/json|networks|images\/json)/, []],
  ];
  engine = createServer(({ url = "" }, response) => {
    const answer = answers.find(([path]) => path.test(url))?.[1];
    response.statusCode = answer ? 200 : 404;
    response.end(JSON.stringify(answer ?? { message: "no such thing" }));
  }).listen(socket);
  await new Promise((resolve) => engine.on("listening", resolve));
});
afterAll(() => {
  engine.close();
  project.remove();
});
const agentbox = (...args: string[]) =>
  project.run(args, { DOCKER_HOST: `unix://${join(project.folder, "engine")}`, HOME: project.folder });

/** A grant that is right, as the second beside one that is not. */
const WRONG = [
  "agent-sandbox:limits: {memory: 8GB}",
  'agent-sandbox:grants: [{allow: 5, until: "2999-01-01T00:00Z", why: x}, {allow: npm, until: "2999-01-01T00:00Z", why: x}]',
];

test("status says that there are some, and tells nothing by what is left", async () => {
  project.client("acme");
  expect(await agentbox("status")).toMatchObject({
    code: 0,
    stdout: "acme is not up; `agentbox up acme` brings it up\n",
  });
  project.client("acme", ...WRONG);
  expect(await agentbox("status")).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^acme is not up\n {2}UNSEEN +its stack file has mistakes: `agentbox check acme`\n$/),
  });
  expect(await agentbox("status", "--brief")).toMatchObject({
    code: 0,
    stdout: "acme is not up; `agentbox up acme` brings it up\n",
  });
});

test("login and policy want them mended first; words for a shell may be missing", async () => {
  project.client("acme", ...WRONG);
  expect(await agentbox("login", "acme", "claude")).toMatchObject({
    code: 2,
    stderr: "agentbox: stacks/Pulumi.acme.yaml has mistakes; see `agentbox check acme`\n",
  });
  for (const words of [
    ["check", "acme", "npmjs.org"],
    ["add", "acme", "npm"],
  ])
    expect(await agentbox("policy", ...words)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/grants\[0\]\.allow.*limits\.memory/s),
    });
  expect(await agentbox("aliases", "acme", "--shell", "bash")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("acme-shell"),
    stderr: "agentbox: acme may lack words, for its files have mistakes: `agentbox check acme`\n",
  });
});

test("destroy says before it asks that Pulumi cannot read the file, and what goes without it", async () => {
  project.write("stacks/Pulumi.acme.yaml", "config:\n  agent-sandbox:workspace: [broken\n");
  expect(await agentbox("destroy", "acme", "--yes")).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /^agentbox: acme was not destroyed, for Pulumi reads its file first: stacks\/Pulumi\.acme\.yaml is not YAML: line 2 opens \[.*\. Mend it; or .*: agentbox wipe acme\n$/,
    ),
  });
});
