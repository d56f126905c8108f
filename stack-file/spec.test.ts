import { describeProblems } from "./problem.ts";
import { parseSpec } from "./spec.ts";

const told = (raw: Record<string, unknown>) => describeProblems(parseSpec(raw).problems, "stacks/Pulumi.acme.yaml");

test("only a workspace is needed; everything else has a default", () => {
  const { spec, problems } = parseSpec({ workspace: "~/acme" });
  expect({ spec, problems }).toMatchSnapshot();
});

test("every mistake is told at once, at its key path, with what is allowed", () => {
  expect(
    told({
      workspce: "~/acme",
      agents: "claude",
      profile: "standrd",
      egress: {
        alow: ["github"],
        allow: [{ host: "git.acme.example", ports: [70000] }, 5],
        lan: { Ollama: "1.2.3.4:80", db: "1.2.3.4" },
        host: ["x"],
      },
      gpu: "one",
      ports: ["80-90", "9000-8000", "8000-9999", true],
      credentials: { claude: { logn: "host" } },
      secrets: { "NPM-TOKEN": { env: "NPM_TOKEN" }, DB: { file: 3 } },
      git: { nam: "bot" },
      mounts: [
        { host: "~/docs", at: "docs" },
        { host: "~/x", at: "/a/../b" },
        { host: "~/y", at: "/y", mode: "rx" },
      ],
      limits: { memory: "8GB", pids: 3, cpus: -1 },
      resolvers: ["one.one.one.one"],
      ca: ["", 3],
    }),
  ).toMatchSnapshot();
});

test("a secret written into the stack file is refused, and not repeated", () => {
  const message = told({ workspace: "~/acme", secrets: { TOKEN: "hunter2" }, git: { token: "hunter2" } });
  expect(message).toMatch(/secrets\.TOKEN .*a value is never written here/);
  expect(message).not.toContain("hunter2");
});

test("a day that is none is told once as what it is, with one of a time to come", () => {
  const message = told({
    workspace: "~/acme",
    approvals: [{ change: "3fa9c2d4-1b07aa12-90c1d3e5-77b0f4a6", by: "ann", why: "x", until: "soon" }],
    secrets: { A: { env: "A", expires: "2027-02-30" } },
  });
  expect(message).toMatch(
    /approvals\[0\]\.until +"soon" is not the last day of an approval; write it like 2027-01-31$/m,
  );
  expect(message).toMatch(/expires +"2027-02-30" is not the day on which it expires; write it like 2027-01-31$/m);
});

test("one bad key does not hide the others", () => {
  const { spec, problems } = parseSpec({ workspace: "~/acme", profile: "none", agents: ["codex"] });
  expect(problems.map(({ path }) => path)).toEqual(["profile"]);
  expect(spec).toMatchObject({ workspace: "~/acme", profile: "standard", agents: ["codex"] });
});

test.each([
  [2, { count: 2 }],
  [[0, 1], { devices: [0, 1] }],
  ["all", "all"],
  [false, false],
  [{ count: 1 }, { count: 1 }],
  [[2, 0], { devices: [0, 2] }],
])("gpu: %j", (given, meant) => {
  expect(parseSpec({ workspace: "~/acme", gpu: given }).spec?.gpu).toEqual(meant);
});

test.each([
  [{ count: 0 }, "gpu.count", "0 is below 1, the least that a number of GPUs can be"],
  [[-1], "gpu[0]", "-1 is below 0, the least that the number of a device can be"],
  [[0.5], "gpu[0]", "0.5 is not the number of a device; write it like 1"],
  [[0, 1, 0], "gpu[2]", "0 is there twice; write each device once"],
  [{ devices: [3, 3] }, "gpu.devices[1]", "3 is there twice; write each device once"],
  [{ devices: [] }, "gpu.devices", "is empty; write at least one, like [0, 1]"],
  [[], "gpu", "[] is not a GPU choice; write false, all, a number of GPUs, or a list of devices like [0, 1]"],
])("gpu: %j is refused with what to write", (gpu, path, message) => {
  expect(parseSpec({ workspace: "~/acme", gpu }).problems).toEqual([{ path, message }]);
});

test.each([
  ["guards", [1], "guards[0]", "1 is not a guard; write it like git-clean"],
  [
    "credentials",
    { claude: { apiKey: { env: "KEY" }, variable: 3 } },
    "credentials.claude.variable",
    "3 is not a variable's name; write it like ANTHROPIC_API_KEY",
  ],
])("%s: %j is refused with what to write", (key, value, path, message) => {
  expect(parseSpec({ workspace: "~/acme", [key]: value }).problems).toEqual([{ path, message }]);
});

test("what was given is one problem on one line, whatever letters are in it", () => {
  expect(
    told({
      workspace: "~/acme",
      secrets: { "A\nB": { env: "X" } },
      mounts: [{ host: "~/docs", at: '/do\ncs"' }],
      egress: { "al\now": [] },
    }),
  ).toBe(
    [
      "stacks/Pulumi.acme.yaml",
      '  egress.al\\u{a}ow  is not a key here. Did you mean "allow"?',
      '  mounts[0].at  "/do\\ncs\\"" is not an absolute path without a colon or dots between slashes, like /docs/api',
      `  secrets.A\\u{a}B   "A\\nB" is not a secret's name; write letters, digits and _, like NPM_TOKEN (ca, env, git, home, login and ssh are folders there)`,
      "3 problems; nothing was changed.",
    ].join("\n"),
  );
});

