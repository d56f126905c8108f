import { judged, specOf, told } from "../../test/declared.ts";
import type { Other } from "./kind.ts";
import { findings, RuleSchema } from "./rule.ts";

const other = (client: string, config: Record<string, unknown>): Other => ({
  ...{ client, spec: specOf(config), unread: [] },
});
const rule = (apart: string[]) => RuleSchema.parse({ name: "apart", why: "x", level: "advisory", rule: { apart } });
const found = (apart: string[], config: Record<string, unknown>, others: Other[]) =>
  told(findings(rule(apart), judged(config, { others })));
const ALL = ["ports", "addresses", "secrets", "keys", "logins"];

test.each<[string, Record<string, unknown>, Record<string, unknown>, RegExp]>([
  [
    "ports",
    { ports: ["8000-8002"] },
    { ports: ["8002:3000"] },
    /^ports: publishes 8002, and so does globex: the second of the two is refused/,
  ],
  [
    "secrets",
    { secrets: { A: { env: "NPM" } } },
    { secrets: { B: { env: "NPM", export: true } } },
    /^secrets.A: is env NPM, which globex has, too \(secrets.B\)/,
  ],
  [
    "secrets",
    { secrets: { A: { file: "~/npm" } } },
    { secrets: { B: { file: "/home/ann/npm" } } },
    /^secrets.A: is file ~\/npm, which globex has, too/,
  ],
  [
    "keys",
    { agents: ["bot"], credentials: { bot: { apiKey: { env: "K" } } } },
    { secrets: { K: { env: "K" } } },
    /^credentials.bot.apiKey: is env K, which globex has, too \(secrets.K\)/,
  ],
  [
    "keys",
    { egress: { allow: ["forge"] }, git: { tokens: { "forge.example.com": { env: "P" } } } },
    { git: { token: { env: "P" } } },
    /^git.tokens.forge.example.com: is env P, which globex has, too \(git.token\)/,
  ],
  [
    "logins",
    { agents: ["bot"], credentials: { bot: { login: "host" } } },
    { agents: ["bot"], credentials: { bot: { login: "host" } } },
    /^credentials.bot.login: is a copy of your own login of bot, which globex has, too/,
  ],
  [
    "secrets",
    { secrets: { A: { sops: "~/all.yaml#/npm" }, X: { sops: "~/all.yaml#/db" } } },
    { secrets: { B: { sops: "/home/ann/all.yaml#/npm" } } },
    /^secrets.A: is sops ~\/all.yaml#\/npm, which globex has, too \(secrets.B\)/,
  ],
  [
    "secrets",
    { secrets: { A: { age: { file: "~/npm.age", identity: "~/one" } } } },
    { secrets: { B: { age: { file: "/home/ann/npm.age", identity: "~/two" } } } },
    /^secrets.A: is age ~\/npm.age by ~\/one, which globex has, too/,
  ],
  [
    "secrets",
    { secrets: { A: { command: ["pass", "show", "npm"] }, X: { command: ["pass", "show npm"] } } },
    { secrets: { B: { command: ["pass", "show", "npm"] } } },
    /^secrets.A: is command pass show npm, which globex has, too/,
  ],
])("%s that two clients have are told for both", (shared, one, two, finding) => {
  expect(found(ALL, one, [other("globex", two)])).toEqual([expect.stringMatching(finding)]);
  expect(found([shared], one, [other("globex", two)])).toHaveLength(1);
  expect(
    found(
      ALL.filter((kind) => kind !== shared),
      one,
      [other("globex", two)],
    ),
  ).toEqual([]);
  const back = { declared: { ...judged().declared, spec: specOf(two) }, others: [other("acme", one)] };
  const theirs = findings(rule(ALL), judged({}, back));
  expect(told(theirs)).toEqual([expect.stringContaining("acme")]);
});

test("clients that have nothing in common are apart, and each has the default range to itself", () => {
  const one = { ports: [8000], secrets: { A: { env: "A" } } };
  expect(found(ALL, one, [other("globex", { ports: [8001], secrets: { A: { env: "B" } } })])).toEqual([]);
});

test("nobody can tell whether two values that are encrypted are one", () => {
  const one = { secrets: { A: { encrypted: { secure: "v1:x" } } } };
  expect(found(ALL, one, [other("globex", one)])).toEqual([]);
});

test("a range that more clients name than it has room for is told", () => {
  const small = { addresses: "172.20.0.0/22" };
  expect(found(ALL, small, [other("globex", small)])).toEqual([]);
  expect(found(ALL, small, [other("globex", small), other("initech", small), other("hooli", {})])).toEqual([
    "addresses: 172.20.0.0/22 has room for 2 clients, and globex, initech take theirs of it as well; write a larger range, or another one",
  ]);
});

test("what of another stack file cannot be read is not apart: it is told, where it says what is to be apart", () => {
  const unread: Other = { client: "globex", spec: specOf(), unread: [{ path: "ports[0]", message: "is no port" }] };
  expect(found(["ports"], {}, [unread])).toEqual([
    "what is shared with globex is not known, for its stack file has mistakes: `agentbox check globex`",
  ]);
  expect(found(["secrets"], {}, [unread])).toEqual([]);
  const nothing: Other = { client: "globex", spec: undefined, unread: [{ path: "workspace", message: "is missing" }] };
  expect(found(["secrets"], {}, [nothing])).toHaveLength(1);
  // Of many it is one line, and their mistakes are told with their own files.
  const several = ["hooli", "initech"].map((client) => ({ ...nothing, client }));
  expect(found(["secrets"], {}, several)).toEqual([
    "what is shared with hooli, initech is not known, for their stack files have mistakes: `agentbox check hooli initech`",
  ]);
  const many = Array.from({ length: 9 }, (_, at) => ({ ...nothing, client: `c${at}` }));
  expect(found(["secrets"], {}, many)).toEqual([
    "what is shared with 9 clients is not known, for their stack files have mistakes: `agentbox check`",
  ]);
});
