import { describeOwnAuthorities } from "../../capabilities/credentials/look/machine-trust.ts";
import { ADDRESSES } from "../../capabilities/network/addresses.ts";
import { describeOverlap } from "../../capabilities/network/overlap.ts";
import { warnOfFullDisks } from "../../host/disk.ts";
import { lacks, triedLike } from "../../plan/lacks.ts";
import { missingGpu } from "../../plan/missing-gpu.ts";
import { describeSpan } from "../../stack-file/span.ts";
import type { MachineFacts } from "./facts.ts";

/** What is found of one thing. `BAD` stops an `up`, or will; `note` is weaker or worth knowing, and stops nothing; of `UNSEEN` nobody knows. */
export interface Finding {
  what: string;
  word: "ok" | "note" | "BAD" | "UNSEEN";
  says: string;
  /** What a person does about it, as a command or a sentence. */
  fix?: string;
  /** The pieces of set-up that mend it, where `--fix` may: it changes this project's own folders, and nothing else of the machine. */
  pieces?: readonly string[];
}

/** Judges a machine: each thing that an `up` needs, in the order in which it needs them, with what to do where one is not as it has to be. Pure. */
export function judgeMachine(facts: MachineFacts): Finding[] {
  return [
    ofNode(facts),
    ofPackages(facts),
    ofPulumi(facts),
    ofPlugins(facts),
    ...ofEngine(facts),
    ofBuilder(facts),
    ofSelinux(facts),
    ...ofGpu(facts),
    ...ofAddresses(facts),
    ...ofDisks(facts),
    ofAuthorities(facts),
    ofClock(facts),
    ...ofDescriptors(facts),
    ofState(facts),
    ...ofFiles(facts),
  ];
}

type Judge = (facts: MachineFacts) => Finding;
type Judges = (facts: MachineFacts) => Finding[];

function bySetup(...pieces: string[]): Pick<Finding, "fix" | "pieces"> {
  return { fix: `agentbox doctor --fix (setup/setup.sh ${pieces.join(" ")})`, pieces };
}

const ofNode: Judge = ({ node: { has, needs } }) =>
  atLeast(has, needs)
    ? { what: "node", word: "ok", says: has }
    : {
        ...{
          what: "node",
          word: "BAD",
          says: `${has}, and ${needs} is needed: before it, Node does not run TypeScript`,
        },
        fix: `remove .cache/bin/node, install Node ${needs} or later (24 is best), and run \`make setup\``,
      };

const ofPackages: Judge = ({ packages }) =>
  packages === "as locked" || packages === "installed"
    ? {
        what: "packages",
        word: "ok",
        says: packages === "installed" ? "installed with this package" : "as package-lock.json has them",
      }
    : {
        ...{ what: "packages", word: "BAD" },
        says: packages === "missing" ? "node_modules is not there" : "node_modules is of another package-lock.json",
        ...bySetup("packages"),
      };

const ofPulumi: Judge = ({ pulumi, pinned }) => {
  const what = "pulumi";
  const mend = bySetup("pulumi");
  if (!pulumi) return { what, word: "BAD", says: `there is none, and package.json asks for ${pinned.pulumi}`, ...mend };
  const { folder, version, host } = pulumi;
  if ("unseen" in version)
    return { what, word: "BAD", says: `the one in ${folder} does not say its version: ${version.unseen}`, ...mend };
  if (version.seen !== pinned.pulumi)
    return {
      ...{ what, word: "BAD", says: `${folder} has ${version.seen}, and package.json asks for ${pinned.pulumi}` },
      ...mend,
    };
  if (!host) return { what, word: "BAD", says: `${folder} has no pulumi-language-nodejs beside it`, ...mend };
  return { what, word: "ok", says: `${version.seen} in ${folder}` };
};

const ofPlugins: Judge = ({ plugins: { folder, there }, pinned: { plugins: wanted } }) => {
  const missing = wanted.filter((plugin) => !there.includes(plugin));
  if (missing.length === 0) return { what: "plugins", word: "ok", says: `${wanted.join(" and ")} in ${folder}` };
  const others = there.length > 0 ? `; there are ${there.join(", ")}` : "";
  return {
    ...{ what: "plugins", word: "BAD", says: `${folder} has no ${missing.join(" and no ")}${others}` },
    ...bySetup("plugins"),
  };
};

/** From here on the kernel tells of what ends (pidfd, 5.3), and lets the canary choose its link (5.7). */
const KERNEL = "5.7";

