import type { Mount, Workload } from "../workload.ts";
import type { ToldMounts } from "./engine-mounts.ts";
import { isProven, judgeDatagrams, judgeLook, judgeProbes, sawRights, type Verdict } from "./judge.ts";
import { escapePath, lookUps, number, type Proof, planProof, references } from "./proof.ts";

const agent = (mounts: Mount[], more: Partial<Workload> = {}) =>
  ({
    mounts,
    scratch: [{ at: "/tmp", size: 2 ** 20, exec: true }],
    user: "1000:1000",
    networks: [{ name: "acme-inner" }],
    gpu: false,
    ...more,
  }) as unknown as Workload;

const bind = (source: string, at: string, readOnly = false): Mount => ({ kind: "bind", source, at, readOnly });
const volume = (purpose: string, at: string): Mount => ({
  kind: "volume",
  purpose,
  source: `acme-${purpose}`,
  at,
  readOnly: false,
});

const PROBES = ["shut tcp 1.1.1.1 443", "open dns 10.0.0.2 x.test 10.0.0.129"];
const proof = planProof(
  agent([
    bind("/srv/acme", "/workspace"),
    bind("/srv/acme/.git", "/workspace/.git"),
    bind("/srv/acme/.git/my hooks", "/workspace/.git/my hooks", true),
    volume("home", "/home/dev"),
  ]),
  PROBES,
);

/** What `witness` prints of a container that is as planned, on an engine that mounts what Docker 20.10 does. */
function lookOf(of: Proof): string[] {
  const all = references(of);
  const id = (reference: number, path: string) => `65024 ${1000 * reference + path.length + 1} directory`;
  const mount = (at: string, options: string, type: string, own = "rw", device = "254:0", root = "/") =>
    `mount 137 106 ${device} ${root} ${at} ${options},relatime master:1 - ${type} /dev/vda ${own}`;
  const mounted = of.mounts.flatMap(({ at, readOnly, size, shows }) => [
    mount(
      escapePath(at),
      readOnly ? "ro" : "rw",
      shows ? "ext4" : "tmpfs",
      shows ? "rw,discard" : `rw,size=${size! / 1024}k`,
    ),
    `at ${escapePath(at)} ${shows ? id(number(shows.reference, all), shows.path) : "52 1 directory"}`,
  ]);
  return [
    ...[
      mount("/", "ro", "overlay"),
      "at / 43 1 directory",
      mount("/etc/hosts", "ro", "ext4"),
      "at /etc/hosts 65024 9 file",
    ],
    // The kernel's own, as an agent's container had them on 2026-11-28 (Docker 20.10, control groups v1).
    ...[
      mount("/proc", "rw,nosuid", "proc", "rw", "0:121"),
      mount("/dev", "rw,nosuid", "tmpfs", "rw,size=65536k,mode=755", "0:128"),
      mount("/dev/pts", "rw,nosuid,noexec", "devpts", "rw,gid=5,mode=620,ptmxmode=666", "0:129"),
      mount("/sys", "ro,nosuid", "sysfs", "ro", "0:130"),
      mount("/sys/fs/cgroup", "rw,nosuid", "tmpfs", "rw,mode=755", "0:131"),
      mount("/sys/fs/cgroup/pids", "ro", "cgroup", "rw,pids", "0:36", "/docker/ad96"),
      mount("/dev/mqueue", "rw,nosuid", "mqueue", "rw", "0:120"),
      mount("/dev/shm", "rw,nosuid", "tmpfs", "rw,size=65536k", "0:132"),
      mount("/proc/sys", "ro,nosuid", "proc", "rw", "0:121", "/sys"),
      mount("/proc/acpi", "ro", "tmpfs", "ro", "0:135"),
      mount("/proc/keys", "rw,nosuid", "tmpfs", "rw,size=65536k,mode=755", "0:128", "/null"),
      mount("/sys/firmware", "ro", "tmpfs", "ro", "0:140"),
    ],
    ...mounted,
    ...lookUps(of)
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [, reference, path] = line.split(" ");
        return `${line} ${id(Number(reference), (path ?? "").replace(/\\040/g, " "))}`;
      }),
    ...["link lo", "link eth0"],
    ...[1, 7].map(
      (pid) =>
        `process ${pid} Uid=1000,1000,1000,1000 Gid=1000,1000,1000,1000 CapInh=0000000000000000 CapPrm=0000000000000000 CapEff=0000000000000000 CapBnd=0000000000000000 CapAmb=0000000000000000 NoNewPrivs=1 Seccomp=2 mounts=mnt:[4026532182]`,
    ),
    "end",
  ];
}

