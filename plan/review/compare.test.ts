import fc from "fast-check";
import { postures } from "../../test/facts.ts";
import { topics } from "../posture.ts";
import { type Change, compare, isWider } from "./compare.ts";
import { withoutDeparted } from "./departed.ts";
import type { PostureFact } from "./fact.ts";
import { gives, open, rights, type Topic, takes } from "./topic.ts";

const OTHER = "a topic of another version";
/** How a topic compares; what this version does not know has no order. */
const topicOf = (name: string): Topic => topics[name] ?? open("");
const of = (facts: readonly PostureFact[], name: string) => facts.filter(({ topic }) => topic === name);

test("the postures that are compared here have facts of every topic", () => {
  const found = new Set(
    fc.sample(postures, { numRuns: 200, seed: 1 }).flatMap((facts) => facts.map(({ topic }) => topic)),
  );
  expect([...found].sort()).toEqual([...Object.keys(topics), OTHER].sort());
});

test("what is as before is no change, and no order of facts makes one or another class", () => {
  fc.assert(
    fc.property(postures, postures, fc.integer(), (before, after, seed) => {
      expect(compare(before, before, topics)).toEqual([]);
      expect(compare(shuffled(before, seed), shuffled(after, seed + 1), topics)).toEqual(
        compare(before, after, topics),
      );
    }),
  );
});

/** A change as it is told of the way back. */
function back({ class: of, sign, from, to, key: _key, ...same }: Change): Omit<Change, "key"> {
  return {
    ...same,
    class: ({ widens: "narrows", narrows: "widens" } as const)[of as "widens"] ?? of,
    sign: ({ "+": "-", "-": "+" } as const)[sign as "+"] ?? sign,
    ...(to !== undefined && { from: to }),
    ...(from !== undefined && { to: from }),
  };
}

test("from one to another and back cancels: each change is told with the other class, or has none", () => {
  fc.assert(
    fc.property(postures, postures, (a, b) => {
      // Of a helper that goes only its line is told, and of one that comes all of it.
      fc.pre([[a, b] as const, [b, a] as const].every(([was, is]) => withoutDeparted(was, is).length === was.length));
      const there = compare(a, b, topics).map(({ key: _key, ...change }) => JSON.stringify(sorted(change)));
      const again = compare(b, a, topics).map((change) => JSON.stringify(sorted(back(change))));
      expect(again.sort()).toEqual(there.sort());
    }),
  );
});

test("each topic is an order: a fact is within what has it, more never takes it out, and what is within a set is within each that the set is within", () => {
  fc.assert(
    fc.property(postures, postures, postures, (a, b, c) => {
      for (const name of Object.keys(topics)) {
        const { within, holds = within } = topicOf(name);
        const [as, bs, cs] = [of(a, name), of(b, name), of(c, name)];
        for (const fact of as)
          for (const order of [within, holds]) {
            expect(order(fact, as)).toBe(true);
            if (order(fact, bs)) expect(order(fact, [...cs, ...bs])).toBe(true);
            if (order(fact, bs) && bs.every((one) => order(one, cs))) expect(order(fact, cs)).toBe(true);
          }
      }
    }),
  );
});

test("a right more is wider, or neutral where what is there gives it; a right less is never wider. Of walls it is the other way", () => {
  fc.assert(
    fc.property(postures, fc.nat(), (all, at) => {
      const fact = all[at % all.length];
      if (!fact) return;
      const fewer = all.filter((other) => other !== fact);
      const [more, less] = [compare(fewer, all, topics), compare(all, fewer, topics)];
      const { kind, within, holds = () => true } = topicOf(fact.topic);
      const isNew = !within(fact, of(fewer, fact.topic));
      const isWall = !holds(fact, of(fewer, fact.topic));
      const [added, removed] = {
        neutral: ["neutral", "neutral"],
        open: ["unordered", "unordered"],
        gives: isNew ? ["widens", "narrows"] : ["neutral", "neutral"],
        takes: isNew || isWall ? ["narrows", "widens"] : ["neutral", "neutral"],
      }[isWall ? (isNew ? "open" : "takes") : kind];
      // One of two about the same thing that are told side by side, or that reads as the other does, is none of these.
      if (fewer.some(({ topic, about }) => topic === fact.topic && about === fact.about)) return;
      expect(more.map((change) => change.class)).toEqual([added]);
      expect(less.map((change) => change.class)).toEqual([removed]);
    }),
    { numRuns: 300 },
  );
});

