import { compare } from "../../plan/review/compare.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { AgentSchema } from "./agent.ts";
import { imageFacts, imageTopics } from "./facts.ts";
import { type Tool, ToolSchema } from "./tool.ts";

const agent = (more: object = {}) => AgentSchema.parse({ name: "bot", description: "a bot", run: ["bot"], ...more });

const settings = (text: string) => ({ settings: { "/etc/bot.json": text } });

function facts(
  image: object,
  agents = [agent()],
  fragment?: { instructions: string[]; hash: string },
  tools: Tool[] = [],
  packages = {},
  base = {},
) {
  const { spec } = parseSpec({ workspace: "/srv/acme", image });
  if (!spec) throw new Error("the stack file is wrong");
  const lock = { base: { registry: null, suite: "trixie", epoch: 0, ...base }, packages };
  const host = {
    ...(fragment && { extension: { packages: [], fragment: { ...fragment, sources: [], folder: "/" } } }),
  };
  return imageFacts({ spec, agents, tools, catalogue: { lock, npmFolders: {} } as never }, host);
}
const classes = (before: ReturnType<typeof facts>, after: ReturnType<typeof facts>) => [
  ...new Set(compare(before, after, imageTopics).map((change) => change.class)),
];
const ref = (digit: string) => ({ ref: `acme/box@sha256:${digit.repeat(64)}` });

test("an image of one's own always counts as wider: another one, one instead of this project's, and back", () => {
  expect(classes(facts(ref("1")), facts(ref("2")))).toEqual(["unordered"]);
  for (const [before, after] of [
    [facts({}), facts(ref("1"))],
    [facts(ref("1")), facts({})],
  ] as const)
    expect(classes(before, after)[0]).toBe("unordered");
});

test("a fragment always counts as wider: a line more, a line less, and other files that it copies", () => {
  const extend = { extend: "images/acme.Dockerfile" };
  const of = (instructions: string[], hash = "1") => facts(extend, [agent()], { instructions, hash });
  expect(classes(of(["RUN a"]), of(["RUN a", "RUN b"]))).toEqual(["unordered"]);
  expect(classes(of(["RUN a", "RUN b"]), of(["RUN a"]))).toEqual(["unordered"]);
  expect(classes(of(["COPY a /a"]), of(["COPY a /a"], "2"))).toEqual(["unordered"]);
  expect(classes(of(["RUN a"]), facts({}))).toEqual(["unordered"]);
});

test.each<[string, object, object]>([
  ["settings of another shape with the same paths", settings('{"deny":["a"]}'), settings('{"deny":{"0":"a"}}')],
  ["a key with a dot in it", settings('{"a":{"b":1}}'), settings('{"a.b":1}')],
  [
    "what is no JSON, indented otherwise",
    settings("deny:\n  - all\nmode:\n  x: y"),
    settings("deny:\n- all\nmode:\nx: y"),
  ],
  ["a line that goes on, or does not", { before: "true || \\\ntouch /x" }, { before: "true || \\ \ntouch /x" }],
  ["words that are split elsewhere", { run: ["bot", "a b"] }, { run: ["bot", "a", "b"] }],
  ["how it goes on", {}, { flags: { resume: ["--mcp-config", "/workspace/x.json"] } }],
  ["how it prints", {}, { flags: { print: ["--debug"] } }],
  ["variables that its key is in", {}, { keys: ["X_KEY"] }],
  ["what it keeps", {}, { state: [{ dir: "/home/dev/.bot", purpose: "bot" }] }],
  ["where its guard is", {}, { guard: { event: "PreToolUse", settings: "/etc/bot.json" } }],
])("of an agent's file a review tells another one where %s is the change", (_what, before, after) => {
  expect(classes(facts({}, [agent(before)]), facts({}, [agent(after)]))).toContain("unordered");
});

test("an agent's description is for whoever chooses it", () => {
  expect(classes(facts({}, [agent()]), facts({}, [agent({ description: "another" })]))).toEqual([]);
});

test.each<[string, object]>([
  ["packages", { packages: ["libpq-dev", "nmap"] }],
  ["settings", { settings: { "/etc/tool.conf": "x" } }],
  ["variables", { environment: { PGHOST: "db" } }],
  ["links", { links: { "/opt/x": "/usr/bin/x" } }],
])("of a tool a review tells other %s", (_what, more) => {
  const tool = (more: object = {}) =>
    ToolSchema.parse({ name: "psql", description: "x", packages: ["libpq-dev"], commands: ["psql"], ...more });
  const change = compare(
    facts({}, [agent()], undefined, [tool()]),
    facts({}, [agent()], undefined, [tool(more)]),
    imageTopics,
  );
  expect(change).toMatchObject([{ topic: "tools", about: "psql", class: "unordered" }]);
});

