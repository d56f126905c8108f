import { ENCRYPTED, isSecretValue, takeEncrypted } from "./encrypted.ts";

const SECURE = { secure: "v1:x" };
const config = (value: unknown) => ({
  secrets: { NPM: { encrypted: value, export: true } },
  git: { token: { encrypted: value }, tokens: { "git.acme.example:8443": { encrypted: value } } },
  credentials: { codex: { apiKey: { encrypted: value } } },
  upstreamProxy: { url: "http://10.1.2.9:3128", username: "acme", password: { encrypted: value } },
  environment: { encrypted: "a variable of this name" },
});
const PATHS = [
  "secrets.NPM.encrypted",
  "git.token.encrypted",
  "git.tokens.git.acme.example:8443.encrypted",
  "credentials.codex.apiKey.encrypted",
  "upstreamProxy.password.encrypted",
];

test("every value that Pulumi decrypted is taken out of the config, by its key, and nothing else is", () => {
  const taken = takeEncrypted(config("hunter2"), config(SECURE));
  expect(taken).toEqual({
    config: config(ENCRYPTED),
    values: new Map(PATHS.map((path) => [path, "hunter2"])),
    problems: [],
  });
  expect(JSON.stringify(taken.config)).not.toContain("hunter2");
  expect(PATHS.every(isSecretValue)).toBe(true);
  expect(["secrets.NPM.env", "environment.encrypted", "encrypted", "git.encrypted"].some(isSecretValue)).toBe(false);
});

test("one that the file does not have is taken out as well", () => {
  expect(takeEncrypted(config("hunter2"), {}).problems).toEqual([]);
  expect(takeEncrypted(config("hunter2")).values.size).toBe(PATHS.length);
});

test("one that is in clear in the stack file is told, with the way out and without the value", () => {
  const { config: clean, problems } = takeEncrypted(config("hunter2"), config("hunter2"));
  expect(problems.map(({ path }) => path)).toEqual(PATHS);
  expect(problems[0]?.message).toBe(
    "is in clear in the stack file; take it for known, make a new one, and write it with pulumi config set --secret --path 'agent-sandbox:secrets.NPM.encrypted'",
  );
  expect(JSON.stringify([clean, problems])).not.toContain("hunter2");
});

test("what is no mapping where a source belongs is left for the schema to tell", () => {
  const odd = { secrets: ["x"], git: 3, credentials: { codex: "hunter2" }, encrypted: "x" };
  expect(takeEncrypted(odd, odd)).toEqual({ config: odd, values: new Map(), problems: [] });
});
