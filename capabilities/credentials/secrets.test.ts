import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { handOver } from "../../host/handover.ts";
import { hostPath } from "../../host/path.ts";
import { runProgram } from "../../host/program.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import type { Named } from "../capability.ts";
import { ALL, type DeliveredFile, describeSource, place, placeOf } from "../delivered.ts";
import type { EgressPolicy } from "../egress/egress.ts";
import { readServices } from "../egress/look/catalogue.ts";
import type { Service } from "../egress/service.ts";
import { planGitTokens } from "../git/tokens.ts";
import type { Agent } from "../image/agent.ts";
import { capabilities } from "../index.ts";
import { type FingerprintKey, fingerprint, fingerprintKey, hasFingerprint } from "./look/fingerprint.ts";
import { readSecrets } from "./look.ts";
import { endEachOther, planSecrets } from "./secrets.ts";
import type { SecretSource } from "./source.ts";
import { asJudged } from "./sources/file.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "secrets-")));
process.env.XDG_CONFIG_HOME = folder;
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads what files have, on a machine where agents can change what is `writable`. */
const readOf = (
  files: readonly DeliveredFile[],
  writable: { path: string; what: string }[] = [],
  key: FingerprintKey = KEY,
) => readSecrets(files, { root: folder, writable, encrypted: new Map() }, key);
const told = (problems: readonly { path: string; message: string }[]) =>
  problems.map(({ path, message }) => `${path}: ${message}`);

const KEY = { id: "of-test", key: Buffer.from("of this test") };
const agents = [
  { name: "claude", keys: ["ANTHROPIC_API_KEY"], login: { ways: [{ host: "~/.claude/.credentials.json" }] } },
  { name: "pi", keys: ["ANTHROPIC_API_KEY"] },
  { name: "shell", keys: [] },
] as unknown as Agent[];
const [github, gitlab, bitbucket] = readServices(join(__dirname, "../.."), ["github", "gitlab", "bitbucket"]) as [
  Service,
  Service,
  Service,
];
const plan = (raw: Record<string, unknown>) => planSecrets(parseSpec({ workspace: "/w", ...raw }).spec!, agents);

test("every secret is a file with a place of its own, sorted", () => {
  expect(
    place(
      plan({
        secrets: { NPM_TOKEN: { env: "NPM" }, DB: { file: "~/db" } },
        ca: ["~/root.pem"],
        credentials: { claude: { apiKey: { env: "KEY" } } },
      }).files,
    ).map(({ path, key }) => `${path} <- ${key}`),
  ).toEqual([
    "DB <- secrets.DB",
    "NPM_TOKEN <- secrets.NPM_TOKEN",
    "ca/0.pem <- ca[0]",
    "env/claude/ANTHROPIC_API_KEY <- credentials.claude.apiKey",
  ]);
});

test("two agents that take their keys from one variable each get their own", () => {
  const { files } = plan({ credentials: { claude: { apiKey: { env: "ONE" } }, pi: { apiKey: { env: "OTHER" } } } });
  expect(place(files).map(({ path, source }) => [path, source])).toEqual([
    ["env/claude/ANTHROPIC_API_KEY", { env: "ONE" }],
    ["env/pi/ANTHROPIC_API_KEY", { env: "OTHER" }],
  ]);
});

test("a credential for an agent that is not there, or takes none, is told", () => {
  const { problems } = plan({
    credentials: { claud: { login: "host" }, shell: { login: "host" }, claude: { login: "inside" } },
  });
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'credentials.claud: "claud" is not an agent of this sandbox. Did you mean "claude"? Its agents: claude, pi, shell',
    "credentials.shell.login: shell takes no login; remove the line",
    "credentials.claude.login: claude cannot be logged in in its sandbox; give it {login: host}",
  ]);
});