test("two steps of which none gives more give nothing more together", () => {
  const wider = (before: PostureFact[], after: PostureFact[]) => compare(before, after, topics).some(isWider);
  fc.assert(
    fc.property(postures, fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.boolean()), (a, first, second) => {
      // Fewer rights, and the same walls: what most people would call less.
      const isRight = ({ kind, holds }: Topic) => kind === "gives" && !holds;
      const fewer = (facts: PostureFact[], keep: Iterator<boolean>) =>
        facts.filter(({ topic }) => !isRight(topicOf(topic)) || keep.next().value);
      const b = fewer(a, first);
      const c = fewer(b, second);
      expect([wider(a, b), wider(b, c), wider(a, c)]).toEqual([false, false, false]);
    }),
  );
});

/** Of each topic what gives more than what, by people's reading. */
const MORE: Record<string, [before: string, after: string][]> = {
  "engine-at": [],
  base: [],
  profile: [
    ["lockdown", "standard"],
    ["offline", "standard"],
    ["standard", "web"],
    ["lockdown", "web"],
    ["offline", "web"],
  ],
  workspace: [],
  egress: [
    ["", "x.example 443 (client)"],
    ["x.example 443 (client)", "x.example 80,443 (client: github)"],
    ["a.x.example 443 (client)", "*.x.example 443 (client)"],
    ["*.a.x.example 443 (client)", "*.x.example 443 (client)"],
    ["*.x.example 443 (client)", "*.x.example 443 (client) | x.example 443 (client)"],
    ["*.x.example 80,443 (client)", "*.x.example 80,443 (client) | a.x.example 22 (client)"],
    ["x.example 80,443 (client) | *.y.example 443 (client)", "ANY PUBLIC HOST 80,443 (profile web)"],
    ["ANY PUBLIC HOST 80,443 (profile web)", "ANY PUBLIC HOST 80,443 (profile web) | x.example 22 (client)"],
  ],
  environment: [],
  endpoints: [["", "db:5432 192.168.1.2 (client)"]],
  "way-out": [],
  runtime: [],
  "way-out-login": [["", "acme (env PROXY)"]],
  resolvers: [
    ["", "10.0.0.53 for every name"],
    ["10.0.0.53 for a.corp.example", "10.0.0.53 for corp.example"],
    ["10.0.0.53 for corp.example", "10.0.0.53 for every name"],
    ["10.0.0.53 for every name but corp.example", "10.0.0.53 for every name"],
    ["10.0.0.53 for corp.example but a.corp.example", "10.0.0.53 for corp.example"],
  ],
  ports: [
    ["", "127.0.0.1:8000 to 8000"],
    ["127.0.0.1:8000-8009 to 8000-8009", "127.0.0.1:8000-8010 to 8000-8010"],
    ["127.0.0.1:8000 to 8000 | 127.0.0.1:8001 to 8001", "127.0.0.1:8000-8002 to 8000-8002"],
  ],
  ssh: [
    ["", "SHA256:a at 127.0.0.1"],
    ["SHA256:a at 127.0.0.1", "SHA256:a at 127.0.0.1 | SHA256:b at 127.0.0.1"],
    ["SHA256:a at 127.0.0.1", "SHA256:a at 192.168.1.7"],
    ["SHA256:a at 192.168.1.7", "SHA256:a at 0.0.0.0"],
  ],
  limits: [["cpus 2", ""]],
  "own-limits": [["gateway memory 128MiB", ""]],
  "own-gpu": [["", 'gateway "all"']],
  gpu: [
    [" none", " any 1"],
    [" none", " devices 0"],
    [" none", " all"],
    [" any 1", " any 2"],
    [" any 2", " all"],
    [" devices 0", " devices 0,1"],
    [" devices 0,1", " all"],
  ],
  masks: [
    ["/workspace/a readonly", ""],
    ["/workspace/a empty", "/workspace/a readonly"],
    ["/workspace/a empty", "/workspace/a/b empty"],
    ["/workspace/a empty", "/workspace/a readonly | /workspace/a/b empty"],
  ],
  unmasked: [["", "/workspace/.git/hooks"]],
  secrets: [
    ["", "A (env A)"],
    ["A (env A)", "A exported (env A)"],
    ["A (env A) until 2027-01-31", "A (env A) until 2027-02-01"],
    ["A (env A) until 2027-01-31", "A (env A)"],
  ],
  logins: [["", "claude (file /srv/a)"]],
  keys: [
    ["", "claude/KEY (env A)"],
    ["claude/KEY (env A) until 2027-01-31", "claude/KEY (env A)"],
  ],
  ca: [["", "/srv/corp.pem"]],
  clipboard: [["", "out"]],
  accept: [["limits.memory", "limits.memory | limits.pids"]],
  auth: [
    ["", "claude.ai"],
    ["claude.ai", "claude.ai | login.x.example"],
    ["a.x.example", "*.x.example"],
    ["*.a.x.example", "*.x.example"],
    ["*.x.example", "*.x.example | x.example"],
  ],
  dotfiles: [["", "~/.vimrc (file /srv/a)"]],
  esc: [
    ["", "acme/dev its variables and secrets are in each up"],
    // Of two that give the same variable the later one does.
    [
      "acme/dev its variables and secrets are in each up, unless from acme/live",
      "acme/dev its variables and secrets are in each up",
    ],
    [
      "acme/dev its variables and secrets are in each up",
      "acme/dev its variables and secrets are in each up | acme/live its variables and secrets are in each up",
    ],
  ],
  "git-tokens": [
    ["", "github.com as x (env A)"],
    ["github.com as x (env A) until 2027-01-31", "github.com as x (env A)"],
  ],
  "git-keys": [["", " two keys"]],
  "ssh-hosts": [
    ["", "git.example a"],
    ["git.example a", "git.example a, b"],
  ],
  guards: [["git-clean", ""]],
  expires: [
    [" 2026-12-31 00:00 UTC", ""],
    [" 2026-12-31 00:00 UTC", " 2026-12-31 18:00 UTC"],
  ],
  guardrails: [
    ["", "no-web off (a test)"],
    ["no-web mandatory (a test)", ""],
    ["no-web mandatory (a test)", "no-web advisory (a test)"],
    ["no-web advisory (a test)", "no-web off (a test)"],
  ],
  mounts: [
    ["", "/docs ro (/srv/docs)"],
    ["/docs ro (/srv/docs)", "/docs rw (/srv/docs)"],
  ],
  agents: [["", "claude"]],
  tools: [["", "psql"]],
  helpers: [["", "db"]],
  "helper-images": [],
  "helper-settings": [],
  packages: [["", "tree"]],
  image: [],
  registry: [],
  pushed: [],
  extend: [],
  settings: [],
  users: [["agent 1000:1000", "agent 0:0"]],
  capabilities: [["", "gateway CAP_SYS_ADMIN"]],
  networks: [["", "agent host"]],
  places: [
    ["", "agent /x ro (x)"],
    ["agent /x ro (x)", "agent /x rw (x)"],
  ],
  memory: [
    ["", "agent /x rw"],
    ["agent /x rw", "agent /x rw, programs run from it"],
  ],
  "system-calls": [],
  "per-process": [
    ["agent core 1, sigpending 2048", ""],
    ["agent core 1, sigpending 2048", "agent core 1"],
    ["agent core 1, sigpending 2048", "agent core 1, sigpending 2049"],
  ],
  walls: [["host takes nothing", ""]],
  unenforced: [["", "pids as the engine has it"]],
  kernel: [],
  containers: [],
};

