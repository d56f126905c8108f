import type { MachineFacts } from "./facts.ts";
import { type Finding, judgeMachine } from "./judge.ts";

const NOW = Date.parse("2026-11-30T12:00:00Z");

const engine = (more: object = {}, of: object = {}): MachineFacts["engine"] => ({
  seen: {
    engine: {
      ...{
        kind: "docker",
        version: "27.5.1",
        host: "unix:///var/run/docker.sock",
        cli: "docker",
        platform: "linux-x64",
      },
      ...{ rootless: false, selinux: false, runtimes: ["runc"], gpu: "none", ...of },
    },
    ...{
      machine: "laptop",
      kernel: "6.1.0-18-amd64",
      clock: "2026-11-30T12:00:01Z",
      asked: NOW,
      here: true,
      clients: 2,
    },
    ...more,
  },
});

/** A machine that nothing is wrong with. */
const GOOD: MachineFacts = {
  ...{ now: NOW, made: NOW - 86_400_000, node: { has: "v24.1.0", needs: "22.18" }, packages: "as locked" },
  pulumi: { folder: "/p", version: { seen: "3.259.0" }, host: true },
  pinned: { pulumi: "3.259.0", plugins: ["docker 5.2.0", "command 1.2.1"] },
  plugins: { folder: "/h/plugins", there: ["command 1.2.1", "docker 5.2.0"] },
  engine: engine(),
  builder: "/usr/bin/docker",
  ...{ gpus: [], overlaps: [], ways: { seen: [{ network: "192.168.1.0/24", interface: "eth0" }] } },
  disks: [{ key: "workspace", what: "this project", path: "/p", bytes: 0.4, inodes: 0.6 }],
  ...{ authorities: [], withoutCa: ["acme"], openFiles: 1024, watchers: 128 },
  state: { folder: "/p/.state", writable: true, passphrase: "own" },
  mistaken: [],
};

const notOk = (facts: Partial<MachineFacts>) => judgeMachine({ ...GOOD, ...facts }).filter(({ word }) => word !== "ok");

test("of a machine that has everything nothing but ok is said", () => {
  expect(notOk({})).toEqual([]);
});

const way = (network: string) => ({ seen: [{ network, interface: "tun0" }] });

