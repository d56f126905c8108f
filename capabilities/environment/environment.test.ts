import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { declare } from "../../plan/declare.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { readGuards } from "../command-guards/look.ts";
import { place } from "../delivered.ts";
import { readImageSources } from "../image/look/sources.ts";
import { holdsPassword, soundsSecret } from "../secret-name.ts";
import { misread } from "./as-written.ts";
import { reserved } from "./variable.ts";

const root = process.cwd();

async function declared(config: Record<string, unknown>) {
  const { spec, problems } = parseSpec({ workspace: "/srv/acme", agents: ["claude", "shell"], ...config });
  const { readEgressCatalogue } = await import("../egress/look/catalogue.ts");
  const sources = readImageSources(root, spec!);
  const { egress } = await readEgressCatalogue(spec!, root, sources.agents, []);
  const found = declare("acme", spec!, { ...sources, ...egress, guards: readGuards(root) });
  return {
    files: place(found.files)
      .filter(({ path }) => path.startsWith("env/"))
      .map(({ path, source }) => [path, source]),
    problems: [...problems, ...found.problems].map(({ path, message }) => `${path} ${message}`),
  };
}

test("a variable is a file of all or of one agent, whatever YAML reads its value as", async () => {
  expect(
    await declared({ environment: { TZ: "Europe/Berlin", PORT: 8000, claude: { DEBUG: true, TZ: "UTC" } } }),
  ).toEqual({
    files: [
      ["env/_all/PORT", { text: "8000" }],
      ["env/_all/TZ", { text: "Europe/Berlin" }],
      ["env/claude/DEBUG", { text: "true" }],
      ["env/claude/TZ", { text: "UTC" }],
    ],
    problems: [],
  });
});

test("a secret that is exported is a file of its name and a variable of all", async () => {
  expect(
    await declared({ secrets: { NPM_TOKEN: { env: "NPM", export: true }, DB: { file: "/srv/db", export: false } } }),
  ).toEqual({
    files: [["env/_all/NPM_TOKEN", { env: "NPM" }]],
    problems: [],
  });
});