/** What has no order, both ways. */
const UNORDERED: Record<string, [string, string][]> = {
  "engine-at": [[" ssh://dev@gpu-box", " context:gpu"]],
  profile: [["offline", "lockdown"]],
  workspace: [["/srv/a", "/srv/b"]],
  egress: [["x.example 443 (client)", "x.example 80 (client)"]],
  environment: [
    ['GIT_SSL_NO_VERIFY "0"', 'GIT_SSL_NO_VERIFY "1"'],
    ["", 'claude/ANTHROPIC_BASE_URL "https://x.example"'],
    ["", 'VISUAL "/workspace/x"'],
    ["", 'NODE_ENV "test"'],
  ],
  endpoints: [["db:5432 192.168.1.2 (client)", "db:5432 192.168.1.3 (client)"]],
  ports: [["127.0.0.1:8000 to 8000", "127.0.0.1:8000 to 8001"]],
  ssh: [["SHA256:a at 192.168.1.7", "SHA256:a at 192.168.1.8"]],
  gpu: [
    [" any 1", " devices 0"],
    [" devices 0", " devices 1"],
  ],
  runtime: [
    ["", " runsc"],
    [" runsc", " kata"],
  ],
  secrets: [
    ["A (env A)", "A (env B)"],
    ["A exported (env A)", "A (env B)"],
  ],
  logins: [["claude (file /srv/a)", "claude (file /srv/b)"]],
  keys: [["claude/KEY (env A)", "claude/KEY (env B)"]],
  dotfiles: [["~/.vimrc (file /srv/a)", "~/.vimrc (file /srv/b)"]],
  esc: [["acme/dev in each up, unless from a/x", "acme/dev in each up, unless from a/y"]],
  "git-tokens": [["github.com as x (env A)", "github.com as x (env B)"]],
  "ssh-hosts": [["git.example a, b", "git.example a, c"]],
  // Of an organisation that has it off this is stricter, and of one that has it mandatory it is not.
  guardrails: [["", "no-web advisory (a test)"]],
  mounts: [["/docs ro (/srv/a)", "/docs rw (/srv/b)"]],
  image: [
    ["", " x@sha256:1"],
    [" x@sha256:1", " x@sha256:2"],
  ],
  registry: [
    ["", " registry.example/x"],
    [" registry.example/x", " registry.example/y"],
  ],
  pushed: [
    ["", "agent-sandbox/base:1 linux-x64 sha256:1"],
    ["agent-sandbox/base:1-linux-x64 sha256:1", "agent-sandbox/base:1-linux-x64 sha256:2"],
  ],
  base: [[" trixie of the distribution", " trixie from evil.example/debian"]],
  extend: [["", "/srv/f 001 RUN true"]],
  settings: [["claude a 1", "claude a 2"]],
  "helper-images": [["db postgres@sha256:1", "db postgres@sha256:2"]],
  "helper-settings": [["db command postgres", "db command sleep"]],
  users: [["agent 1000:1000", "agent 1001:1001"]],
  places: [["agent /x ro (x)", "agent /x ro (y)"]],
  networks: [["agent names from the gateway", "agent names from 192.0.2.1"]],
  "system-calls": [["agent filtered", "agent as the engine has it"]],
  "per-process": [["agent core 1, sigpending 2048", "agent core 2, sigpending 1024"]],
  kernel: [["gateway ip_forward 0", "gateway ip_forward 1"]],
  containers: [["", "lock runs lock"]],
  "way-out": [["", "10.1.2.9:3128 x"]],
  "way-out-login": [["acme (env A)", "acme (env B)"]],
};

