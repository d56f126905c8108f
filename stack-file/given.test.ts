import fc from "fast-check";
import { parse } from "yaml";
import { configOf, readConfig } from "./config.ts";
import { givenOtherwise } from "./given.ts";

const FILE = `
environment: [acme/dev]
config:
  agent-sandbox:workspace: /w
  agent-sandbox:agents: [shell]
  agent-sandbox:ports: [3000, "13001:3001"]
  agent-sandbox:egress: {allow: [npm, {host: git.acme.example, ports: [8443]}]}
  agent-sandbox:secrets: {A: {env: AAA, expires: 2027-01-31}, B: {encrypted: {secure: v1:abc}}, C: {env: {secure: v1:abc}}}
  profile: standard
`;

/** As Pulumi hands it over: each value as text, what is encrypted in clear, a day without quotes as a moment. */
const PULUMI = {
  "agent-sandbox:workspace": "/w",
  "agent-sandbox:agents": '["shell"]',
  "agent-sandbox:ports": '[3000,"13001:3001"]',
  "agent-sandbox:egress": '{"allow":["npm",{"host":"git.acme.example","ports":[8443]}]}',
  "agent-sandbox:secrets":
    '{"A":{"env":"AAA","expires":"2027-01-31 00:00:00 +0000 UTC"},"B":{"encrypted":"ENCRYPTED"},"C":{"env":"NAME"}}',
  "agent-sandbox:profile": "standard",
};

const written = configOf(parse(FILE));
const found = (more: Record<string, string>) =>
  givenOtherwise({ ...readConfig({ ...PULUMI, ...more }), esc: ["acme/dev"] }, written).map(({ path }) => path);

test("what Pulumi makes of the same file is the same", () => {
  expect(found({})).toEqual([]);
});

test.each([
  ["another value", { "agent-sandbox:profile": "web" }, ["profile"]],
  ["a key that the file does not have", { "agent-sandbox:tmux": "true" }, ["tmux"]],
  ["one more of a list", { "agent-sandbox:agents": '["shell","claude"]' }, ["agents"]],
  ["one more of a mapping", { "agent-sandbox:environment": '{"A":"b"}' }, ["environment.A"]],
  [
    "a secret of another source",
    { "agent-sandbox:secrets": '{"A":{"file":"/etc/x"}}' },
    expect.arrayContaining(["secrets.A.file"]),
  ],
])("%s that comes from elsewhere is refused", (_, more, paths) => {
  expect(found(more)).toEqual(paths);
});

test("what the file lacks and cannot be parsed without is refused, too", () => {
  const { workspace: _, ...without } = written;
  expect(givenOtherwise(readConfig(PULUMI), without).map(({ path }) => path)).toEqual(["workspace"]);
});

test("whatever text stands for what is encrypted, it is no difference, and beside it everything is", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z][A-Z_]{0,20}$/), fc.boolean(), (name, other) => {
      const secrets = { A: { env: "AAA", expires: "2027-01-31" }, B: { encrypted: "ENCRYPTED" }, C: { env: name } };
      const given = { ...secrets, ...(other && { A: { env: "OTHER", expires: "2027-01-31" } }) };
      expect(found({ "agent-sandbox:secrets": JSON.stringify(given) })).toEqual(other ? ["secrets.A.env"] : []);
    }),
  );
});
