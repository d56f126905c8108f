import fc from "fast-check";
import { judged, told } from "../../test/declared.ts";
import type { Judged } from "./kind.ts";
import { findings, type Rule, RuleSchema } from "./rule.ts";

const DIGEST = `acme/box@sha256:${"0".repeat(64)}`;
const rule = (rule: Record<string, unknown>): Rule =>
  RuleSchema.parse({ name: "a-rule", why: "A test.", level: "mandatory", rule });
const found = (said: Record<string, unknown>, config: Record<string, unknown>, around?: Partial<Judged>) =>
  told(findings(rule(said), judged(config, around)));

/** Open for a while is open. */
const GRANTS = [
  { allow: ".paste.example", until: "2026-12-01T18:00Z", why: "x" },
  { allow: "forge", until: "2026-12-01T18:00Z", why: "x" },
];

test.each<[Record<string, unknown>, Record<string, unknown>, RegExp]>([
  [{ mostWildcards: 0 }, { grants: GRANTS }, /^grants: opens 2 wildcards, .*\*\.paste\.example \(grant\)/],
  [{ mostHosts: 2 }, { grants: GRANTS }, /^grants: opens 4 names, and at most 2/],
  [
    { deniedNames: ["paste.example"] },
    { grants: GRANTS },
    /^grants: opens paste\.example \(grant\), and nobody may reach/,
  ],
  [
    { deniedNames: ["a.forge.example.com"] },
    { grants: GRANTS },
    /^grants: opens \*\.forge\.example\.com \(grant: forge\)/,
  ],
  [{ profiles: ["standard"] }, { profile: "web" }, /^profile: "web" is not one of standard; write one of these$/],
  [
    { mostWildcards: 1 },
    { egress: { allow: ["*.a.example", "forge"] } },
    /^egress.allow: opens 2 wildcards, and at most 1 .*\*\.a\.example \(client\), \*\.forge\.example\.com \(client: forge\); write/,
  ],
  [
    { mostHosts: 1 },
    { egress: { allow: ["forge"] } },
    /^egress.allow: opens 2 names, .*\(2 by client: forge\); remove/,
  ],
  [{ mostPorts: 1 }, { ports: ["8000-8001"] }, /^ports: publishes 2 ports, and at most 1 are allowed; write fewer$/],
  [
    { leastPort: 8000 },
    {
      ssh: {
        port: 2222,
        authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"],
      },
    },
    /^ssh.port: publishes 2222, and 8000 is the lowest allowed; write that or a higher one, like 8000$/,
  ],
  [{ leastPort: 8000 }, { ports: [2222, 8080] }, /^ports: publishes 2222, and 8000 is the lowest allowed; write/],
  [{ images: "locked" }, { image: { ref: DIGEST } }, /^image.ref: acme\/box.* is not made of this project's lock/],
  [
    { images: "locked" },
    { helpers: { db: { image: DIGEST } } },
    /^helpers.db.image: acme\/box.* is not made of this project's lock; build it/,
  ],
  [{ gpuClients: ["ml"] }, { gpu: "all" }, /^gpu: is asked for, and only ml may have one; write gpu: false$/],
  [{ gpuClients: [] }, { gpu: 1 }, /^gpu: is asked for, and no client may have one; write gpu: false$/],
  [{ lanWithin: [] }, { egress: { lan: { ai: "192.168.1.2:80" } } }, /^egress.lan.ai: reaches .*no machine of the LAN/],
  [
    { lanWithin: ["192.168.2.0/24"] },
    { egress: { lan: { ai: "192.168.1.2:80" } } },
    /^egress.lan.ai: reaches 192.168.1.2:80, and only 192.168.2.0\/24 is allowed; remove the line$/,
  ],
  [{ expiring: ["secrets"] }, { secrets: { A: { env: "A", export: true } } }, /^secrets.A: says not when it expires/],
  [
    { expiring: ["credentials"] },
    { agents: ["bot"], credentials: { bot: { apiKey: { env: "A" } } } },
    /^credentials.bot.apiKey: says not/,
  ],
  [
    { expiring: ["git"] },
    { egress: { allow: ["forge"] }, git: { tokens: { "forge.example.com": { env: "A" } } } },
    /^git.tokens.forge.example.com: says not/,
  ],
  [
    { expiring: ["secrets"] },
    { secrets: { A: { env: "A", expires: "2026-11-28" } } },
    /^secrets.A: expired on 2026-11-28; take a new one/,
  ],
  [
    { writableBelow: ["~/clients/{client}"] },
    { workspace: "~/clients/acme-2/src" },
    /^workspace: ~\/clients\/acme-2\/src is written by agents and lies outside of ~\/clients\/acme; name/,
  ],
  [
    { writableBelow: ["~/clients/{client}"] },
    { workspace: "~/clients/acme/src", mounts: [{ host: "/data", at: "/data", mode: "rw" }] },
    /^mounts\[0\].host: \/data is written by agents and lies outside .*, or write mode: ro$/,
  ],
])("%j refuses %j", (said, config, finding) => {
  expect(found(said, config)).toEqual([expect.stringMatching(finding)]);
});

test.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{ profiles: ["standard", "lockdown"] }, { profile: "lockdown" }],
  [{ mostWildcards: 1 }, { egress: { allow: ["forge"] } }],
  [{ mostHosts: 2 }, { egress: { allow: ["forge"] } }],
  [{ mostHosts: 0 }, { profile: "offline" }],
  [{ mostPorts: 2 }, { ports: ["8000-8001"] }],
  [{ leastPort: 2222 }, { ports: [2222] }],
  [{ images: "digest" }, { image: { ref: DIGEST } }],
  [{ images: "locked" }, {}],
  [{ images: "locked" }, { helpers: { db: { image: { packages: ["redis-server"] }, command: ["redis-server"] } } }],
  [{ images: "digest" }, { helpers: { db: { image: DIGEST } } }],
  [{ gpuClients: ["acme"] }, { gpu: "all" }],
  [{ gpuClients: [] }, {}],
  [{ lanWithin: ["192.168.0.0/16"] }, { egress: { lan: { ai: "192.168.1.2:80" }, host: [5432] } }],
  [{ expiring: ["secrets"] }, { secrets: { A: { env: "A", expires: "2026-11-29" } } }],
  [{ expiring: ["secrets"] }, { agents: ["bot"], credentials: { bot: { login: "host" } }, ca: ["~/x.pem"] }],
  [
    { writableBelow: ["/srv/{client}", "~/clients/{client}"] },
    { workspace: "~/clients/acme", mounts: [{ host: "/data", at: "/data" }] },
  ],
  [{ privateKeys: "never" }, { secrets: { A: { file: "~/clients/acme/npm" } }, ca: ["~/corp.pem"] }],
])("%j lets through %j", (said, config) => {
  expect(found(said, config)).toEqual([]);
});