test.each<[what: string, facts: Partial<MachineFacts>, word: Finding["word"], of: string, says: RegExp, fix?: RegExp]>([
  [
    "a Node of before",
    { node: { has: "v20.11.0", needs: "22.18" } },
    "BAD",
    "node",
    /v20\.11\.0, and 22\.18 is needed/,
    /make setup/,
  ],
  ["no packages", { packages: "missing" }, "BAD", "packages", /not there/, /setup\.sh packages/],
  ["packages of another lock", { packages: "others" }, "BAD", "packages", /another package-lock/, /setup\.sh packages/],
  ["no Pulumi", { pulumi: undefined as never }, "BAD", "pulumi", /asks for 3\.259\.0/, /setup\.sh pulumi/],
  [
    "another Pulumi",
    { pulumi: { folder: "/p", version: { seen: "3.1.0" }, host: true } },
    "BAD",
    "pulumi",
    /has 3\.1\.0/,
    /setup/,
  ],
  [
    "a Pulumi that does not run",
    { pulumi: { folder: "/p", version: { unseen: "no" }, host: true } },
    "BAD",
    "pulumi",
    /version: no/,
  ],
  [
    "no language host",
    { pulumi: { folder: "/p", version: { seen: "3.259.0" }, host: false } },
    "BAD",
    "pulumi",
    /language-nodejs/,
  ],
  [
    "another plugin",
    { plugins: { folder: "/h", there: ["command 1.2.1", "docker 4.0.0"] } },
    "BAD",
    "plugins",
    /no docker 5\.2\.0; there are command 1\.2\.1, docker 4/,
    /setup\.sh plugins/,
  ],
  [
    "an engine of before",
    { engine: engine({}, { version: "19.3.1" }) },
    "BAD",
    "engine",
    /before 20\.10/,
    /docs\/engines/,
  ],
  [
    "a limit that is not held",
    { engine: engine({}, { limitless: ["memory"] }) },
    "note",
    "engine",
    /^limits\.memory/,
    /accept: \[limits\.memory\]/,
  ],
  [
    "an engine without a lock",
    { engine: engine({}, { kind: "podman", version: "4.9.3", rootless: true, networks: "netavark" }) },
    "note",
    "engine",
    /^lock: rootless/,
  ],
  ["a kernel of before", { engine: engine({ kernel: "5.4.0" }) }, "note", "kernel", /before 5\.7/, /kernel of 5\.7/],
  ["a kernel that is not said", { engine: engine({ kernel: undefined }) }, "UNSEEN", "kernel", /does not say/],
  ["no client that builds", { builder: undefined as never }, "BAD", "builder", /no client/, /setup\.sh engine/],
  [
    "an engine that SELinux does not confine",
    { selinux: "enforcing" },
    "note",
    "selinux",
    /one wall fewer/,
    /selinux-enabled/,
  ],
  ["a GPU that is asked for and not had", { gpus: ["acme"] }, "BAD", "gpu", /^acme asks for one/, /docs\/gpu\.md/],
  [
    "a VPN over a client's networks",
    { overlaps: [{ client: "acme", look: { seen: "10.208.0.0/24 is over" } }] },
    "BAD",
    "addresses",
    /^acme: 10\.208/,
  ],
  [
    "routes that do not answer",
    { ways: { seen: [], unseen: "ip does not say" } },
    "UNSEEN",
    "addresses",
    /ip does not say/,
  ],
  [
    "a VPN over all that networks come from",
    { ways: way("10.0.0.0/8") },
    "BAD",
    "addresses",
    /10\.0\.0\.0\/8 by tun0/,
    /agent-sandbox:addresses: 172\.20\.0\.0\/16/,
  ],
  [
    "a full disk",
    { disks: [{ key: "volumes", what: "volumes", path: "/v", bytes: 0.01, inodes: 1 }] },
    "BAD",
    "disk",
    /1 % of its bytes left/,
    /images prune/,
  ],
  [
    "authorities of its own",
    { authorities: [{ name: "Corp", file: "/c.crt" }] },
    "note",
    "ca",
    /^acme: this machine trusts "Corp"/,
  ],
  ["a clock of before this version", { now: NOW - 10 * 86_400_000 }, "BAD", "clock", /before 2026-11-29/, /set-ntp/],
  [
    "an engine whose clock is off",
    { engine: engine({ clock: "2026-11-30T13:00:00Z" }) },
    "BAD",
    "clock",
    /1h ahead of/,
    /set-ntp/,
  ],
  [
    "an engine whose clock is behind",
    { engine: engine({ clock: "2026-11-30T11:58:00Z" }) },
    "BAD",
    "clock",
    /2m behind/,
  ],
  [
    "an engine that does not tell its time",
    { engine: engine({ clock: undefined }) },
    "UNSEEN",
    "clock",
    /does not say/,
  ],
  ["few descriptors", { openFiles: 64 }, "note", "descriptors", /64 files/, /ulimit -n/],
  [
    "more gateways than inotify has room for",
    { engine: engine({ clients: 70 }) },
    "note",
    "descriptors",
    /70 clients/,
    /max_user_instances=1024/,
  ],
  [
    "a state of another's",
    { state: { folder: "/s", writable: false, passphrase: "own" } },
    "BAD",
    "state",
    /cannot be written/,
    /chown/,
  ],
  [
    "a passphrase that others read",
    { state: { folder: "/s", writable: true, passphrase: "others read it" } },
    "BAD",
    "state",
    /others can read/,
    /chmod 600/,
  ],
  [
    "stack files with mistakes",
    { mistaken: ["acme", "globex"] },
    "BAD",
    "stacks",
    /acme, globex/,
    /agentbox check acme globex/,
  ],
])("%s is told, with what to do", (_what, facts, word, what, ...[says, fix]) => {
  const found = notOk(facts);
  expect(found).toEqual([expect.objectContaining({ what, word, says: expect.stringMatching(says) })]);
  if (fix) expect(found[0]?.fix).toMatch(fix);
});

test("of what nobody can look at without an engine nothing is said to be well", () => {
  const found = judgeMachine({ ...GOOD, engine: { unseen: "no engine" } });
  expect(found.filter(({ word }) => word !== "ok").map(({ what, word }) => [what, word])).toEqual([
    ["engine", "BAD"],
    ["selinux", "UNSEEN"],
    ["addresses", "UNSEEN"],
    ["clock", "UNSEEN"],
  ]);
});

test("what set-up mends is named, and nothing else of a machine", () => {
  const all = judgeMachine({
    ...GOOD,
    packages: "missing",
    pulumi: undefined as never,
    mistaken: ["acme"],
    openFiles: 3,
  });
  expect(all.flatMap(({ pieces = [] }) => pieces)).toEqual(["packages", "pulumi"]);
});