/** What is another, and gives and takes nothing. */
const NEUTRAL: Record<string, [string, string][]> = {
  egress: [
    ["*.x.example 80,443 (client)", "*.x.example 80,443 (client) | a.x.example 443 (client)"],
    ["x.example 443 (client)", "x.example 443 (client: github)"],
    ["ANY PUBLIC HOST 80,443 (profile web)", "ANY PUBLIC HOST 80,443 (profile web) | *.x.example 443 (client)"],
  ],
  editors: [["", "vscode may have its part in the sandbox"]],
  endpoints: [["db:5432 192.168.1.2 (client)", "db:5432 192.168.1.2 (service)"]],
  "ssh-port": [[" 2222", " 2223"]],
  ports: [["127.0.0.1:8000 to 8000 | 127.0.0.1:8001 to 8001", "127.0.0.1:8000-8001 to 8000-8001"]],
  limits: [
    ["memory 64MiB", "memory 128MiB"],
    ["cpus 2", "cpus 1"],
  ],
  masks: [["/workspace/a empty", "/workspace/a empty | /workspace/a/b readonly"]],
  guardrails: [
    ["no-web advisory (a test)", "no-web advisory (another)"],
    ["no-web mandatory (a test)", "no-web mandatory (another)"],
    ["no-web off (a test)", "no-web off (another)"],
  ],
  agents: [["claude 1.0.0", "claude 1.0.1"]],
  versions: [
    ["claude 1.0.0", "claude 1.0.1"],
    ["", "claude 1.0.0"],
  ],
  environment: [
    ['TZ "UTC"', ""],
    ['LANG "C"', 'LANG "C.UTF-8"'],
  ],
  auth: [["*.x.example", "*.x.example | a.x.example"]],
  "git-identity": [["name ann", "name bot"]],
  "git-signing": [["", " commits and tags"]],
  engine: [[" docker", " podman"]],
  addresses: [["inner 10.1.1.0/24", "inner 10.1.2.0/24"]],
  images: [["", "lock"]],
  grants: [["a.example until 2026-12-01 18:00 UTC (x)", "a.example until 2026-12-02 18:00 UTC (x)"]],
  protect: [["", " no destroy, no wipe"]],
  idle: [[" stopped after 8h", " stopped after 30m"]],
  "address-range": [[" 10.208.0.0/12", " 172.20.0.0/16"]],
  mtu: [[" 1400", " 1280"]],
};

