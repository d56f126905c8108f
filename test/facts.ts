import fc from "fast-check";
import { guardFacts } from "../capabilities/command-guards/facts.ts";
import type { Guard } from "../capabilities/command-guards/guard.ts";
import { credentialFacts } from "../capabilities/credentials/facts.ts";
import type { DeliveredFile } from "../capabilities/delivered.ts";
import { dotfileFacts } from "../capabilities/dotfiles/facts.ts";
import type { EgressPolicy } from "../capabilities/egress/egress.ts";
import { egressFacts } from "../capabilities/egress/facts.ts";
import { environmentFacts } from "../capabilities/environment/facts.ts";
import { gitFacts } from "../capabilities/git/facts.ts";
import { gpuFacts } from "../capabilities/gpu/facts.ts";
import { limitFacts } from "../capabilities/limits/facts.ts";
import { maskFacts } from "../capabilities/masks/facts.ts";
import { mountFacts } from "../capabilities/mounts/facts.ts";
import { portFacts } from "../capabilities/ports/facts.ts";
import { profileFacts } from "../capabilities/profile/facts.ts";
import { PROFILES } from "../capabilities/profile/keys.ts";
import { workspaceFacts } from "../capabilities/workspace/facts.ts";
import type { PostureFact } from "../plan/review/fact.ts";
import type { Spec } from "../stack-file/spec.ts";

/* Postures for properties, each capability's part made by its own function: so their texts are those that it writes, and names are few, so that two have much in common. */

const oneOf = fc.constantFrom;
/** Resolvers of one domain each, of which one is below the other, as a spec has them. */
const ZONES: Spec["resolvers"] = [
  { domain: "corp.example", servers: ["10.0.0.53"] },
  { domain: "a.corp.example", servers: ["10.0.0.54"] },
];

/** What may leave, over names of which some are below others. */
export const policies: fc.Arbitrary<EgressPolicy> = fc.record({
  destinations: fc.uniqueArray(
    fc
      .record({
        host: oneOf("x.example", "a.x.example", "b.a.x.example", "y.example"),
        subdomains: fc.boolean(),
        ports: fc.subarray([22, 80, 443, 8443], { minLength: 1 }),
        origin: oneOf("client", "client: github", "client: vscode", "agent bot"),
      })
      // A wildcard has no other ports: the planner refuses it.
      .map((one) => ({ ...one, ports: one.subdomains ? [80, 443].slice(one.ports.length % 2) : one.ports })),
    { selector: ({ host, subdomains }) => `${host} ${subdomains}` },
  ),
  grants: fc.constant([]),
  endpoints: fc.uniqueArray(
    fc.record({
      name: oneOf("ollama", "db", "host"),
      address: oneOf("192.168.1.2", "192.168.1.3"),
      port: oneOf(5432, 11434),
      origin: fc.constant("client"),
    }),
    { selector: ({ name, port }) => `${name} ${port}` },
  ),
  web: fc.boolean(),
});

export const gpus: fc.Arbitrary<Spec["gpu"]> = fc.oneof(
  fc.constant(false as const),
  fc.constant("all" as const),
  fc.integer({ min: 1, max: 3 }).map((count) => ({ count })),
  fc.subarray([0, 1, 2], { minLength: 1 }).map((devices) => ({ devices })),
);

export const published: fc.Arbitrary<Spec["ports"]> = fc.uniqueArray(
  fc.record({ port: fc.integer({ min: 8000, max: 8008 }), up: oneOf(0, 0, 0, 1) }).map(({ port, up }) => ({
    ...{ port, to: port + up },
  })),
  { selector: ({ port }) => port },
);

export const masks: fc.Arbitrary<Spec["masks"]> = fc.array(
  fc.record({
    path: oneOf(".git", ".git/hooks", ".env", "a", "a/b", "ab"),
    as: oneOf("readonly", "empty", "writable"),
  }),
);