const ofEngine: Judges = ({ engine }) => {
  // Installing one changes more than this project: that is said to nobody who asked for a look.
  if ("unseen" in engine) return [{ what: "engine", word: "BAD", says: engine.unseen, fix: "make setup" }];
  const { kind, version, host, rootless } = engine.seen.engine;
  const { tried } = triedLike(engine.seen.engine);
  const name = `${kind} ${version}${rootless ? ", rootless," : ""} at ${host}`;
  const { limits, hostRules, inbound } = lacks(engine.seen.engine);
  const notes = Object.entries({
    ...Object.fromEntries(Object.entries(limits ?? {}).map(([limit, why]) => [`limits.${limit}`, why])),
    ...(hostRules && { lock: hostRules }),
    ...(inbound && { ports: inbound }),
  });
  const { kernel } = engine.seen;
  return [
    atLeast(version, tried)
      ? { what: "engine", word: "ok", says: name }
      : {
          ...{ what: "engine", word: "BAD", says: `${name}: before ${tried} nobody has tried it` },
          fix: "install a later one; docs/engines.md lists those that were tried",
        },
    ...notes.map(
      ([wall, why]): Finding => ({
        ...{ what: "engine", word: "note", says: `${wall}: ${why}` },
        ...(wall.startsWith("limits.") && {
          fix: `a stack file has to say accept: [${wall}], or an engine to hold it`,
        }),
      }),
    ),
    kernel === undefined
      ? { what: "kernel", word: "UNSEEN", says: "the engine does not say which its machine has" }
      : atLeast(kernel, KERNEL)
        ? { what: "kernel", word: "ok", says: kernel }
        : {
            ...{
              what: "kernel",
              word: "note",
              says: `${kernel}: before ${KERNEL} the gateway looks every ten seconds for what ended, and one probe of the canary is weaker`,
            },
            fix: `a kernel of ${KERNEL} or later on the engine's machine`,
          },
  ];
};

const ofBuilder: Judge = ({ builder, engine }) =>
  builder === undefined
    ? {
        ...{ what: "builder", says: "set-up has found no client of the engine that builds images" },
        ...("unseen" in engine ? { word: "UNSEEN" } : { word: "BAD", ...bySetup("engine") }),
      }
    : { what: "builder", word: "ok", says: builder };

const ofSelinux: Judge = ({ selinux, engine }) => {
  const what = "selinux";
  if ("unseen" in engine) return { what, word: "UNSEEN", says: "no engine answers" };
  const {
    engine: { selinux: confines },
    here,
  } = engine.seen;
  if (confines)
    return { what, word: "ok", says: "the engine confines containers by it; what is mounted is relabelled" };
  if (here && selinux === "enforcing")
    return {
      ...{
        what,
        word: "note",
        says: "this machine enforces it, and the engine's containers are not confined by it: one wall fewer than it could be",
      },
      fix: triedLike(engine.seen.engine).toConfine,
    };
  return { what, word: "ok", says: here && selinux === undefined ? "this machine has none" : "off" };
};

const ofGpu: Judges = ({ gpus, engine }) => {
  const what = "gpu";
  if ("unseen" in engine) return [];
  const missing = missingGpu("all", { engine: engine.seen.engine });
  if (missing === undefined) return [{ what, word: "ok", says: `handed out by ${engine.seen.engine.gpu}` }];
  if (gpus.length > 0)
    return [{ what, word: "BAD", says: `${gpus.join(", ")} asks for one: ${missing}`, fix: "docs/gpu.md" }];
  return [{ what, word: "ok", says: "none, and no client asks for one" }];
};

const ofAddresses: Judges = ({ overlaps, ways, engine }) => {
  const what = "addresses";
  const over = overlaps.map(
    ({ client, look }): Finding =>
      "seen" in look
        ? { what, word: "BAD", says: `${client}: ${look.seen}` }
        : { what, word: "UNSEEN", says: `${client}: ${look.unseen}` },
  );
  // A way over the whole of it leaves no pair of networks to a client that is new.
  const all = ways.seen.filter(({ network }) => covers(network, ADDRESSES));
  const none = all.length === 0 ? undefined : describeOverlap([ADDRESSES], all);
  if (none !== undefined)
    over.push({
      ...{
        what,
        word: "BAD",
        says: `all of ${ADDRESSES}, where networks of clients come from, is where this host reaches other machines (${all.map((way) => `${way.network} by ${way.interface}`).join(", ")})`,
      },
      fix: `write another range into the stack file of each client: ${/agent-sandbox:addresses: \S+/.exec(none)?.[0] ?? "agent-sandbox:addresses: a private range that is free"}`,
    });
  if (over.length === 0 && ways.unseen !== undefined) over.push({ what, word: "UNSEEN", says: ways.unseen });
  if (over.length > 0) return over;
  if ("unseen" in engine)
    return [{ what, word: "UNSEEN", says: "no engine answers, so which networks clients have is not known" }];
  const says = engine.seen.here
    ? "no route or VPN is over a client's networks"
    : "the engine is on another machine, whose routes nobody sees here";
  return [{ what, word: "ok", says }];
};

const ofDisks: Judges = ({ disks }) => {
  const full = warnOfFullDisks(disks);
  if (full.length > 0)
    return full.map(({ message }) => ({
      what: "disk",
      word: "BAD",
      says: message,
      fix: "agentbox images prune removes images that nobody needs",
    }));
  const least = disks.reduce((one, other) => (other.bytes < one.bytes ? other : one), disks[0] ?? NO_DISK);
  return [
    {
      what: "disk",
      word: "ok",
      says: `${Math.floor(least.bytes * 100)} % left where there is least (${least.what}, ${least.path})`,
    },
  ];
};

const NO_DISK = { key: "", what: "nothing was looked at", path: "", bytes: 1, inodes: 1 };