test("another program by the same version, and another one's name in the lock, are told", () => {
  const bot = agent({ package: { lock: "bot", files: { dist: "lib/bot" } } });
  const integrity = (letter: string) => `sha512-${letter.repeat(86)}==`;
  const locked = (more: object = {}) => ({
    bot: {
      any: { package: "@acme/bot", version: "1.0.0", integrity: integrity("a"), released: "2026-01-01", ...more },
    },
  });
  const of = (more?: object) => facts({}, [bot], undefined, [], locked(more));
  expect(classes(of(), of())).toEqual([]);
  expect(classes(of(), of({ integrity: integrity("b") }))).toEqual(["unordered"]);
  expect(classes(of(), of({ package: "@evil/bot", version: "1.0.1", integrity: integrity("b") }))).toContain(
    "unordered",
  );
  // A lock is raised by its own rules.
  expect(classes(of(), of({ version: "1.0.1", integrity: integrity("b") }))).toEqual(["neutral"]);
});

test("whatever an agent's file says of how it behaves is a setting: what is empty, too", () => {
  const settings = (more: object) =>
    facts({}, [agent(more)]).flatMap(({ topic, about, says }) => (topic === "settings" ? [`${about} ${says}`] : []));
  expect(
    settings({
      flags: { unattended: ["--yes"] },
      environment: { QUIET: "1", NONE: "" },
      settings: {
        "/etc/bot.json": '{"hooks": [], "allow": ["a"], "deep": {"x": null}}',
        "/etc/bot.toml": "a = 1\n\n b = 2\n",
      },
      before: "export X=1\n",
    }),
  ).toEqual([
    "bot run bot",
    "bot unattended --yes",
    "bot QUIET 1",
    "bot NONE ",
    "bot /etc/bot.json hooks []",
    'bot /etc/bot.json allow.0 "a"',
    "bot /etc/bot.json deep.x null",
    "bot /etc/bot.toml 001 a = 1",
    "bot /etc/bot.toml 003 b = 2",
    "bot before it 001 export X=1",
    "bot file ",
  ]);
});

const tarball = (more: object = {}) => ({ any: { package: "node", version: "1.0.0", integrity: "sha512-a", ...more } });

test.each<[string, string, object, object]>([
  ["a newer base of the distribution", "neutral", {}, { base: { epoch: 86_400, rootfs: { "linux-x64": "sha256:b" } } }],
  ["another suite", "unordered", {}, { base: { suite: "sid", epoch: 86_400 } }],
  [
    "an image of a registry instead",
    "unordered",
    {},
    { base: { registry: "evil.example/debian@sha256:a", epoch: 86_400 } },
  ],
  [
    "another image of the same registry",
    "neutral",
    { base: { registry: "debian@sha256:a" } },
    { base: { registry: "debian@sha256:b", epoch: 86_400 } },
  ],
  [
    "an image of another registry",
    "unordered",
    { base: { registry: "debian@sha256:a" } },
    { base: { registry: "evil.example/debian@sha256:a", epoch: 86_400 } },
  ],
  [
    "another version of node",
    "neutral",
    { packages: { node: tarball() } },
    { packages: { node: tarball({ version: "1.0.1", integrity: "sha512-b" }) } },
  ],
  [
    "another content of its version",
    "unordered",
    { packages: { node: tarball() } },
    { packages: { node: tarball({ integrity: "sha512-b" }) } },
  ],
  [
    "another package as node",
    "unordered",
    { packages: { node: tarball() } },
    { packages: { node: tarball({ package: "evil-node", version: "6.6.6" }) } },
  ],
  [
    "another package as npm",
    "unordered",
    { packages: { npm: tarball() } },
    { packages: { npm: tarball({ package: "evil-npm", version: "6.6.6" }) } },
  ],
])("of what every image is made of, %s is %s", (_what, of, before, after) => {
  const made = ({ base = {}, packages = {} }: { base?: object; packages?: object }) =>
    facts({}, [agent()], undefined, [], packages, base);
  expect(classes(made(before), made(after))[0]).toBe(of);
});