const expires = oneOf(undefined, "2027-01-31", "2027-02-01");
const SOURCES: DeliveredFile["source"][] = [
  ...[{ env: "A" }, { env: "B" }, { file: "/srv/a" }],
  ...[{ command: ["pass", "show", "a"] }, { command: ["pass", "show a"] }, { encrypted: "ENCRYPTED" }],
];
const source = oneOf(...SOURCES);
const files: fc.Arbitrary<DeliveredFile[]> = fc.array(
  fc.oneof(
    fc.record({ role: fc.constant("secret" as const), name: oneOf("ONE", "TWO"), source, key: fc.constant("secrets") }),
    fc.record({
      ...{ role: fc.constant("variable" as const), reader: oneOf("_all", "bot"), name: oneOf("ONE", "KEY") },
      ...{ source: fc.oneof(source, oneOf({ text: "1" }, { text: "2" })), key: fc.constant("credentials") },
    }),
    fc.record({
      role: fc.constant("login" as const),
      reader: oneOf("bot", "claude"),
      source,
      key: fc.constant("credentials"),
    }),
    fc.record({
      role: fc.constant("dotfile" as const),
      at: oneOf(".vimrc", ".zshrc"),
      source,
      key: fc.constant("dotfiles"),
    }),
    fc.record({ role: fc.constant("certificates" as const), number: oneOf(0, 1), source, key: fc.constant("ca") }),
    fc.record({
      ...{ role: fc.constant("git" as const), reader: oneOf("github.com", "git.acme.example") },
      ...{ name: fc.constant("token" as const), source, key: fc.constant("git") },
    }),
    fc.record({
      ...{ role: fc.constant("ssh" as const), name: oneOf("known_hosts", "gitconfig") },
      ...{ source: oneOf({ text: "a x AA==\n" }, { text: "a x AA==\na y AQ==\nb x AA==\n" }), key: fc.constant("git") },
    }),
  ),
  { maxLength: 6 },
);
const fingerprints = fc.dictionary(
  oneOf("ONE", "TWO", "env/bot/KEY", "login/bot", "home/.vimrc", "ca/0.pem", "git/github.com/token"),
  oneOf("1", "2"),
);
const identity = fc.record({
  name: oneOf("bot", "ann"),
  email: oneOf(undefined, "bot@acme.example"),
  ssh: oneOf(undefined, "generate"),
});
const delivered = fc.tuple(files, fingerprints, identity, expires).map(([listed, marks, git, until]) => {
  const all = listed.map((file) =>
    until && ("env" in file.source || "encrypted" in file.source) ? { ...file, expires: until } : file,
  );
  return [
    ...credentialFacts(all, marks),
    ...dotfileFacts(all, marks),
    ...environmentFacts(all),
    ...gitFacts({ git: { ...git, tokens: {}, knownHosts: [] } }, all, marks),
  ];
});

const mounts: fc.Arbitrary<Spec["mounts"]> = fc.uniqueArray(
  fc
    .record({
      host: oneOf("/srv/a", "/srv/b"),
      at: oneOf("/a", "/b"),
      mode: oneOf("ro", "rw"),
      made: oneOf("", "exists", "dir", "file"),
    })
    .map(({ made, ...mount }) => ({
      ...mount,
      when: made === "exists" ? ("exists" as const) : ("always" as const),
      ...((made === "dir" || made === "file") && { create: made as "dir" | "file" }),
    })),
  { selector: ({ at }) => at },
);
const MIB = 2 ** 20;
const limits = fc.record({
  ...{ memory: oneOf(64 * MIB, 128 * MIB), pids: oneOf(64, 128), tmp: oneOf(64 * MIB, 128 * MIB) },
  ...{ cpus: oneOf(undefined, 1, 2), shm: oneOf(undefined, MIB) },
});
const guards = fc.subarray(
  ["git-clean", "git-history"].map((name): Guard => ({ name, pattern: name, message: name, why: name })),
);

/** Facts of a topic as this is given, about the first words of `abouts` and saying one of `says`; each about one thing. */
function plain(topic: string, abouts: readonly string[], says: readonly string[] = [""]): fc.Arbitrary<PostureFact[]> {
  return fc.uniqueArray(
    fc.record({
      topic: fc.constant(topic),
      about: oneOf(...abouts),
      says: oneOf(...says),
      mark: oneOf(undefined, "1", "2"),
    }),
    { selector: ({ about }) => about },
  );
}

