import { parse } from "yaml";
import { judgeStackFile } from "./shape.ts";
import { parseSpec } from "./spec.ts";

/** What is said of a file, given what Pulumi hands on of it. */
const told = (yaml: string) => {
  const content = parse(yaml);
  const config = Object.entries(content?.config ?? {})
    .filter(([key]) => !key.includes(":") || key.startsWith("agent-sandbox:"))
    .map(([key, said]) => [key.replace("agent-sandbox:", ""), plain(said)]);
  return judgeStackFile(content, parseSpec(Object.fromEntries(config)).problems).map(
    ({ path, message }) => `${path}: ${message}`,
  );
};

/** As a program gets it: `secure:` is taken off, and null is a word without letters. */
function plain(said: unknown): unknown {
  if (said === null) return "";
  if (Array.isArray(said)) return said.map(plain);
  if (typeof said !== "object") return said;
  if ("secure" in said) return "decrypted";
  return Object.fromEntries(Object.entries(said).map(([key, inner]) => [key, plain(inner)]));
}

test("a file as Pulumi itself writes it has nothing wrong", () => {
  expect(
    told(`
encryptionsalt: v1:abc
secretsprovider: passphrase
environment: [acme/prod]
config:
  agent-sandbox:workspace: /w
  agent-sandbox:agents: [shell]
  profile: offline
  pulumi:disable-default-providers: ["*"]
  docker:host: unix:///x
`),
  ).toEqual([]);
  expect(judgeStackFile(undefined, [])).toEqual([]);
});

test.each(["", "# a remark", "encryptionsalt: v1:abc"])("a file that says nothing is told as that: %j", (text) => {
  // Pulumi writes its salt into an empty file before the program reads it.
  expect(told(text)).toEqual([": the file says nothing; write `config:` and below it agent-sandbox:workspace"]);
});

test.each([
  ["secretsprovider: awskms:///alias/x?endpoint=http://127.0.0.1", 'secretsprovider: "awskms:'],
  ["encryptedkey: abc", "encryptedkey: has Pulumi ask another machine for the stack's key"],
])("%s is refused: no review sees what is there", (line, says) => {
  expect(told(`${line}\nconfig: {agent-sandbox:workspace: /w, agent-sandbox:agents: [shell]}`)).toEqual([
    expect.stringContaining(says),
  ]);
});

test("names of ESC environments are beside the config, where Pulumi reads them", () => {
  expect(
    told("config: {agent-sandbox:workspace: /w, agent-sandbox:agents: [shell], agent-sandbox:esc: [acme/dev]}"),
  ).toEqual(["agent-sandbox:esc: is written beside `config:`, where Pulumi reads it, as environment: [acme/dev]"]);
});

test.each([
  ["agent-sanbox:profile", "profile"],
  ["Agent-Sandbox:profile", "profile"],
  ["agentsandbox:egress", "egress"],
])("%s is in no namespace of ours: nobody would read it", (key, name) => {
  expect(told(`config: {agent-sandbox:workspace: /w, ${key}: offline}`)).toEqual([
    `${key}: is not read: "${key.split(":")[0]}" is not this project's namespace. Did you mean "agent-sandbox:${name}"?`,
  ]);
});

test("a namespace of something else is told as that, and one word too many as well", () => {
  expect(told("config: {agent-sandbox:workspace: /w, aws:region: x, agent-sandbox:config:profile: web}")).toEqual([
    'aws:region: is not read: "aws" is not a namespace of this project (agent-sandbox, pulumi, docker, command); remove the line',
    "config:profile: is not how a key is written; write profile: below agent-sandbox:config",
  ]);
});

test("keys where there is no config, and beside one, are told one by one, and the workspace is not said to be missing", () => {
  expect(told("agent-sandbox:workspace: /w\nagent-sandbox:profile: offline")).toEqual([
    "agent-sandbox:workspace: stands where there is no `config:`, where nobody reads it; indent it below `config:` as agent-sandbox:workspace",
    "agent-sandbox:profile: stands where there is no `config:`, where nobody reads it; indent it below `config:` as agent-sandbox:profile",
  ]);
  expect(told("config: {agent-sandbox:workspace: /w}\negress: {allow: [github]}")).toEqual([
    "egress: stands beside `config:`, where nobody reads it; indent it below `config:` as agent-sandbox:egress",
  ]);
});

test("a misspelt config is told once, with the right word", () => {
  expect(told("confg: {agent-sandbox:workspace: /w}")).toEqual([
    'confg: is not a key of a stack file, and nothing below it is read. Did you mean "config"?',
  ]);
});

test("a mapping below the namespace is told with the words to write", () => {
  expect(told("config: {agent-sandbox: {workspace: /w, profile: offline}}")).toEqual([
    "agent-sandbox.workspace: is a mapping below agent-sandbox, which is not read; write agent-sandbox:workspace in one word",
    "agent-sandbox.profile: is a mapping below agent-sandbox, which is not read; write agent-sandbox:profile in one word",
  ]);
});

test("a workspace that is really missing is still told beside other slips of shape", () => {
  expect(told("config: {agent-sanbox:profile: web}")).toEqual([
    expect.stringMatching(/^agent-sanbox:profile: is not read/),
    expect.stringMatching(/^workspace: is missing/),
  ]);
});

test("no policy hides behind secure:, wherever it stands, and what it holds is in no message", () => {
  const messages = told(`
config:
  agent-sandbox:workspace: {secure: x}
  agent-sandbox:profile: {secure: x}
  agent-sandbox:egress: {allow: [github, {secure: x}], lan: {db: {secure: x}}}
  agent-sandbox:mounts: [{host: {secure: x}, at: /x}]
  agent-sandbox:limits: {secure: x}
`);
  const encrypted =
    "is encrypted (secure:), so no reviewer sees what it opens; write it as it is. Only secrets, git.token, apiKey and upstreamProxy.password may be encrypted";
  expect(messages).toEqual(
    ["workspace", "profile", "egress.allow[1]", "egress.lan.db", "mounts[0].host", "limits"].map(
      (path) => `${path}: ${encrypted}`,
    ),
  );
});

test("a key with and without its namespace is one key, and is told", () => {
  expect(told("config:\n  workspace: /srv/acme\n  agent-sandbox:workspace: /srv/other\n")).toEqual([
    "workspace: is there twice, as workspace and as agent-sandbox:workspace; leave one of them out",
  ]);
});

test("where a secret is may be encrypted", () => {
  expect(
    told(`
config:
  agent-sandbox:workspace: /w
  agent-sandbox:secrets: {A: {env: {secure: x}}}
  agent-sandbox:git: {token: {file: {secure: x}}}
  agent-sandbox:credentials: {claude: {apiKey: {env: {secure: x}}}}
`),
  ).toEqual([]);
});

test("a bare ~ is none to YAML, and so is a key with nothing behind it: both are told once", () => {
  const none = 'has no value (YAML reads nothing, null and a bare ~ as none); write one, quoted where it is "~"';
  expect(told("config: {agent-sandbox:workspace: ~, agent-sandbox:ports: }")).toEqual([
    `workspace: ${none}`,
    `ports: ${none}`,
  ]);
});

test.each([
  ["", "says nothing"],
  ["- a", "no mapping"],
  ["config: [a]", "config: is no mapping"],
])("a file that is %j is told as that", (yaml, says) => {
  expect(
    judgeStackFile(parse(yaml), [])
      .map(({ path, message }) => `${path}: ${message}`)
      .join(),
  ).toContain(says);
});