test.each([
  [{ environment: { PATH: "/tmp" } }, /^environment\.PATH PATH is the sandbox's own/],
  [
    { environment: { claude: { LD_PRELOAD: "x" } } },
    /^environment\.claude\.LD_PRELOAD LD_PRELOAD is the sandbox's own/,
  ],
  [{ secrets: { RANDOM: { env: "X", export: true } } }, /^secrets\.RANDOM RANDOM is the sandbox's own/],
  [{ environment: { EXECIGNORE: "*" } }, /^environment\.EXECIGNORE EXECIGNORE is the sandbox's own/],
  [{ secrets: { BASH_ENV: { env: "X", export: true } } }, /^secrets\.BASH_ENV BASH_ENV is the sandbox's own/],
  [{ environment: { NODE_OPTIONS: "--require ./x.js" } }, /^environment\.NODE_OPTIONS NODE_OPTIONS steers what a lang/],
  [
    { environment: { claude: { https_proxy: "http://x" } } },
    /^environment\.claude\.https_proxy https_proxy steers where/,
  ],
  [
    { secrets: { GIT_SSH_COMMAND: { env: "X", export: true } } },
    /^secrets\.GIT_SSH_COMMAND GIT_SSH_COMMAND steers git.* choose another variable, or a file under secrets without export/,
  ],
  [
    { secrets: { ANTHROPIC_API_KEY: { command: ["pass", "show", "key"], export: true } } },
    /write credentials\.claude: \{apiKey: \{command: \[pass, show, key\]\}\}/,
  ],
  [{ environment: { _agent: "x" } }, /^environment\._agent _agent is the sandbox's own/],
  [{ environment: { "A-B": "x" } }, /^environment\.A-B A-B is not the name of a variable; write letters/],
  [{ environment: { GIT_AUTHOR_NAME: "x" } }, /write git\.name and git\.email/],
  [
    { environment: { claud: { A: "x" } } },
    /^environment\.claud "claud" is not an agent of this sandbox\. Did you mean "claude"\?/,
  ],
  [{ environment: { claud: {} } }, /^environment\.claud "claud" is not an agent/],
  [{ environment: { claud: { A: "x", PATH: "y", B_TOKEN: "z" } } }, /^environment\.claud "claud" is not an agent/],
  [
    { environment: { ANTHROPIC_API_KEY: "x" } },
    /ANTHROPIC_API_KEY is what claude takes its key from; write credentials\.claude: \{apiKey: \{env: ANTHROPIC_API_KEY\}\}/,
  ],
  [
    { secrets: { ANTHROPIC_API_KEY: { file: "/srv/key", export: true } } },
    /^secrets\.ANTHROPIC_API_KEY .*write credentials\.claude: \{apiKey: \{file: \/srv\/key\}\}/,
  ],
  [
    { environment: { DATABASE_URL: "postgres://app:hunter2@db/app" } },
    /^environment\.DATABASE_URL .* holds a password/,
  ],
  [
    { environment: { API: `sk-ant-api03-${"a1".repeat(20)}` } },
    /^environment\.API .* has the form of a key or a token, .*make a new one, and write secrets\.API: \{env: API, export: true\}/,
  ],
  [{ environment: { TOK: `ghp_${"Ab1".repeat(12)}` } }, /^environment\.TOK .* has the form of a key or a token/],
  [
    { environment: { ACME_TOKEN: "x" } },
    /ACME_TOKEN is a secret by its name.*write secrets\.ACME_TOKEN: \{env: ACME_TOKEN, export: true\}/,
  ],
  [
    { environment: { A: "x" }, secrets: { A: { env: "A", export: true } } },
    /^environment\.A is exported by secrets\.A already/,
  ],
  [{ environment: { A: "one\ntwo" } }, /^environment\.A holds "\\n"; write one line of text without control/],
  [{ environment: { A: "one\ttwo" } }, /^environment\.A holds "\\t"; /],
  [{ environment: { A: "x".repeat(1001) } }, /^environment\.A has 1001 characters, and a value at most 1000/],
  [{ environment: { A: null } }, /^environment\.A is not a value; write text/],
  [{ environment: { A: ["x"] } }, /^environment\.A is not a value/],
  [{ environment: "A=x" }, /^environment is not a mapping of variables to values/],
])("what is no client's to set is refused with the way out: %j", async (config, said) => {
  const { problems } = await declared(config as Record<string, unknown>);
  expect(problems).toEqual([expect.stringMatching(said)]);
});

test("what the runtime image sets is a client's only where nothing hangs on it", () => {
  const dockerfile = readFileSync(`${root}/images/runtime/Dockerfile`, "utf8");
  const set = [...dockerfile.matchAll(/^(?:ENV | {4})([A-Z_]+=\S+(?: [A-Z_]+=\S+)*)/gm)].flatMap(([, line]) =>
    line!.split(" ").map((one) => one.split("=")[0]!),
  );
  expect(set).toContain("NODE_EXTRA_CA_CERTS");
  expect(set.filter((name) => !reserved(name))).toEqual(["LANG", "EDITOR"]);
});

test.each([
  [
    "the loader and the C library",
    "LD_AUDIT DYLD_INSERT_LIBRARIES GCONV_PATH GLIBC_TUNABLES HOSTALIASES LOCALDOMAIN RES_OPTIONS",
  ],
  ["shells", "PATH BASH_ENV ENV PROMPT_COMMAND PS1 PS4 ZDOTDIR FPATH CDPATH INPUTRC LESSOPEN IFS"],
  [
    "node and its kin",
    "NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE BUN_OPTIONS npm_config_script_shell NPM_CONFIG_NODE_OPTIONS",
  ],
  [
    "other languages",
    "PYTHONPATH PYTHONSTARTUP PERL5OPT PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS _JAVA_OPTIONS DOTNET_STARTUP_HOOKS GOFLAGS RUSTC_WRAPPER",
  ],
  [
    "git and ssh",
    "GIT_SSH_COMMAND GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_ASKPASS GIT_EXEC_PATH SSH_ASKPASS SSH_AUTH_SOCK",
  ],
  [
    "trust",
    "SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE OPENSSL_CONF NODE_TLS_REJECT_UNAUTHORIZED NODE_EXTRA_CA_CERTS CURL_CA_BUNDLE CODEX_CA_CERTIFICATE GIT_SSL_CAINFO PIP_CERT AWS_CA_BUNDLE PIP_TRUSTED_HOST npm_config_strict_ssl GOINSECURE",
  ],
  ["proxies", "HTTP_PROXY https_proxy ALL_PROXY no_proxy npm_config_https_proxy"],
])("a variable that steers programs is no client's to set: %s", (_who, names) => {
  expect(names.split(" ").filter((name) => !reserved(name))).toEqual([]);
});

test("a variable that is a setting, and no more, is a client's", () => {
  const names =
    "TZ LANG EDITOR NODE_ENV NODE_AUTH_TOKEN PYTHONUNBUFFERED RUST_LOG GOPRIVATE PIP_INDEX_URL DATABASE_URL NPM_TOKEN PGHOST CI TERM NETRC UV_INDEX_ACME_PASSWORD POETRY_HTTP_BASIC_ACME_PASSWORD CARGO_REGISTRIES_ACME_TOKEN ORG_GRADLE_PROJECT_acmePassword";
  expect(names.split(" ").filter(reserved)).toEqual([]);
});

test.each([
  [["NPM_TOKEN", "DB_PASSWORD", "OPENAI_API_KEY", "token", "PGPASSWORD", "MYSQL_PWD", "DB_PASS", "GITHUB_PAT"], true],
  [["STRIPE_KEY", "SSHPASS", "AWS_SECRET_ACCESS_KEY", "KEY", "SECRETS", "REDIS_PASSPHRASE"], true],
  [["MAX_OUTPUT_TOKENS", "KEYBOARD", "SSH_KEYFILE", "BYPASS", "PWD", "OLDPWD", "MONKEY", "COMPASS", "PATTERN"], false],
  [["VITE_STRIPE_PUBLISHABLE_KEY", "NEXT_PUBLIC_MAPS_KEY", "AUTHOR"], false],
])("names that secrets have are told from others: %j", (names, are) => {
  expect(names.filter((name) => soundsSecret(name) !== are)).toEqual([]);
});

test("a switch of a name that secrets have is none", async () => {
  expect((await declared({ environment: { DISABLE_AUTH: true, BASIC_AUTH: "off" } })).problems).toEqual([]);
});

test("a password in an address is found", () => {
  expect(["https://u:p@h/", "amqp://:p@h"].filter(holdsPassword)).toEqual(["https://u:p@h/", "amqp://:p@h"]);
  expect(["https://u@h:80/a:b@c", "http://h:80/", "a:b@c", "https://u:@h"].filter(holdsPassword)).toEqual([]);
});

test("what YAML reads as something else than is written is told, with the text to write", () => {
  const file = `config:
  agent-sandbox:environment:
    RUBY: 3.10
    MANY: 1e3
    ID: 12345678901234567890
    YES: TRUE
    PORT: 8000
    WORD: yes
    QUOTED: "3.10"
    shell: {MODE: 0x10}
`;
  const read = parse(file).config["agent-sandbox:environment"];
  const { spec } = parseSpec({ workspace: "/srv/acme", environment: read });
  expect(misread(file, spec!).map(({ path, message }) => `${path} ${message}`)).toEqual([
    'environment.RUBY 3.10 is read as "3.1"; write it in quotes: "3.10"',
    'environment.MANY 1e3 is read as "1000"; write it in quotes: "1e3"',
    'environment.ID 12345678901234567890 is read as "12345678901234567000"; write it in quotes: "12345678901234567890"',
    'environment.YES TRUE is read as "true"; write it in quotes: "TRUE"',
    'environment.shell.MODE 0x10 is read as "16"; write it in quotes: "0x10"',
  ]);
  expect(misread(undefined, spec!)).toEqual([]);
  expect(misread("text", spec!)).toEqual([]);
});
