import fc from "fast-check";
import { SpecSchema } from "../../stack-file/spec.ts";
import { declared, declaredOf, told } from "../../test/declared.ts";
import { topics } from "../posture.ts";
import { type Ceiling, judgeByCeiling, parseCeiling, TOPICS_OF } from "./ceiling.ts";

const ANNA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl anna";

/** A ceiling of a right document. */
function ceiling(content: Record<string, unknown>): Ceiling {
  const { bounds, written, problems } = parseCeiling(content, "acme");
  expect(problems).toEqual([]);
  return { written, declared: declaredOf("acme", bounds!) };
}
const verdict = (content: Record<string, unknown>, config: Record<string, unknown>) =>
  judgeByCeiling(declared(config), ceiling(content));
const exceeds = (content: Record<string, unknown>, config: Record<string, unknown>) =>
  told(verdict(content, config).exceeds);
const wrong = (content: unknown) => told(parseCeiling(content, "acme").problems);

test.each<[ceiling: Record<string, unknown>, client: Record<string, unknown>, says: string]>([
  [
    { egress: { allow: ["docs.acme.example"] } },
    { egress: { allow: ["paste.example"] } },
    "egress.allow: acme could send to paste.example:80, which the ceiling does not have (opened by client);",
  ],
  [
    { egress: { allow: ["docs.acme.example"] } },
    { egress: { allow: [{ host: "docs.acme.example", ports: [443, 8443] }] } },
    "egress.allow: acme could send to docs.acme.example:8443, which the ceiling does not have (opened by client);",
  ],
  [
    { egress: { allow: ["anything.acme.example"] } },
    { egress: { allow: ["*.acme.example"] } },
    "egress.allow: acme could send to anything-2.acme.example:80, which the ceiling does not have (opened by client);",
  ],
  [
    { egress: { allow: ["forge"] } },
    { agents: ["bot"] },
    "egress.allow: acme could send to api.model.example.com:443, which the ceiling does not have (opened by agent bot: model);",
  ],
  [
    { egress: { allow: ["forge"] } },
    { profile: "web" },
    "profile: acme could send to anything.example:80, which the ceiling does not have (opened by profile web);",
  ],
  [
    { egress: { allow: [] } },
    { grants: [{ allow: "x.example", until: "2026-12-01T18:00Z", why: "x" }] },
    "grants: acme could send to x.example:80 until 2026-12-01 18:00 UTC, which the ceiling does not have (opened by grant);",
  ],
  [{ profile: "standard" }, { profile: "web" }, "profile: acme could run with profile web"],
  [
    { egress: { lan: {} } },
    { egress: { host: [5432] } },
    "egress.host: acme could reach host as host:5432, which the ceiling does not have (opened by client);",
  ],
  [
    { ports: ["8000-8009"] },
    { ports: ["8005-8010"] },
    "ports: acme could be reached at 127.0.0.1:8010, which leads to 8010",
  ],
  [
    { ssh: { port: 2222, authorizedKeys: [ANNA] } },
    { ssh: { port: 2223, authorizedKeys: [ANNA], listen: "0.0.0.0" } },
    "ssh: acme could be entered by ssh with the key SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU, at 0.0.0.0, which the ceiling does not have;",
  ],
  [
    { mounts: [{ host: "~/docs", at: "/docs" }] },
    { mounts: [{ host: "~/docs", at: "/docs", mode: "rw" }] },
    "mounts[0]: acme could write ~/docs at /docs",
  ],
  [{ secrets: {} }, { secrets: { A: { env: "A" } } }, "secrets.A: acme could use the secret A (env A)"],
  [
    { secrets: { A: { env: "A" } } },
    { secrets: { A: { command: ["pass", "show", "A"] } } },
    "secrets.A: acme could use the secret A (command pass show A)",
  ],
  [
    { secrets: { A: { env: "A", expires: "2027-01-31" } } },
    { secrets: { A: { env: "A" } } },
    "secrets.A: acme could use the secret A (env A)",
  ],
  [
    { clipboard: "none" },
    { clipboard: "out" },
    "clipboard: acme could fill the clipboard of whoever is at its terminal",
  ],
  [
    { auth: { domains: ["claude.ai"] } },
    { auth: { domains: ["claude.ai", "login.acme.example"] } },
    "auth.domains: acme could ask a person to log in at login.acme.example, which the ceiling does not have;",
  ],
  [
    { git: { knownHosts: [] } },
    {
      egress: { allow: [{ host: "a.example", ports: [22] }] },
      git: {
        knownHosts: ["a.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"],
      },
    },
    "git.knownHosts: acme could connect by ssh to a.example, known by SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
  ],
  [{ gpu: { count: 1 } }, { gpu: "all" }, "gpu: acme could use GPUs: all"],
  [{ runtime: "runsc" }, { runtime: "kata" }, "runtime: acme could be started by the runtime kata"],
  [{ agents: ["shell"] }, { agents: ["bot"] }, "agents: acme could run the agent bot"],
  [{ guards: ["git-clean"] }, { guards: "none" }, "guards: acme could do without the command guard git-clean, which"],
  [
    { expires: "2026-12-31" },
    { expires: "2027-01-31" },
    "expires: acme could do without the end 2026-12-31 00:00 UTC, which the ceiling has; leave it in place",
  ],
  [
    { masks: [".git/hooks"] },
    {},
    "masks: acme could do without the mask over /workspace/.git/hooks readonly, which the ceiling has",
  ],
  [{ masks: [] }, { masks: [{ path: ".git/hooks", as: "writable" }] }, "masks: acme could write /workspace/.git/hooks"],
  [{ limits: { memory: "4GiB" } }, {}, "limits.memory: acme could use 8192MiB of memory, and the ceiling has 4096MiB"],
  [{ limits: { cpus: 4 } }, {}, "limits.cpus: acme could use all cpus, and the ceiling has 4"],
  [{ limits: { pids: 512 } }, {}, "limits.pids: acme could use 1024 of pids, and the ceiling has 512"],
  [
    { helpers: { db: { image: `postgres@sha256:${"1".repeat(64)}` } } },
    { helpers: { db: { image: `postgres@sha256:${"2".repeat(64)}` } } },
    "helpers.db.image: acme could have db run the image postgres@sha256:2222",
  ],
  [
    { images: { from: "registry.example/x" } },
    { images: { from: "registry.example/y" } },
    "images.from: acme could run images that registry.example/y gives",
  ],
  [{ resolvers: ["10.0.0.53"] }, {}, "resolvers: acme could ask those of the engine's host for every name"],
  [
    { resolvers: ["10.0.0.53"] },
    { resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.1.0.53"] }] },
    "resolvers: acme could ask 10.1.0.53 for corp.example, which",
  ],
  [
    { resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.1.0.53"] }] },
    { resolvers: ["10.0.0.53"] },
    "resolvers: acme could ask 10.0.0.53 for every name, which the ceiling does not have",
  ],
  [
    { resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.1.0.53"] }] },
    {
      resolvers: [
        "10.0.0.53",
        { domain: "corp.example", servers: ["10.1.0.53"] },
        { domain: "a.corp.example", servers: ["10.0.0.53"] },
      ],
    },
    "resolvers: acme could ask 10.0.0.53 for every name but corp.example, with a.corp.example, which",
  ],
  [
    { guardrails: {} },
    { guardrails: { "no-web": { level: "off", why: "x" } } },
    "guardrails.no-web: acme could be without guardrail no-web: off (x)",
  ],
  [
    { workspace: "~/clients/{client}" },
    { workspace: "~/clients/globex" },
    "workspace: acme could write ~/clients/globex",
  ],
])("of the ceiling %j a client with %j is told one thing that it could do", (content, config, says) => {
  expect(exceeds(content, config)).toEqual([expect.stringContaining(says)]);
});

test.each<[ceiling: Record<string, unknown>, client: Record<string, unknown>]>([
  [{ egress: { allow: ["*.acme.example", "forge"] } }, { egress: { allow: ["a.b.acme.example", "forge"] } }],
  [{ profile: "web", egress: { allow: [] } }, { egress: { allow: ["paste.example"] } }],
  [{ agents: ["bot"], egress: { allow: [] } }, { agents: ["bot"] }],
  [{ profile: "standard" }, { profile: "offline" }],
  [{ mounts: [{ host: "~/docs", at: "/docs", mode: "rw" }] }, { mounts: [{ host: "~/docs", at: "/docs" }] }],
  [
    { resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.0.0.53", "10.1.0.53"] }] },
    { resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.1.0.53"] }] },
  ],
  [{ secrets: { A: { env: "A" } } }, { secrets: { A: { env: "A", expires: "2027-01-31" } } }],
  [{ limits: { memory: "8GiB", tmp: "1GiB", shm: "64MiB" } }, {}],
  [{ workspace: "~/clients/{client}" }, { workspace: "~/clients/acme" }],
  [{}, { profile: "web" }],
])("within the ceiling %j is a client with %j", (content, config) => {
  expect(exceeds(content, config)).toEqual([]);
});

test("only what the ceiling writes is looked at, and all the rest is named as not looked at", () => {
  const { lookedAt, notLookedAt } = verdict({ egress: { allow: [] }, limits: { memory: "8GiB" } }, {});
  expect(lookedAt).toEqual(["egress", "limits.memory"]);
  expect(notLookedAt).toEqual(expect.arrayContaining(["profile", "endpoints", "limits.cpus", "walls", "capabilities"]));
  expect(notLookedAt).not.toContain("egress");
  expect(verdict({}, {}).lookedAt).toEqual([]);
});

test("of a client whose egress has a mistake nothing is said about what it opens", () => {
  const { policy: _none, ...client } = declared({ egress: { allow: ["paste.example"] } });
  const { exceeds, lookedAt, notLookedAt } = judgeByCeiling(
    { ...client, policy: undefined },
    ceiling({ egress: { allow: [] }, profile: "standard" }),
  );
  expect([exceeds, lookedAt]).toEqual([[], ["profile"]]);
  expect(notLookedAt).toContain("egress");
});

test("each key of a stack file bounds kinds of facts that there are, or is refused in a ceiling", () => {
  const said = Object.keys(TOPICS_OF).map((path) => path.split(".")[0]);
  const decideNothing = Object.keys(SpecSchema.shape).filter((key) => !said.includes(key));
  expect(decideNothing.sort()).toEqual([
    "addresses",
    "approvals",
    "environment",
    "grants",
    "idle",
    "mtu",
    "protect",
    "tmux",
  ]);
  for (const key of decideNothing)
    expect(
      wrong({
        [key]: {
          addresses: "10.208.0.0/12",
          approvals: [],
          environment: {},
          grants: [],
          idle: "8h",
          mtu: 1400,
          protect: true,
          tmux: true,
        }[key],
      }),
    ).toEqual([expect.stringMatching(`^${key}: is nothing that a ceiling bounds by itself`)]);
  const bounded = Object.values(TOPICS_OF).flat();
  expect(bounded.filter((name) => !(name in topics) && !name.startsWith("limits."))).toEqual([]);
});

test.each<[content: unknown, says: RegExp]>([
  [null, /^the ceiling is no mapping/],
  [[], /^the ceiling is no mapping/],
  [{ egres: {} }, /^egres: is not a key. Did you mean "egress"/],
  [{ egress: {} }, /^egress: is empty, and bounds nothing; write what it bounds: egress.allow, egress.from/],
  [{ egress: { alow: [] } }, /^egress.alow: is not a key here. Did you mean "allow"/],
  [{ git: { name: "x" } }, /^git.name: is nothing that a ceiling bounds/],
  [{ profile: "standrd" }, /^profile: "standrd" is not one of/],
])("a ceiling %j cannot be read: it is told, and bounds nobody less for it", (content, says) => {
  expect(parseCeiling(content, "acme").bounds).toBeUndefined();
  expect(wrong(content)).toEqual([expect.stringMatching(says)]);
});

describe("for all lists of names", () => {
  const name = fc.constantFrom("a.test", "b.test", "*.b.test", "x.b.test", "*.x.b.test", "anything.b.test");
  const line = fc.tuple(name, fc.uniqueArray(fc.constantFrom(80, 443), { minLength: 1 }));
  const lines = fc
    .uniqueArray(line, { selector: ([name]) => name, maxLength: 5 })
    .map((lines) => lines.map(([host, ports]) => ({ host, ports })));
  const opens = (list: { host: string; ports: number[] }[], name: string, port: number) =>
    list.some(
      ({ host, ports }) =>
        ports.includes(port) && (host.startsWith("*.") ? name.endsWith(host.slice(1)) : host === name),
    );

  test("the counterexample is what the client opens and the ceiling does not, and there is one whenever there is such a name", () => {
    fc.assert(
      fc.property(lines, lines, (most, asked) => {
        const found = exceeds({ egress: { allow: most } }, { egress: { allow: asked } });
        for (const text of found) {
          const [, name = "", port] = /could send to (\S+):(\d+),/.exec(text) ?? [];
          expect([opens(asked, name, Number(port)), opens(most, name, Number(port))]).toEqual([true, false]);
        }
        const names = ["a.test", "b.test", "x.b.test", "y.b.test", "z.x.b.test", "anything.b.test", "deep.y.b.test"];
        const above = names.some((name) =>
          [80, 443].some((port) => opens(asked, name, port) && !opens(most, name, port)),
        );
        expect(found.length > 0).toBe(above);
      }),
      { numRuns: 300 },
    );
  });

  test("what is within a ceiling is within a larger one", () => {
    fc.assert(
      fc.property(lines, lines, lines, (most, more, asked) => {
        const both = [...most, ...more.filter(({ host }) => !most.some((one) => one.host === host))];
        if (exceeds({ egress: { allow: most } }, { egress: { allow: asked } }).length === 0)
          expect(exceeds({ egress: { allow: both } }, { egress: { allow: asked } })).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
