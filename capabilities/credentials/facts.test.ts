import { compare } from "../../plan/review/compare.ts";
import { ALL, type DeliveredFile } from "../delivered.ts";
import { credentialFacts, credentialTopics, insideFacts } from "./facts.ts";

const key = "secrets.TOKEN";
const secret: DeliveredFile = { role: "secret", name: "TOKEN", source: { env: "TOKEN" }, key };
const variable: DeliveredFile = { role: "variable", reader: ALL, name: "TOKEN", source: { env: "TOKEN" }, key };

const told = (files: DeliveredFile[], fingerprints = {}) =>
  credentialFacts(files, fingerprints).map(({ topic, about, says, mark }) =>
    [topic, about, says, mark].filter(Boolean).join(" "),
  );
const classes = (before: DeliveredFile[], after: DeliveredFile[]) =>
  compare(credentialFacts(before), credentialFacts(after), credentialTopics).map((change) => change.class);

test("a login that is made in the sandbox is told, though nothing is delivered", () => {
  expect(insideFacts({ credentials: { bot: { login: "inside" }, other: { login: "host" } } })).toEqual([
    { topic: "logins", about: "bot", says: "(inside)", key: "credentials.bot.login" },
  ]);
});

test("a secret that is a variable, too, is one line, and wider than the file alone", () => {
  expect(told([secret, variable])).toEqual(["secrets TOKEN exported (env TOKEN)"]);
  expect(classes([secret], [secret, variable])).toEqual(["widens"]);
  expect(classes([secret, variable], [secret])).toEqual(["narrows"]);
});

test("another kind of source is in no order with the one before, be the secret the same", () => {
  const sources: DeliveredFile["source"][] = [
    ...[{ env: "TOKEN" }, { file: "TOKEN" }, { keyring: "acme/npm" }, { command: ["pass", "show", "npm"] }],
    ...[{ op: "op://acme/npm/token" }, { sops: "s.yaml#/npm" }, { age: { file: "a", identity: "i" } }],
    { encrypted: "ENCRYPTED" },
  ];
  for (const [index, source] of sources.entries())
    for (const other of sources.slice(index + 1))
      expect(classes([{ ...secret, source }], [{ ...secret, source: other }])).toEqual(["unordered"]);
  expect(told([{ ...secret, source: { command: ["pass", "show", "acme/npm"] } }])).toEqual([
    "secrets TOKEN (command pass show acme/npm)",
  ]);
});

test("a variable of another source than its secret is told by itself: nothing that is delivered is in no line", () => {
  expect(told([secret, { ...variable, source: { env: "OTHER" } }])).toEqual([
    "secrets TOKEN (env TOKEN)",
    "keys _all/TOKEN (env OTHER)",
  ]);
});

test("each kind is told with its source and never with a value; what is compared is its fingerprint", () => {
  const files: DeliveredFile[] = [
    secret,
    { role: "login", reader: "claude", source: { file: "~/.claude/.credentials.json" }, key },
    { role: "variable", reader: "codex", name: "KEY", source: { env: "KEY" }, key },
    { role: "variable", reader: "codex", name: "PLAIN", source: { text: "1" }, key },
    { role: "certificates", number: 0, source: { file: "~/corp.pem" }, key },
  ];
  expect(told(files, { TOKEN: "f1", "login/claude": "f2", "env/codex/KEY": "f3", "ca/0.pem": "f4" })).toEqual([
    "secrets TOKEN (env TOKEN) f1",
    "logins claude (file ~/.claude/.credentials.json) f2",
    "keys codex/KEY (env KEY) f3",
    "ca ~/corp.pem f4",
  ]);
});