const bad = (verdicts: readonly Verdict[]) => verdicts.filter(({ verdict }) => verdict !== "ok");
/** What Docker says of every container. */
const TOLD: ToldMounts = { shm: 64 * 2 ** 20, hidden: ["/proc/keys", "/proc/new-in-docker"] };
const judged = (lines: readonly string[], of = proof, told = TOLD) => judgeLook(of, `${lines.join("\n")}\n`, told);

test("a container that is as planned is proven, with every planned mount told once", () => {
  const verdicts = judged(lookOf(proof));
  expect(bad(verdicts)).toEqual([]);
  expect(verdicts.map(({ what }) => what)).toEqual([
    "mount /home/dev",
    "mount /tmp",
    "mount /workspace",
    "mount /workspace/.git",
    "mount /workspace/.git/my hooks",
    "mounts: no others",
    "processes: the planned user, and no rights",
    "networks: 1",
  ]);
});

test("a look is made again for processes that are not as planned, and for nothing else", () => {
  const again = (change: (line: string) => string) => sawRights(proof, `${lookOf(proof).map(change).join("\n")}\n`);
  const second = (change: (line: string) => string) =>
    again((line) => (/^process 7 /.test(line) ? change(line) : line));
  expect(again((line) => line)).toBe(false);
  expect(second((line) => line.replace("CapEff=0000000000000000", "CapEff=000001fffeffffff"))).toBe(true);
  expect(second((line) => line.replace("mnt:[4026532182]", "mnt:[4026532183]"))).toBe(true);
  expect(again((line) => line.replace("link eth0", "link eth1"))).toBe(false);
  expect(again((line) => line.replace(/ Seccomp=2/, ""))).toBe(false);
});

const foreign = (line: string) => (l: string) => (l === "link lo" ? [line, l] : l);

test.each<[string, (line: string) => string | string[], RegExp]>([
  ["memory below /dev", foreign("mount 9 1 0:9 / /dev/x rw - tmpfs x rw"), /nobody planned: \/dev\/x$/m],
  ["another /proc below /sys", foreign("mount 9 1 0:9 / /sys/p rw - proc x rw"), /nobody planned: \/sys\/p$/m],
  ["a part of /proc that can be written", (l) => l.replace("/sys /proc/sys ro", "/sys /proc/sys rw"), /\/proc\/sys$/m],
  ["another part of /proc", (l) => l.replace("/sys /proc/sys", "/1/root /proc/sys"), /\/proc\/sys$/m],
  ["the same part of another /proc", (l) => l.replace("0:121 /sys", "0:99 /sys"), /\/proc\/sys$/m],
  [
    "a second mount over what is hidden",
    foreign("mount 9 1 0:9 / /sys/firmware ro - tmpfs x ro"),
    /\/sys\/firmware \(twice\)$/m,
  ],
  [
    "memory that can be written where something is hidden",
    (l) => l.replace("/proc/acpi ro", "/proc/acpi rw"),
    /\/proc\/acpi$/m,
  ],
  ["another file where something is hidden", (l) => l.replace("/null /proc/keys", "/x /proc/keys"), /\/proc\/keys$/m],
  ["a null of another /dev", (l) => l.replace("0:128 /null", "0:9 /null"), /\/proc\/keys$/m],
  ["a control group that can be written", (l) => l.replace("cgroup/pids ro", "cgroup/pids rw"), /cgroup\/pids$/m],
  [
    "a /sys that can be written",
    (l) => l.replace("/sys ro,nosuid,relatime master:1 - sysfs", "/sys rw,nosuid - sysfs"),
    /\/sys$/m,
  ],
  ["a part of a file system as /dev", (l) => l.replace("0:128 / /dev", "0:128 /mine /dev"), /\/dev$/m],
  [
    "a larger /dev/shm",
    (l) => (l.includes("/dev/shm") ? l.replace("65536k", "4194304k") : l),
    /\/dev\/shm: it may take 4096MiB of the memory, not 64MiB/,
  ],
  [
    "a larger /tmp",
    (l) => (l.includes(" /tmp ") ? l.replace("size=1024k", "size=1g") : l),
    /\/tmp: it may take 1024MiB of the memory, not 1MiB/,
  ],
  [
    "a /tmp without a limit",
    (l) => (l.includes(" /tmp ") ? l.replace(",size=1024k", "") : l),
    /\/tmp: it may take any part of the memory/,
  ],
  ["a second root", foreign("mount 9 1 0:9 / / ro - overlay x ro"), /nobody planned: \/ \(twice\)/],
])("%s is none of an engine's own mounts", (_what, sabotage, why) => {
  const changed = lookOf(proof).flatMap(sabotage);
  expect(changed).not.toEqual(lookOf(proof));
  const found = bad(judged(changed));
  expect(found.map(({ what }) => what).join("\n")).toMatch(why);
  expect(isProven(found)).toBe(false);
});