const ofAuthorities: Judge = ({ authorities, withoutCa }) => {
  const offer = describeOwnAuthorities(authorities);
  if (offer === undefined) return { what: "ca", word: "ok", says: "this machine trusts the public authorities alone" };
  if (withoutCa.length === 0)
    return {
      what: "ca",
      word: "ok",
      says: "this machine trusts authorities of its own, and each stack file says whether a sandbox does",
    };
  return { what: "ca", word: "note", says: `${withoutCa.join(", ")}: ${offer}` };
};

/** More than an ordinary clock that is set by the network is ever off, in milliseconds. */
const OFF = 30_000;

const ofClock: Judge = ({ now, made, engine }) => {
  const what = "clock";
  const fix = "set it by the network: sudo timedatectl set-ntp true (a virtual machine's after a sleep: restart it)";
  // A day is a zone that somebody took for another.
  if (now < made - 86_400_000)
    return {
      what,
      word: "BAD",
      says: `this machine's is before ${new Date(made).toISOString().slice(0, 10)}, when files of this version were written: certificates are not valid yet, and grants do not end`,
      fix,
    };
  const clock = "seen" in engine ? engine.seen.clock : undefined;
  if ("unseen" in engine || clock === undefined)
    return { what, word: "UNSEEN", says: "the engine does not say what its clock shows" };
  const off = Date.parse(clock) - engine.seen.asked;
  if (!(Math.abs(off) > OFF)) return { what, word: "ok", says: "this machine's and the engine's agree" };
  return {
    what,
    word: "BAD",
    says: `the engine's is ${describeSpan(Math.round(Math.abs(off) / 1000))} ${off > 0 ? "ahead of" : "behind"} this machine's: grants and \`expires\` end by the engine's`,
    fix,
  };
};

/** A preview ran with 32 (measured); a hundred clients at a time take more. */
const DESCRIPTORS = 256;

const ofDescriptors: Judges = ({ openFiles, watchers, engine }) => {
  const what = "descriptors";
  const gateways = "seen" in engine ? engine.seen.clients : 0;
  const found: Finding[] = [];
  if (openFiles !== undefined && openFiles < DESCRIPTORS)
    found.push({
      what,
      word: "note",
      says: `a process may have ${openFiles} files open, and several clients at a time take more than ${DESCRIPTORS}`,
      fix: `ulimit -n ${DESCRIPTORS * 4}`,
    });
  // A gateway has one instance of root's; editors and watchers of the machine have theirs.
  if (watchers !== undefined && gateways >= watchers / 2 && "seen" in engine && engine.seen.here)
    found.push({
      ...{
        what,
        word: "note",
        says: `${gateways} clients have a gateway each with an instance of inotify, and the kernel gives a user ${watchers}: a gateway without one looks every five seconds at its files`,
      },
      fix: `sudo sysctl fs.inotify.max_user_instances=${watchers * 8}`,
    });
  if (found.length > 0) return found;
  return openFiles === undefined
    ? [{ what, word: "ok", says: "this kernel does not say how many a process may have" }]
    : [{ what, word: "ok", says: `${openFiles} files may be open` }];
};

const ofState: Judge = ({ state: { folder, writable, passphrase } }) => {
  const what = "state";
  if (!writable)
    return {
      what,
      word: "BAD",
      says: `${folder} cannot be written by you`,
      fix: `make it yours: sudo chown -R "$(id -un)" ${folder}`,
    };
  if (passphrase === "others read it")
    return {
      what,
      word: "BAD",
      says: `others can read ${folder}/passphrase, which opens what is encrypted`,
      fix: `chmod 600 ${folder}/passphrase`,
    };
  return {
    what,
    word: "ok",
    says: passphrase === "missing" ? `${folder}; the first command of pulumi makes the passphrase` : folder,
  };
};

const ofFiles: Judges = ({ mistaken }) =>
  mistaken.length === 0
    ? []
    : [
        {
          what: "stacks",
          word: "BAD",
          says: `the files of ${mistaken.join(", ")} have mistakes`,
          fix: `agentbox check ${mistaken.join(" ")}`,
        },
      ];

/** Whether one network has all of another. */
function covers(wide: string, narrow: string): boolean {
  const [bits, others] = [wide, narrow].map((cidr) => Number(cidr.split("/")[1])) as [number, number];
  const first = (cidr: string) =>
    cidr
      .replace(/\/.*/, "")
      .split(".")
      .reduce((sum, part) => sum * 256 + Number(part), 0);
  return bits <= others && Math.floor(first(wide) / 2 ** (32 - bits)) === Math.floor(first(narrow) / 2 ** (32 - bits));
}

/** Whether a version is another or later; what follows its numbers is passed over. */
function atLeast(has: string, needs: string): boolean {
  const numbers = (version: string) => /\d+(\.\d+)*/.exec(version)?.[0].split(".").map(Number) ?? [];
  const [have, need] = [numbers(has), numbers(needs)];
  const at = need.findIndex((number, index) => (have[index] ?? 0) !== number);
  return at < 0 || (have[at] ?? 0) > (need[at] ?? 0);
}