test("a client's own directory is judged by where links lead, on both sides", () => {
  const lead = (path: string) => path.replace("~/clients", "/data/clients").replace("/link", "/elsewhere");
  const said = { writableBelow: ["~/clients/{client}"] };
  expect(found(said, { workspace: "/data/clients/acme/src" }, { lead })).toEqual([]);
  expect(found(said, { workspace: "~/clients/acme/../../link" }, { lead: () => "/elsewhere" })).toEqual([]);
  expect(found(said, { workspace: "/link" }, { lead })).toEqual([
    expect.stringMatching(/^workspace: \/link \(\/elsewhere\) is written by agents and lies outside/),
  ]);
});

describe("an ssh-agent and private keys", () => {
  const never = { privateKeys: "never" };

  test.each([
    ["/tmp/ssh-XXabc12", "is where an ssh-agent answers"],
    ["/run/user/1000/keyring/ssh", "is where an ssh-agent answers"],
    ["~/.1password", "is where an ssh-agent answers"],
    ["~/.ssh/acme", "is or lies in a folder of keys (.ssh)"],
    ["~/work/.gnupg", "is or lies in a folder of keys (.gnupg)"],
  ])("are not mounted: %s", (host, why) => {
    expect(found(never, { mounts: [{ host, at: "/x" }] })).toEqual([
      expect.stringContaining(`mounts[0].host: ${host}`),
    ]);
    expect(found(never, { mounts: [{ host, at: "/x" }] })[0]).toContain(why);
  });

  test.each([
    "~/keys/id_ed25519",
    "~/acme/deploy.pem",
    "~/acme/putty.ppk",
    "~/acme/ID_RSA",
    "~/acme/deploy.PEM",
    "~/acme/id_rsa.old",
    "~/acme/id_ed25519-2025",
    "~/acme/key.pem.bak",
    "~/acme/store.jks",
    "~/acme/pass.kdbx",
    ...["~/keys/id_rsa~", "~/acme/tls.key.bak", "~/acme/a.p8", "~/.SSH/acme"],
    "~/.ssh/config",
    "/etc/ssh/ssh_host_rsa_key",
  ])("are no secret, and no dotfile: %s", (file) => {
    expect(found(never, { secrets: { A: { file, export: true } } })).toEqual([expect.stringMatching(/^secrets.A: /)]);
    expect(found(never, { dotfiles: { ".x": file } })).toEqual([expect.stringMatching(/^dotfiles..x: /)]);
  });

  test("a public key is none", () => {
    expect(found(never, { secrets: { A: { file: "~/keys/id_ed25519.pub" } } })).toEqual([]);
  });

  test("the socket of this machine's own agent is found wherever it lies, and by its variable", () => {
    const agentSockets = ["/srv/odd/place/a.sock"];
    expect(found(never, { workspace: "/srv/odd" }, { agentSockets })).toEqual([
      "workspace: /srv/odd holds the socket of your ssh-agent (/srv/odd/place/a.sock); give the client a key or token of its own, with rights of its own, under git or secrets",
    ]);
    expect(found(never, { workspace: "/srv/oddly" }, { agentSockets })).toEqual([]);
    expect(found(never, { secrets: { A: { env: "SSH_AUTH_SOCK", export: true } } })).toEqual([
      expect.stringMatching(/^secrets.A: SSH_AUTH_SOCK says where your ssh-agent answers/),
    ]);
  });
});