test.each([
  [
    "control groups v2",
    ["mount 9 1 0:26 /../docker-ad96.scope /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate"],
    [/ \/sys\/fs\/cgroup/],
  ],
  ["Podman, which hides more", ["mount 9 1 0:99 / /sys/dev/block ro,relatime - tmpfs tmpfs ro"], []],
  ["a place that a later Docker says that it hides", ["mount 9 1 0:99 / /proc/new-in-docker ro - tmpfs tmpfs ro"], []],
  [
    "mapped users, whose devices are mounted",
    ["mount 9 1 0:5 /null /dev/null rw - devtmpfs udev rw"],
    [/\/proc\/keys/],
  ],
])("an engine's own mounts are none of somebody's: %s", (_what, lines, without) => {
  const kept = lookOf(proof).filter((line) => !without.some((gone) => gone.test(line)));
  expect(bad(judged([...lines, ...kept]))).toEqual([]);
});

test("a GPU's devices are the engine's where a GPU is planned, and nothing else below /dev is", () => {
  const device = "mount 9 1 0:5 /nvidia0 /dev/nvidia0 rw,nosuid - devtmpfs udev rw";
  const with_ = (line: string, gpu: boolean) => bad(judged([line, ...lookOf(proof)], { ...proof, gpu }));
  expect(with_(device, true)).toEqual([]);
  expect(with_(device, false)).toHaveLength(1);
  expect(with_(device.replaceAll("nvidia0", "sda"), true)).toHaveLength(1);
});

test("a part of the workspace is looked up in the workspace, name by name; volumes and other places by themselves", () => {
  expect(references(proof)).toEqual([
    { kind: "volume", source: "acme-home" },
    { kind: "bind", source: "/srv/acme" },
  ]);
  expect(lookUps(proof)).toBe("reference 0 \nreference 1 \nreference 1 .git\nreference 1 .git/my\\040hooks\n");
});