test("sizes are in bytes, ports one by one", () => {
  const { spec } = parseSpec({
    workspace: "~/acme",
    limits: { memory: "1.5GiB" },
    ports: ["8000-8001", 9000, "13000-13001:3000-3001"],
  });
  expect(spec?.limits.memory).toBe(1610612736);
  expect(spec?.ports).toEqual([
    { port: 8000, to: 8000 },
    { port: 8001, to: 8001 },
    { port: 9000, to: 9000 },
    { port: 13000, to: 3000 },
    { port: 13001, to: 3001 },
  ]);
});

test("egress.from is a file or a list of files", () => {
  const from = (given: unknown) => parseSpec({ workspace: "~/acme", egress: { from: given } });
  expect(from("~/acme.yaml").spec?.egress.from).toEqual(["~/acme.yaml"]);
  expect(from(["~/a.yaml", "~/b.yaml"]).spec?.egress.from).toEqual(["~/a.yaml", "~/b.yaml"]);
  expect(from(5).problems[0]).toEqual({
    path: "egress.from",
    message: expect.stringMatching(/^5 is not a file or a list/),
  });
  expect(from("~/é.yaml").problems[0]?.message).toMatch(/letters besides ASCII/);
});

test("an image of one's own is named by digest, and packages by their names alone", () => {
  expect(
    told({ workspace: "~/acme", image: { ref: "acme/box:latest", packages: ["tree", "-y"], extnd: "x" } }),
  ).toMatch(/image\.extnd +is not a key here\. Did you mean "extend"\?/);
  const message = told({ workspace: "~/acme", image: { ref: "acme/box:latest", packages: ["tree", "-y"] } });
  expect(message).toMatch(/image\.ref +"acme\/box:latest" is not an image by digest; write it like/);
  expect(message).toMatch(/image\.packages\[1\] +"-y" is not a package of the distribution/);
});

test("memory is whole MiB, and none is no amount: to an engine 0 is no limit", () => {
  const memory = (memory: string) => parseSpec({ workspace: "~/acme", limits: { memory } });
  expect(memory("1.3GiB").spec!.limits.memory).toBe(1331 * 2 ** 20);
  for (const small of ["512KiB", "0GiB", "0.9MiB"])
    expect(memory(small).problems).toEqual([
      { path: "limits.memory", message: `"${small}" is less than 64MiB, with which no agent starts` },
    ]);
});

test.each([0.01, 0.05, 0.29, 0.5, 1, 1.1, 2.55, 4, 20, 64])("%d CPUs can be given", (cpus) => {
  expect(parseSpec({ workspace: "~/acme", limits: { cpus } })).toMatchObject({
    problems: [],
    spec: { limits: { cpus } },
  });
});

test.each([
  [0, "is less than 0.01, the least that engines give; write it like 4 or 0.5"],
  [0.001, "is less than 0.01, the least that engines give; write it like 4 or 0.5"],
  [-1, "is less than 0.01, the least that engines give; write it like 4 or 0.5"],
  [1.234, "has more than two decimals; write it like 4 or 0.25"],
])("%d CPUs are refused, for engines do not give them", (cpus, message) => {
  expect(told({ workspace: "~/acme", limits: { cpus } })).toContain(`  limits.cpus  ${cpus} ${message}
1 problem`);
});

test("unknown keys of one place have a line each", () => {
  const { problems } = parseSpec({ workspace: "~/acme", egress: { alow: [], hots: [], lna: {} } });
  expect(problems.map(({ path, message }) => `${path}: ${message.split("?")[0]}`)).toEqual([
    'egress.alow: is not a key here. Did you mean "allow"',
    'egress.hots: is not a key here. Did you mean "host"',
    'egress.lna: is not a key here. Did you mean "lan"',
  ]);
});

test("a key of a mount that is left out is missing, and said by its example", () => {
  expect(parseSpec({ workspace: "~/acme", mounts: [{ host: "~/docs" }, { at: "/docs" }] }).problems).toEqual([
    { path: "mounts[0].at", message: "is missing: it is a path in the sandbox; write it like /docs" },
    { path: "mounts[1].host", message: "is missing: it is a path of the host; write it like ~/docs" },
  ]);
});

test("a host without ports has those of the web", () => {
  expect(
    parseSpec({ workspace: "~/acme", egress: { allow: [{ host: "c.acme.example" }] } }).spec?.egress.allow,
  ).toEqual([{ host: "c.acme.example", ports: [80, 443] }]);
});

test("a login that there is not is told with what may be written", () => {
  expect(parseSpec({ workspace: "~/acme", credentials: { claude: { login: "browser" } } }).problems).toEqual([
    {
      path: "credentials.claude.login",
      message: expect.stringMatching(
        /^"browser" is not a login; write inside, .*, host, .* or \{apiKey: \{env: NAME\}\}/,
      ),
    },
  ]);
});

test("a path set without --path is told as that", () => {
  expect(parseSpec({ workspace: "~/acme", "egress.allow[0]": "github" }).problems).toEqual([
    { path: "egress.allow[0]", message: expect.stringContaining("`pulumi config set --path`") },
  ]);
});