describe("a name that nobody gets", () => {
  const denied = (names: string[], config: Record<string, unknown>) => found({ deniedNames: names }, config);

  test.each<[denied: string, allowed: string, refused: boolean]>([
    ["paste.example", "paste.example", true],
    ["paste.example", "*.paste.example", false],
    ["paste.example", "a.paste.example", false],
    ["*.paste.example", "a.paste.example", true],
    ["*.paste.example", "paste.example", false],
    [".paste.example", "paste.example", true],
    [".paste.example", "b.a.paste.example", true],
    ["a.paste.example", "*.paste.example", true],
    ["*.a.paste.example", "*.paste.example", true],
    ["*.paste.example", "*.a.paste.example", true],
    [".paste.example", ".paste.example", true],
    ["paste.example", "notpaste.example", false],
    ["*.paste.example", "*.notpaste.example", false],
    ["a.forge.example.com", "forge", true],
  ])("%s is refused where a client has %s: %s", (name, allowed, refused) => {
    expect(denied([name], { egress: { allow: [allowed] } }).length > 0).toBe(refused);
  });

  test("profile web has it, and an agent's own service may have it", () => {
    expect(denied(["paste.example"], { profile: "web" })).toEqual([
      'profile: "web" opens any public host, and with it paste.example, which nobody may reach; write another profile',
    ]);
    expect(denied(["api.model.example.com"], { agents: ["bot"] })).toEqual([
      "agents: opens api.model.example.com (agent bot: model), and nobody may reach api.model.example.com; remove it",
    ]);
    expect(denied(["paste.example"], { profile: "offline" })).toEqual([]);
  });

  test("is refused exactly where some name is both denied and open, for all names", () => {
    const label = fc.constantFrom("a", "b", "ab");
    const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => [...labels, "test"].join("."));
    const name = fc.tuple(fc.constantFrom("", "*.", "."), host).map(([sign, host]) => `${sign}${host}`);
    const has = (name: string, host: string) =>
      name.startsWith("*.")
        ? host.endsWith(name.slice(1))
        : name.startsWith(".")
          ? host === name.slice(1) || host.endsWith(name)
          : host === name;
    // All names of the labels above, one deeper than any that is written.
    const all = ["test"];
    for (let depth = 0; depth < 4; depth++)
      all.push(...all.flatMap((below) => ["a", "b", "ab"].map((label) => `${label}.${below}`)));
    const names = [...new Set(all)];
    fc.assert(
      fc.property(name, name, (denied_, allowed) => {
        const both = names.some((one) => one !== "test" && has(denied_, one) && has(allowed, one));
        // A wildcard over a whole top-level domain is no name that a policy may have.
        fc.pre(!/^(\*?\.)?test$/.test(allowed) && !/^(\*?\.)?test$/.test(denied_));
        expect(denied([denied_], { egress: { allow: [allowed] } }).length > 0).toBe(both);
      }),
      { numRuns: 200 },
    );
  });
});

test("a rule says exactly one kind", () => {
  const parsed = (rule: unknown) =>
    RuleSchema.safeParse({ name: "x", why: "x", level: "off", rule }).error?.issues.map(({ message }) => message);
  expect(parsed({})).toEqual([expect.stringMatching(/^has 0 kinds of rule; write exactly one of profiles, /)]);
  expect(parsed({ mostHosts: 1, mostPorts: 1 })).toEqual([expect.stringMatching(/^has 2 kinds of rule; write/)]);
});