test("a copy of a login that is renewed by something good for one use is told, with who says so and a better way", () => {
  const told = (login: "host" | "inside", use: "once" | "unknown", ways: object[] = []) =>
    endEachOther("acme", parseSpec({ workspace: "/w", credentials: { claude: { login } } }).spec!, [
      {
        name: "claude",
        login: {
          ways: [...ways, { host: "~/x", how: "a copy" }],
          file: { refresh: { use, source: "https://acme.example/1", seen: "2026-11-29" } },
        },
      },
    ] as unknown as Agent[]).map(({ path, message }) => `${path}: ${message}`);
  const copies =
    "credentials.claude.login: copies your own login once, and what renews it is good for one use (https://acme.example/1, 2026-11-29): the first of both that renews it ends the other";
  expect(told("host", "once")).toEqual([copies]);
  expect(told("host", "once", [{ token: "KEY" }])).toEqual([
    `${copies}. Better is a key or token (KEY): agentbox login acme claude`,
  ]);
  expect(told("host", "once", [{ inside: ["x"] }])).toEqual([
    `${copies}. Better is {login: inside}: agentbox login acme claude`,
  ]);
  expect([...told("inside", "once"), ...told("host", "unknown")]).toEqual([]);
});

describe("a token of git", () => {
  const policy = {
    destinations: [
      { host: "github.com", subdomains: false, ports: [22, 443], origin: "client: github" },
      { host: "git.acme.example", subdomains: false, ports: [443, 8443], origin: "client" },
      { host: "wild.example", subdomains: true, ports: [80, 443], origin: "client" },
    ],
    grants: [],
    endpoints: [{ name: "gitea", address: "192.168.1.20", port: 3000, origin: "client" }],
    web: false,
  } satisfies EgressPolicy;
  const tokens = (git: unknown, services: Service[] = [], open: EgressPolicy | undefined = policy) => {
    const { spec, problems } = parseSpec({ workspace: "/w", git });
    const planned = planGitTokens(spec!.git, services, open);
    return {
      files: planned.files.map((file) => `${placeOf(file)} <- ${describeSource(file.source)} (${file.key})`),
      problems: [...problems, ...planned.problems].map(({ path, message }) => `${path}: ${message}`),
    };
  };
  const env = { env: "PAT" };

  test("alone is for the one git service that egress names, with the user's name that it wants", () => {
    expect(tokens({ token: env }, [github])).toEqual({
      files: [
        "git/github.com/token <- env PAT (git.token)",
        "git/github.com/username <- text x-access-token (git.token)",
      ],
      problems: [],
    });
    expect(tokens({ token: env }, [gitlab]).files[1]).toMatch(/^git\/gitlab\.com\/username <- text oauth2/);
    expect(tokens({ token: env }, [bitbucket]).files[1]).toMatch(/^git\/bitbucket\.org\/username <- text x-token-auth/);
  });

  test("alone is refused when nobody can know whose it is, with the form that says so", () => {
    expect(tokens({ token: env })).toEqual({
      files: [],
      problems: [
        "git.token: says no host, and egress names no git service (like github) that it could be for; say whose it is, like git.tokens: {git.acme.example: {env: PAT}}",
      ],
    });
    expect(tokens({ token: env }, [github, gitlab])).toEqual({
      files: [],
      problems: [
        "git.token: says no host, and may be for github.com or gitlab.com; say whose it is, like git.tokens: {github.com: {env: PAT}}",
      ],
    });
    expect(tokens({ token: env, tokens: { "github.com": env } }, [github]).problems).toEqual([
      "git.token: is for github.com, which has another one under git.tokens; remove one of them",
    ]);
  });

  test("by host is for that host and port, also of a wildcard and of the LAN", () => {
    expect(
      tokens({
        tokens: {
          "github.com": env,
          "git.acme.example": { file: "~/pat", username: "acme-bot" },
          "git.acme.example:8443": env,
          "team.wild.example": env,
          "gitea:3000": env,
        },
      }),
    ).toEqual({
      files: [
        ["github.com", "env PAT", "x-access-token"],
        ["git.acme.example", "file ~/pat", "acme-bot"],
        ["git.acme.example:8443", "env PAT", "x-access-token"],
        ["team.wild.example", "env PAT", "x-access-token"],
        ["gitea:3000", "env PAT", "x-access-token"],
      ].flatMap(([host, source, username]) => [
        `git/${host}/token <- ${source} (git.tokens.${host})`,
        `git/${host}/username <- text ${username} (git.tokens.${host})`,
      ]),
      problems: [],
    });
  });

  test("for a host that the policy does not open is told with the line that would", () => {
    expect(
      tokens({ tokens: { "git.other.example": env, "github.com:8443": env, "wild.example": env } }).problems,
    ).toEqual([
      "git.tokens.git.other.example: nothing in egress opens git.other.example on port 443, so git never gets there; add git.other.example to egress.allow, or remove the line",
      "git.tokens.github.com:8443: nothing in egress opens github.com on port 8443, so git never gets there; add {host: github.com, ports: [8443]} to egress.allow, or remove the line",
      "git.tokens.wild.example: nothing in egress opens wild.example on port 443, so git never gets there; add wild.example to egress.allow, or remove the line",
    ]);
    expect(tokens({ tokens: { "git.other.example": env } }, [], { ...policy, web: true }).problems).toEqual([]);
  });

  test.each([
    ["GitHub.com", 'git.tokens.GitHub.com: "GitHub.com" has capitals; write "github.com"'],
    [
      "github.com:443",
      'git.tokens.github.com:443: "github.com:443" has the port that https has anyway; write "github.com"',
    ],
    ...[
      "https://github.com",
      "github.com/acme",
      "*.acme.example",
      "github.com.",
      "a:b:1",
      "github.com:0",
      "..",
      "git.x:99999",
      "",
    ].map(
      (host) =>
        [
          host,
          `git.tokens.${host}: "${host}" is not a host; write its name alone, like github.com, or with a port, like git.acme.example:8443`,
        ] as const,
    ),
  ] as [string, string][])("for %j is refused with the right form", (host, message) => {
    expect(tokens({ tokens: { [host]: env } }).problems).toContain(message);
  });

  test.each([
    [{ env: "PAT", usernme: "x" }, /usernme: is not a key here\. Did you mean "username"/],
    [{ env: "PAT", username: "two words" }, /username: is not a user's name/],
    [{ env: "PAT", username: "a\nhost=b" }, /username: is not a user's name/],
    ["ghp_of_somebody", /is not a token's source; write one of \{env: NAME\}/],
  ])("that says %j is refused, and nothing of it is repeated", (token, message) => {
    const { problems } = tokens({ tokens: { "github.com": token } });
    expect(problems.join("\n")).toMatch(message);
    expect(problems.join("\n")).not.toContain("ghp_of_somebody");
  });

  const secrets = join(folder, "delivered");
  const helper = join(process.cwd(), "images/runtime/git-credential-sandbox");
  beforeAll(() => {
    for (const [host, token] of [
      ["github.com", "of-github"],
      ["git.acme.example:8443", "of-acme"],
    ]) {
      mkdirSync(join(secrets, host!), { recursive: true });
      writeFileSync(join(secrets, host!, "token"), token!);
      writeFileSync(join(secrets, host!, "username"), "bot");
    }
  });
  const say = (verb: string, lines: string[]) =>
    spawnSync(helper, [secrets, verb], { input: `${lines.join("\n")}\n\n`, encoding: "utf8" });
  const asked = (...lines: string[]) => say("get", lines).stdout;

  test.each([
    ["https://github.com/acme/app", "of-github"],
    ["https://GITHUB.com:443/acme/app", "of-github"],
    ["https://somebody@github.com/acme/app", "of-github"],
    ["https://git.acme.example:8443/app", "of-acme"],
    ["https://git.acme.example/app", undefined],
    ["https://github.com:8443/acme/app", undefined],
    ["https://github.com./acme/app", undefined],
    ["https://github.com.rogue.test/acme/app", undefined],
    ["https://gist.github.com/acme/app", undefined],
    ["https://github.com@rogue.test/acme/app", undefined],
    ["https://rogue.test/github.com", undefined],
    ["https://rogue.test%2fgithub.com/x", undefined],
    ["https://*/x", undefined],
    ["https://../x", undefined],
    ["http://github.com/acme/app", undefined],
  ])("goes to its own host and port alone: git asks for %s", (url, token) => {
    const { stdout } = spawnSync(
      "git",
      ["-c", "credential.helper=", "-c", `credential.helper=${helper} ${secrets}`, "credential", "fill"],
      { input: `url=${url}\n\n`, encoding: "utf8", env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "" } },
    );
    expect(/^password=(.*)$/m.exec(stdout)?.[1]).toBe(token);
  });

  test.each([
    [["host=github.com"]],
    [["protocol=https"]],
    [["protocol=https", "host="]],
    [["protocol=https", "host=github.com", "host=rogue.test"]],
    [["protocol=https", "host=rogue.test", "host=github.com"]],
    [["protocol=https", "protocol=http", "host=github.com"]],
    [["protocol=https", "host=github.com", "url=https://rogue.test"]],
    [["protocol=https", "host=github.com\r"]],
    [["protocol=https", "host= github.com"]],
    [["protocol=https", "host=GITHUB.COM:443:443"]],
    [["protocol=https", "host=gith\u{1d58}b.com"]],
    [["protocol=https", "host=git\u212a"]],
  ])("goes to nobody who asks in %j", (lines) => {
    expect(asked("protocol=https", "host=github.com")).toBe("username=bot\npassword=of-github\n");
    expect(asked(...lines)).toBe("");
  });

  test.each([
    "https://github.com%0ahost=rogue.test/x",
    "https://rogue.test%0ahost=github.com/x",
    "https://rogue.test/x%0ahost=github.com",
    "https://rogue.test/x%0d%0ahost=github.com",
    "https://github.com%0d/x",
    "https://github.com%00.rogue.test/x",
    "https://a%0ahost=github.com@rogue.test/x",
  ])("goes nowhere by a line's end in %s", (url) => {
    const settings = ["credential.helper=", `credential.helper=${helper} ${secrets}`, "credential.useHttpPath=true"];
    const { stdout } = spawnSync("git", [...settings.flatMap((one) => ["-c", one]), "credential", "fill"], {
      input: `url=${url}\n\n`,
      encoding: "utf8",
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "" },
    });
    expect(stdout).not.toContain("of-");
  });

  test.each([
    [["-c", "http.sslVerify=false"], {}],
    [["-c", "http.sslVerify=0"], {}],
    [["-c", "http.sslVerify=nonsense"], {}],
    [["-c", "http.https://github.com/acme/.sslVerify=no"], {}],
    [["-c", "http.sslCAPath=/workspace"], {}],
    [["-c", "http.https://github.com/.sslCAPath=/workspace"], {}],
    [[], { GIT_SSL_NO_VERIFY: "" }],
  ] as [string[], NodeJS.ProcessEnv][])(
    "goes to nobody whose certificate git does not judge: %j %j",
    (settings, variables) => {
      const fill = (...also: string[]) => {
        const args = ["-c", "credential.helper=", "-c", `credential.helper=${helper} ${secrets}`, ...also];
        return spawnSync("git", [...args, "credential", "fill"], {
          input: "url=https://github.com/acme/app\n\n",
          encoding: "utf8",
          env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_ASKPASS: "", ...(also.length > 0 && variables) },
        });
      };
      expect(fill().stdout).toContain("of-github");
      const { stdout, stderr } = fill("-c", "http.sslVersion=", ...settings);
      expect(stdout).not.toContain("of-github");
      expect(stderr).toContain("no token goes out while git takes certificates that nobody has judged");
    },
  );

  test("is told of where there is none, and where its host has refused it", () => {
    const of = (verb: string, ...lines: string[]) => say(verb, ["protocol=https", ...lines]);
    expect(of("get", "host=other.test:8443").stderr).toBe(
      'git-credential-sandbox: this sandbox has no token for other.test:8443. A person gives one: git.tokens: {"other.test:8443": {env: NAME}} in the client\'s file\n',
    );
    expect(of("get", "host=\u{1b}[2J").stderr).toBe("");
    const refused = /^git-credential-sandbox: github\.com refused this sandbox's token: it has expired/;
    expect(of("erase", "host=github.com", "username=bot", "password=of-github").stderr).toMatch(refused);
    // A password of somebody else's, that an address held.
    expect(of("erase", "host=github.com", "username=bot", "password=other").stderr).toBe("");
    for (const verb of ["erase", "store"])
      expect(of(verb, "host=github.com", "username=bot", "password=of-github").stdout).toBe("");
    expect(asked("protocol=https", "host=github.com")).toContain("of-github");
  });
});