/** `about says | about says` as facts of a topic. What has no subject begins with a blank. */
function facts(topic: string, text: string): PostureFact[] {
  const lone = topic === "profile" || topic === "workspace";
  return text === ""
    ? []
    : text.split(" | ").map((one) => {
        const [, about = "", says = ""] = SUBJECT[topic]?.exec(one) ?? /^(\S*) ?(.*)$/.exec(one) ?? [];
        return { topic, about: lone ? "" : about, says: lone ? one : says };
      });
}

/** Where subjects have blanks. */
const SUBJECT: Record<string, RegExp> = {
  egress: /^(ANY PUBLIC HOST|\S+) (.*)$/,
  capabilities: /^(.*)()$/,
  networks: /^(\S+ (?:names from|\S+)) ?(.*)$/,
  places: /^(\S+ \S+) (.*)$/,
  memory: /^(\S+ \S+) (.*)$/,
  kernel: /^(\S+ \S+) (.*)$/,
  extend: /^(\S+ \d+) (.*)$/,
  settings: /^(\S+ \S+) (.*)$/,
  "own-limits": /^(\S+ \S+) (.*)$/,
};

const classes = (topic: string, before: string, after: string) =>
  compare(facts(topic, before), facts(topic, after), topics).map((change) => change.class);
const rows = (table: Record<string, [string, string][]>) =>
  Object.entries(table).flatMap(([topic, pairs]) =>
    pairs.map(([before, after]): [string, string, string] => [topic, before, after]),
  );

test("each topic is in these tables: as what may be wider, as what has no order, or as neutral", () => {
  const kinds = Object.entries(topics).map(([name, { kind }]) => [name, kind]);
  expect(Object.keys(MORE).sort()).toEqual(kinds.flatMap(([name, kind]) => (kind === "neutral" ? [] : [name])).sort());
  for (const [name, kind] of kinds) {
    expect([name, (MORE[name!] ?? []).length > 0 || (UNORDERED[name!] ?? []).length > 0]).toEqual([
      name,
      kind !== "neutral",
    ]);
    if (kind === "open") expect([name, MORE[name!]]).toEqual([name, []]);
    if (kind === "neutral") expect([name, NEUTRAL[name!]]).toEqual([name, expect.anything()]);
  }
});

test.each(rows(MORE))("%s: from «%s» to «%s» is wider, and back it is narrower", (topic, before, after) => {
  expect(classes(topic, before, after)).toContain("widens");
  expect(classes(topic, before, after).filter((one) => one === "unordered")).toEqual([]);
  expect(classes(topic, after, before)).toContain("narrows");
  expect(classes(topic, after, before).filter((one) => one === "widens" || one === "unordered")).toEqual([]);
});

test.each(rows(UNORDERED))(
  "%s: «%s» and «%s» have no order, so each counts as wider than the other",
  (topic, one, other) => {
    expect(classes(topic, one, other)).toEqual(["unordered"]);
    expect(classes(topic, other, one)).toEqual(["unordered"]);
  },
);

test.each(rows(NEUTRAL))("%s: «%s» and «%s» give the same", (topic, one, other) => {
  const found = [...classes(topic, one, other), ...classes(topic, other, one)];
  expect(new Set(found)).toEqual(new Set(["neutral"]));
});