test.each<[string, (line: string) => string | string[], RegExp]>([
  [
    "a mask that was lifted",
    (l) => (/^(mount .* |at )\/workspace\/.git\/my/.test(l) ? [] : l),
    /nothing is mounted there/,
  ],
  [
    "a workspace made anew",
    (l) => l.replace(/^reference 1 {2}65024 \d+/, "reference 1  65024 77"),
    /another file or directory/,
  ],
  ["a directory that a link leads to", (l) => l.replace(/^(reference 1 .git) .*/, "$1 0 0 none"), /a link leads there/],
  [
    "a read-only mount that can be written",
    (l) => (l.includes("hooks ro,") ? l.replace(" ro,", " rw,") : l),
    /can be written/,
  ],
  [
    "a volume over the programs",
    (l) => [l, ...(l === "link lo" ? ["mount 9 1 254:0 / /usr/local/bin rw - ext4 x rw"] : [])],
    /nobody planned: \/usr\/local\/bin/,
  ],
  [
    "the same place mounted twice",
    (l) => [l, ...(l.startsWith("mount") && l.includes(" /home/dev ") ? [l] : [])],
    /more than one thing/,
  ],
  [
    "a directory of the host below /dev",
    (l) => [l, ...(l === "link lo" ? ["mount 9 1 254:0 / /dev/x rw - ext4 x rw"] : [])],
    /nobody planned: \/dev\/x/,
  ],
  ["a root that can be written", (l) => l.replace(" / ro,", " / rw,"), /nobody planned: \//],
  ["memory that is a disk", (l) => (l.includes(" /tmp ") ? l.replace("- tmpfs", "- ext4") : l), /not memory/],
  [
    "a process of root's",
    (l) => l.replace(/^process 7 Uid=1000,1000/, "process 7 Uid=0,0"),
    /process 7 runs as user 0,0/,
  ],
  [
    "a process with a capability",
    (l) => (l.startsWith("process 7") ? l.replace("CapEff=0000000000000000", "CapEff=0000000000001000") : l),
    /CapEff/,
  ],
  ["a process that may gain rights", (l) => l.replace("NoNewPrivs=1", "NoNewPrivs=0"), /setuid/],
  ["a process without seccomp", (l) => l.replace("Seccomp=2", "Seccomp=0"), /every system call/],
  [
    "a process with mounts of its own",
    (l) => (l.startsWith("process 7") ? l.replace("4026532182", "1") : l),
    /mounts of its own/,
  ],
  ["a second network", (l) => (l === "link lo" ? [l, "link eth1"] : l), /interfaces eth1, eth0|eth0, eth1/],
])("%s is no proof", (_what, sabotage, why) => {
  const found = bad(judged(lookOf(proof).flatMap(sabotage)));
  expect(found.map(({ what }) => what).join("\n")).toMatch(why);
  expect(isProven(found)).toBe(false);
});

test("whatever line a look loses, nothing is proven that was not seen", () => {
  const whole = lookOf(proof);
  // What may be missing is not there: engines' own mounts, other processes. Memory has no file of the host to be compared with.
  const needed = whole.filter((line) =>
    /^mount .* \/(workspace|home|tmp)|^at \/(workspace|home)|^reference|^process 1 |^link eth0|^end/.test(line),
  );
  expect(needed.length).toBeGreaterThan(12);
  for (const gone of needed)
    expect([gone, isProven(judged(whole.filter((line) => line !== gone)))]).toEqual([gone, false]);
});

test("whatever field a line of a look loses, and whatever line it has besides, nothing is proven", () => {
  const whole = lookOf(proof);
  const cut = whole.flatMap((line, index) =>
    line.split(" ").flatMap((field, which, fields) => {
      // Between the options and the `-` of a mount stands what a kernel may leave out.
      if (/^master:/.test(field)) return [];
      const lost = fields.toSpliced(which, 1).join(" ");
      // An empty field is the path of a reference itself: it is lost with its blank.
      return [[...whole.slice(0, index), lost, ...whole.slice(index + 1)]];
    }),
  );
  expect(cut.length).toBeGreaterThan(150);
  expect(cut.filter((lines) => isProven(judged(lines)))).toEqual([]);
  const before = (line: string) => [line, ...whole];
  expect(["hello", "process 9", "link", "mount"].filter((line) => isProven(judged(before(line))))).toEqual([]);
});

test("a look that tells of no process's mounts says so, and does not hold two unknown things for the same", () => {
  const printed = lookOf(proof).map((line) => line.replace(/ mounts=\S+$/, ""));
  expect(judged(printed)).toEqual([
    {
      verdict: "unseen",
      what: expect.stringMatching(/: the look says "process 1 Uid=.*, which is no whole line of it$/),
    },
  ]);
});

test("no verdict at all is no proof", () => expect(isProven([])).toBe(false));

test("a look that broke off, that could not be made or that says nothing proves nothing", () => {
  for (const verdicts of [
    judged(lookOf(proof).slice(0, -1)),
    judgeLook(proof, "", TOLD),
    judgeLook(proof, lookOf(proof).join("\n"), TOLD, "no answer in 60 s"),
  ]) {
    expect(verdicts).toEqual([
      { verdict: "unseen", what: expect.stringMatching(/^the container's mounts and processes: /) },
    ]);
    expect(isProven(verdicts)).toBe(false);
  }
});

test("a probe counts when it was told exactly once, and what the canary says besides is not taken", () => {
  const both = "ok shut tcp 1.1.1.1 443\nok open dns 10.0.0.2 x.test 10.0.0.129\n";
  expect(bad(judgeProbes(proof, both, 0))).toEqual([]);
  for (const [printed, status] of [
    ["", 0],
    ["ok shut tcp 1.1.1.1 443\n", 0],
    [`${both}ok shut tcp 1.1.1.1 443\n`, 0],
    [`${both}ok shut tcp 9.9.9.9 443\n`, 0],
    [`${both}hello\n`, 0],
    [both, 125],
    [both.replace("ok shut", "LEAK shut"), 1],
    [both.replace("ok open", "mute open"), 3],
    // It had no port to try from.
    [both.replace("ok shut", "unseen shut"), 3],
  ] as const)
    expect([printed, status, isProven(judgeProbes(proof, printed, status))]).toEqual([printed, status, false]);
  expect(isProven(judgeProbes({ ...proof, probes: [] }, "", 0))).toBe(false);
  expect(isProven(judgeProbes(proof, both.replace("ok open", "down open"), 0))).toBe(true);
});

test("what is sent to everybody is shut when a listener on the host heard nothing of it, and nothing is believed without one", () => {
  const datagrams = ["shut datagram 255.255.255.255", "shut datagram ff02::1"];
  const sent = datagrams.map((probe) => `sent ${probe} 40001 word\n`).join("");
  const judged = (stdout: string, code = 0, printed = sent) =>
    judgeDatagrams({ datagrams }, printed, { code, stdout }).map(({ verdict }) => verdict);
  expect(judged("listening\n")).toEqual(["ok", "ok"]);
  expect(judged("")).toEqual(["unseen", "unseen"]);
  expect(judged("listening\n", 137)).toEqual(["unseen", "unseen"]);
  expect(judged("listening\n", 0, "")).toEqual(["unseen", "unseen"]);
  expect(judged("listening\n", 0, sent.replace("sent shut datagram f", "unseen shut datagram f"))).toEqual([
    "ok",
    "unseen",
  ]);
  expect(judged("listening\nheard ff02::1\n", 2)).toEqual(["unseen", "LEAK"]);
  expect(judgeProbes({ ...proof, datagrams }, `${PROBES.map((probe) => `ok ${probe}\n`).join("")}${sent}`, 0)).toEqual(
    PROBES.map((what) => ({ verdict: "ok", what })),
  );
});

test("memory that Podman mounts by itself is no stranger on Podman, and one on Docker", () => {
  const run = "mount 137 106 0:52 / /run rw,nosuid - tmpfs tmpfs rw";
  const printed = [...lookOf(proof).slice(0, -1), run, "at /run 52 1 directory", "end", ""].join("\n");
  const of = (scratch: string[]) =>
    judgeLook({ ...proof, scratch }, printed, TOLD).filter(({ verdict }) => verdict !== "ok");
  expect(of(["/run", "/var/tmp"])).toEqual([]);
  expect(of([])).toEqual([{ verdict: "LEAK", what: "mounts that nobody planned: /run" }]);
});