test("a rotated value has another fingerprint, the same value the same, and no fingerprint holds a value", async () => {
  const file = join(folder, "token");
  const print = async (value: string) => {
    writeFileSync(file, value, { mode: 0o600 });
    const { fingerprints, problems } = await readOf([
      { role: "secret", name: "TOKEN", source: { file }, key: "secrets.TOKEN" },
    ]);
    expect(problems).toEqual([]);
    return fingerprints.TOKEN!;
  };
  const first = await print("hunter2");
  expect(await print("hunter2")).toBe(first);
  expect(await print("hunter3")).not.toBe(first);
  expect(first).toMatch(/^of-test\.[0-9a-f]{16}$/);
});

describe("the key of a client's fingerprints", () => {
  const asOn = (machine: string, kept?: string) => {
    process.env.XDG_CONFIG_HOME = join(folder, machine);
    return fingerprintKey("acme", kept);
  };
  afterAll(() => {
    process.env.XDG_CONFIG_HOME = folder;
  });
  const keyFile = (machine: string, id: string) => join(folder, machine, "agent-sandbox/fingerprint-keys", id);

  test("is the same at each look on a machine, another for another client, and for nobody else to read", () => {
    const first = asOn("one");
    expect(asOn("one")).toEqual(first);
    expect(fingerprintKey("globex", undefined).id).not.toBe(first.id);
    for (const file of [join(folder, "one/agent-sandbox/fingerprint.key"), keyFile("one", first.id)])
      expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("is the stack's on every machine that has the stack, and what delivers finds it there", () => {
    const first = asOn("one");
    expect(asOn("two").id).not.toBe(first.id);
    const second = asOn("two", first.key.toString("hex"));
    expect(second).toEqual(first);
    const said = fingerprint(first, "TOKEN", Buffer.from("hunter2"));
    expect(fingerprint(second, "TOKEN", Buffer.from("hunter2"))).toBe(said);
    expect(hasFingerprint(said, "TOKEN", Buffer.from("hunter2"))).toBe(true);
    expect(hasFingerprint(said, "TOKEN", Buffer.from("hunter3"))).toBe(false);
    expect(said).not.toContain(first.key.toString("hex").slice(0, 16));
  });

  test("tells a certificate by what it is, for its number changes where one comes before it", () => {
    const of = asOn("one");
    const said = fingerprint(of, "ca/0.pem", Buffer.from("anchor"));
    expect(fingerprint(of, "ca/1.pem", Buffer.from("anchor"))).toBe(said);
    expect(hasFingerprint(said, "ca/7.pem", Buffer.from("anchor"))).toBe(true);
    expect(fingerprint(of, "ca/0.pem", Buffer.from("another"))).not.toBe(said);
    expect(fingerprint(of, "secrets/0.pem", Buffer.from("anchor"))).not.toBe(said);
  });

  test("is made anew where what the stack keeps is no key", () => {
    expect(asOn("one", "../../etc/passwd").id).toBe(asOn("one").id);
  });
});

test("what no variable can hold is told before it is one: a program would not start, or get another value", async () => {
  const put = (name: string, value: Buffer) => writeFileSync(join(folder, name), value, { mode: 0o600 });
  put("nul", Buffer.from("a\0b"));
  put("large", Buffer.alloc(100 * 2 ** 10 + 1, "x"));
  put("most", Buffer.alloc(100 * 2 ** 10, "x"));
  const found = async (role: "secret" | "variable") => {
    const { problems } = await readOf(
      ["nul", "large", "most"].map((file) => ({
        ...(role === "variable" ? { role, reader: ALL } : { role }),
        ...{ name: file, source: { file }, key: `secrets.${file}` },
      })),
    );
    return told(problems);
  };
  expect(await found("variable")).toEqual([
    "secrets.nul: file nul holds a NUL byte, which no variable can; deliver it as a file alone, without export",
    "secrets.large: file large has 102401 bytes, and a variable at most 102400; deliver it as a file alone, without export",
  ]);
  expect(await found("secret")).toEqual([]);
});

test("a file that an agent can change is no source: not of a secret, a token, a key, a login, a CA or a dotfile", async () => {
  mkdirSync(join(folder, "workspace"));
  writeFileSync(join(folder, "own"), "of the person", { mode: 0o600 });
  // What the agent makes of a file that was there: the next up would deliver what it leads to.
  symlinkSync(join(folder, "own"), join(folder, "workspace/file"));
  symlinkSync("workspace/file", join(folder, "link"));
  const file = join(folder, "workspace/file");
  const login = { ...agents[0]!, login: { ways: [{ host: file, how: "a copy" }] } } as Agent;
  const spec = parseSpec({
    workspace: "/w",
    secrets: { A: { file }, B: { file: "link" }, C: { file: "own" } },
    git: { token: { file }, tokens: { "git.acme.example:8443": { file } } },
    ca: [file],
    dotfiles: { ".vimrc": file },
    credentials: { claude: { login: "host" }, pi: { apiKey: { file } } },
  }).spec!;
  const of = { spec, agents: [login, ...agents.slice(1)], named: [github], policy: undefined } as unknown as Named;
  const files = Object.values(capabilities).flatMap((capability) => capability.files?.(of) ?? []);
  const seen = [{ path: join(folder, "workspace"), what: "the workspace" }];
  const { problems, fingerprints } = await readOf(files, seen);
  const untrusted = "is inside the workspace, where an agent can change it";
  expect(problems.map(({ path, message }) => `${path}: ${message}`).sort()).toEqual([
    `ca[0]: ${file} ${untrusted} (a link leads there); keep it outside`,
    `credentials.claude.login: ${file} ${untrusted} (a link leads there); keep it outside`,
    `credentials.pi.apiKey: ${file} ${untrusted} (a link leads there); keep it outside`,
    `dotfiles..vimrc: ${file} ${untrusted} (a link leads there); keep it outside`,
    `git.token: ${file} ${untrusted} (a link leads there); keep it outside`,
    `git.tokens.git.acme.example:8443: ${file} ${untrusted} (a link leads there); keep it outside`,
    `secrets.A: ${file} ${untrusted} (a link leads there); keep it outside`,
    `secrets.B: link ${untrusted} (a link leads there); keep it outside`,
  ]);
  expect(Object.keys(fingerprints)).toEqual(["C"]);
});

test("what is delivered is the file that was judged: no link is gone up from", () => {
  expect(describeSource({ file: "workspace/link/../../own" })).toBe("file own");
  expect(describeSource({ file: "~/notes/link/../own" })).toBe("file ~/notes/own");
  expect(describeSource({ file: "../own" })).toBe("file ../own");
  expect(describeSource({ file: "./own" })).toBe("file own");
});

test("a source reads as what leads to the file that it is read from: also of a folder of the project that is called ~", () => {
  const parts = fc.array(fc.constantFrom("~", "~x", ".", "..", "", "a"), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(parts, (parts) => {
      const written = parts.join("/");
      expect(hostPath(asJudged(written), "/project")).toBe(hostPath(written, "/project"));
    }),
    { numRuns: 2000 },
  );
  expect(describeSource({ file: "~//../x" })).toBe("file ~/../x");
  const both = (source: (file: string) => SecretSource) => ["./~/x", "a/../~/x", "~/x"].map(source).map(describeSource);
  expect(both((file) => ({ file }))).toEqual(["file ./~/x", "file ./~/x", "file ~/x"]);
  expect(both((file) => ({ sops: `${file}#/k` }))).toEqual(["sops ./~/x#/k", "sops ./~/x#/k", "sops ~/x#/k"]);
  expect(both((file) => ({ age: { file, identity: file } }))).toEqual([
    ...["age ./~/x by ./~/x", "age ./~/x by ./~/x", "age ~/x by ~/x"],
  ]);
});

describe("the step that delivers", () => {
  const value = (name: string) => `the person's ${name}`;
  const variables = [
    "IMAGE",
    "CLIENT",
    "VOLUME",
    "OWNER",
    "ENGINE",
    "path",
    "IFS",
    "PWD",
    "RANDOM",
    "BASH_ENV",
    "PPID",
  ];

  /** Runs it with an engine's client that keeps what a container of it is sent, and what it is called with. */
  async function deliver(files: Record<string, unknown>) {
    const engine = join(folder, "engine");
    writeFileSync(
      engine,
      `#!/bin/sh\nif [ "$1" = exec ]; then exit; fi\nprintf '%s\\n' "$@" >${folder}/called\ncat >${folder}/sent\n`,
    );
    chmodSync(engine, 0o755);
    rmSync(join(folder, "sent"), { force: true });
    const words = {
      engine: { cli: engine, host: "unix:///x" },
      client: "acme",
      volume: "v",
      owner: "1000:1000",
      image: "i",
    };
    const { code, stderr } = await runProgram(process.execPath, ["components/steps/deliver-secrets.ts"], {
      seconds: 60,
      input: JSON.stringify({ ...words, files }),
      env: {
        ...Object.fromEntries(variables.map((name) => [name, value(name)])),
        ...{ PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: folder },
      },
    });
    const sent = existsSync(join(folder, "sent")) ? readFileSync(join(folder, "sent"), "utf8").trim().split("\n") : [];
    return { status: code, stderr, sent };
  }
  /** What the program of an `up` says of its files, once it hands their values over. */
  const found = async (sources: Record<string, DeliveredFile["source"]>) => {
    const files = Object.entries(sources).map(([name, source]) => ({
      ...{ role: "secret" as const, name, source, key: name },
    }));
    const { fingerprints, values, problems, unseen } = await readOf(files, [], fingerprintKey("acme", undefined));
    expect([...problems, ...unseen]).toEqual([]);
    await handOver("acme", process.cwd(), values);
    return Object.fromEntries(files.map(({ name, source }) => [name, { ...source, fingerprint: fingerprints[name] }]));
  };

  test("hands over the person's value of whatever variable: none of its own is one", async () => {
    const before = { ...process.env };
    for (const name of variables) process.env[name] = value(name);
    try {
      const { status, sent } = await deliver(
        await found(Object.fromEntries(variables.map((name) => [name, { env: name }]))),
      );
      expect(status).toBe(0);
      expect(sent.pop()).toBe("/end");
      const read = sent
        .map((line) => line.split(" "))
        .map(([name, text]) => [name, Buffer.from(text!, "base64").toString()]);
      expect(Object.fromEntries(read)).toEqual(Object.fromEntries(variables.map((name) => [name, value(name)])));
      expect(readFileSync(join(folder, "called"), "utf8")).not.toContain("the person's");
    } finally {
      for (const name of variables)
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
    }
  });

  test("hands over what was judged, in its bytes, whatever its source has since: nothing is read twice", async () => {
    const file = join(folder, "two words");
    writeFileSync(file, Buffer.from([0, 255, 10, 13]), { mode: 0o600 });
    const files = await found({ TOKEN: { file } });
    writeFileSync(file, "another");
    const { status, sent } = await deliver(files);
    expect([status, sent]).toEqual([0, [`TOKEN ${Buffer.from([0, 255, 10, 13]).toString("base64")}`, "/end"]]);
    rmSync(file);
    expect(await deliver(files)).toMatchObject({ status: 0 });
  });

  test("sends nothing when what is handed over is not what was judged, or nobody hands anything over", async () => {
    const file = join(folder, "changes");
    writeFileSync(file, "one", { mode: 0o600 });
    const files = await found({ TOKEN: { file } });
    await handOver("acme", process.cwd(), new Map([["TOKEN", Buffer.from("two")]]));
    expect(await deliver(files)).toMatchObject({
      status: 1,
      sent: [],
      stderr: "TOKEN is not what it was when this up looked at it; run the same command again\n",
    });
    for (const socket of readdirSync(join(folder, "agent-sandbox/handover")))
      rmSync(join(folder, "agent-sandbox/handover", socket));
    expect(await deliver(files)).toMatchObject({
      status: 1,
      sent: [],
      stderr: expect.stringMatching(
        /^the program that has read the secrets hands none over .*; run the same command again\n$/,
      ),
    });
  });

  test("takes values from a socket that is the person's alone, in a folder that nobody else enters", async () => {
    await found({ PATH: { env: "PATH" } });
    const handover = join(folder, "agent-sandbox/handover");
    expect(statSync(handover).mode & 0o777).toBe(0o700);
    expect(readdirSync(handover)).toHaveLength(1);
  });
});