/** Facts of all topics that capabilities do not make of a stack file alone. */
const others: fc.Arbitrary<PostureFact[]>[] = [
  ...["tools", "packages"].map((topic) => plain(topic, ["a", "b"])),
  plain("agents", ["a", "b"], ["1.0.0", "1.0.1"]),
  plain("guardrails", ["no-web", "no-lan"], ["off (a)", "advisory (a)", "mandatory (a)"]),
  plain("versions", ["a", "base"], ["1.0.0", "1.0.1"]),
  plain("image", [""], ["x@sha256:1", "x@sha256:2"]),
  plain("registry", [""], ["registry.example/x", "registry.example/y"]),
  plain("pushed", ["agent-sandbox/base:1 linux-x64", "agent-sandbox/base:2 linux-x64"], ["sha256:1", "sha256:2"]),
  plain("base", [""], ["trixie of the distribution", "trixie from evil.example/debian"]),
  plain("extend", ["/srv/f", "/srv/f 001"], ["", "RUN true"]),
  plain("settings", ["claude a", "claude b", "codex a"], ["1", "2"]),
  plain("users", ["agent", "lock"], ["0:0", "1000:1000", "1001:1001"]),
  plain("capabilities", ["gateway CAP_KILL", "gateway CAP_NET_ADMIN", "lock CAP_NET_ADMIN"]),
  plain("networks", ["agent acme-inner", "lock host"]),
  plain("networks", ["agent names from"], ["the gateway", "192.0.2.1"]),
  plain("places", ["agent /a", "gateway /b"], ["ro (a)", "rw (a)", "ro (b)", "rw (b)"]),
  plain("memory", ["agent /tmp"], ["rw", "rw, programs run from it"]),
  plain("system-calls", ["agent", "lock"], ["filtered", "as the engine has it"]),
  plain(
    "per-process",
    ["agent", "lock"],
    ["core 1, sigpending 2048", "core 1", "sigpending 1024", "core 2, sigpending 2048"],
  ),
  plain("walls", ["host"], ["takes nothing from the agent's network"]),
  plain("unenforced", ["host NOT LOCKED", "pids"], ["(why)"]),
  plain("engine", [""], ["docker", "podman"]),
  plain("engine-at", [""], ["ssh://dev@gpu-box", "context:gpu"]),
  plain("addresses", ["inner", "outer"], ["10.1.1.0/24", "10.1.2.0/24"]),
  plain("helpers", ["cache", "db"]),
  plain("helper-images", ["cache", "db"], ["postgres@sha256:1", "packages redis-server"]),
  plain("helper-settings", ["db command", "db ports", "cache user"], ["5432", "999:999"]),
  plain("address-range", [""], ["10.208.0.0/12", "172.20.0.0/16"]),
  plain("mtu", [""], ["1280", "1400"]),
  plain("grants", ["docs.x.example"], ["until 2026-12-01 18:00 UTC (x)", "until 2026-12-02 18:00 UTC (x)"]),
  plain("esc", ["acme/dev", "acme/dev@3"], ["its variables and secrets are in each up"]),
  plain("clipboard", ["out"]),
  plain("auth", ["x.example", "a.x.example", "*.x.example", "*.a.x.example"]),
  plain("ssh", ["SHA256:a", "SHA256:b"], ["at 127.0.0.1", "at 192.168.1.7", "at 192.168.1.8", "at 0.0.0.0"]),
  plain("ssh-port", [""], ["2222", "2223"]),
  plain(
    "way-out",
    ["10.1.2.9:3128", "host:3128"],
    ["resolves every name, and leads it where it will: also to a private address"],
  ),
  plain("way-out-login", ["acme", "globex"], ["(env PROXY)", "(env PROXY), expires 2027-01-31", "(file ~/proxy)"]),
  plain("runtime", [""], ["kata", "runsc"]),
  plain("protect", [""], ["no destroy, no wipe"]),
  plain("expires", [""], ["2026-12-31 00:00 UTC", "2026-12-31 18:00 UTC"]),
  plain("idle", [""], ["stopped after 8h", "stopped after 30m"]),
  plain("accept", ["limits.cpus", "limits.memory", "limits.pids"]),
  plain("own-limits", ["gateway memory", "lock pids"], ["64MiB", "32"]),
  plain("own-gpu", ["gateway"], ['"all"']),
  plain("images", ["agent", "gateway"]),
  plain("kernel", ["gateway net.ipv4.ip_forward"], ["0", "1"]),
  plain("containers", ["agent", "lock"], ["", "runs lock"]),
  // Several about one thing, as a stack file can have them before it is judged.
  fc
    .tuple(...["1", "2", "3"].map((says) => plain("a topic of another version", ["a", "b"], [says, "0"])))
    .map((all) => all.flat()),
];

/** A posture: not one that a stack file could lead to, but with any facts that it could have together. */
export const postures: fc.Arbitrary<PostureFact[]> = fc
  .tuple(
    fc
      .tuple(policies, fc.subarray<Spec["resolvers"][number]>(["10.0.0.53", "10.0.0.54", ...ZONES]))
      .map(([policy, resolvers]) => egressFacts({ policy, spec: { resolvers } as unknown as Spec })),
    masks.map((masks) => maskFacts({ masks })),
    mounts.map((mounts) => mountFacts({ mounts })),
    published.map((ports) => portFacts({ ports })),
    gpus.map(gpuFacts),
    limits.map(limitFacts),
    oneOf(...PROFILES).map((profile) => profileFacts({ profile })),
    oneOf("/srv/a", "/srv/b").map((workspace) => workspaceFacts({ workspace })),
    guards.map(guardFacts),
    delivered,
    ...others,
  )
  .map((parts) => parts.flat());