test.each<[string, string, Change["class"]]>([
  ["secrets", "rotated", "neutral"],
  ["logins", "rotated", "neutral"],
  ["keys", "rotated", "neutral"],
  ["git-tokens", "rotated", "neutral"],
  ["git-signing", "set in another way", "neutral"],
  ["dotfiles", "its content changed", "neutral"],
  ["images", "made of changed sources", "neutral"],
  ["ca", "another certificate", "unordered"],
  ["extend", "what it copies changed", "unordered"],
  ["system-calls", "another filter", "unordered"],
  ["containers", "it is run in another way", "unordered"],
  ["guards", "another pattern", "unordered"],
])("of %s what reads the same and is another is %s", (topic, why, found) => {
  const [one, other] = ["1", "2"].map((mark) => [{ topic, about: "a", says: "b", mark }]);
  expect(compare(one!, other!, topics)).toEqual([
    { class: found, topic, about: "a", sign: "~", from: "b", to: "b", why },
  ]);
});

test.each<[string, string, Change["class"]]>([
  ["secrets", "its files in the project changed", "unordered"],
  ["keys", "its files in the project changed", "unordered"],
  ["git-tokens", "its files in the project changed", "unordered"],
  ["way-out-login", "its files in the project changed", "unordered"],
  ["dotfiles", "its files in the project changed", "unordered"],
  ["ca", "another certificate", "unordered"],
])("of %s another content of the project's own files is %s", (topic, why, found) => {
  const of = (mark: string, ofProject?: true): PostureFact[] => [
    { topic, about: "a", says: "b", mark, ...(ofProject && { ofProject }) },
  ];
  const change = { class: found, topic, about: "a", sign: "~", from: "b", to: "b", why };
  expect(compare(of("1", true), of("2", true), topics)).toEqual([change]);
  // A file that comes to where there was none, and one that goes.
  const none = [{ topic, about: "a", says: "b" }];
  expect(compare(none, of("2", true), topics)).toEqual([change]);
  expect(compare(of("2", true), none, topics)).toEqual([change]);
  // As a version left it that did not tell the two apart.
  expect(compare(of("1"), of("2", true), topics)).toEqual([change]);
  expect(compare(of("1"), of("1", true), topics)).toEqual([]);
});

test("what narrows is no cover for another content of the project's own files", () => {
  const secret = (says: string, mark: string): PostureFact[] => [
    { topic: "secrets", about: "T", says, mark, ofProject: true },
  ];
  const [of, less] = ["(command sh x)", "(command sh x) until 2027-01-31"];
  expect(compare(secret(of!, "1"), secret(less!, "1"), topics)).toMatchObject([{ class: "narrows" }]);
  expect(compare(secret(of!, "1"), secret(less!, "2"), topics)).toMatchObject([
    { class: "unordered", why: "its files in the project changed" },
  ]);
  expect(compare(secret(less!, "1"), secret(of!, "2"), topics)).toMatchObject([{ class: "widens" }]);
});

test("facts of a kind that this version does not know count as wider, and are named", () => {
  const fact = { topic: "wormholes", about: "a", says: "b" };
  expect(compare([], [fact], topics)).toMatchObject([
    { class: "unordered", why: "this version knows no facts of this kind" },
  ]);
  expect(compare([fact], [fact], topics)).toEqual([]);
});

test("a thing with several facts is compared fact by fact, whichever comes first", () => {
  const [ro, rw] = ["ro", "rw"].map((says) => ({ topic: "t", about: "a", says }));
  const t = { t: rights() };
  expect(compare([ro!], [rw!, ro!], t)).toEqual([{ class: "widens", topic: "t", about: "a", sign: "+", to: "rw" }]);
  expect(compare([ro!, rw!], [rw!, ro!], t)).toEqual([]);
});

test("what is lost and what is gained at once has no order, of rights and of walls", () => {
  const never = () => false;
  const change = ["1", "2"].map((says) => [{ topic: "t", about: "a", says }]) as [PostureFact[], PostureFact[]];
  for (const topic of [gives(never), takes(never)])
    expect(compare(...change, { t: topic })).toMatchObject([{ class: "unordered" }]);
});

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  return [...items]
    .map((item, index) => ({ item, by: Math.sin(seed * 31 + index * 7919) }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
}
