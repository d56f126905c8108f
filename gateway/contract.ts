import { FORMAT } from "./bundle-format.ts";

/*
 * Words that two sides speak: the planner here, and the programs in the images, which are written in bash, Perl, jq, Lua and the languages of haproxy, nft
 * and dnsmasq. TypeScript takes each word from here; of every other program contract.test.ts reads the word out and compares it, so that none can differ.
 * Reasons of the audit have a file of their own, reasons.ts.
 */

/** The compiled policy as one text, which `apply` reads: a line `==> NAME` begins a section, and the section `end` ends the text. */
export const BUNDLE = {
  format: FORMAT,
  mark: "==> ",
  /** What a line begins with that is one for a time only: `@FROM..UNTIL LINE`, where either moment may be missing (gateway/spans.ts). */
  span: "@",
  sections: [
    ...["policy.json", "listeners"],
    ...["hosts", "names.map", "below.map", "ports.map", "lan.map", "inbound.map", "private.map", "reasons.map"],
    ...["rules.nft", "haproxy.cfg", "dnsmasq.conf", "resolver.conf"],
  ],
  /** The section that gatewayd reads as data (declared.ts). */
  declared: "policy.json",
  /** A text that was cut off on its way has no end. */
  end: "end",
} as const;

/** What ends with the sandbox itself, in the list of what a policy opens for a time. No grant is called so: it is no name. */
export const EVERYTHING = "*";

/** What the gateway listens on. */
export const PORTS = {
  dns: 53,
  http: 80,
  tls: 443,
  /** The resolver that has an upstream: on loopback, for the proxy alone. */
  resolver: 5353,
} as const;

/** Other names of an endpoint: the engine's host as engines call it, in compose files and settings of projects. They are answered where a port of it is declared. */
export const HOST_NAMES: Readonly<Record<string, readonly string[]>> = {
  host: ["gateway.docker.internal", "host.containers.internal", "host.docker.internal"],
};

/** Users of the gateway's daemons, with their uid, which is their gid, too. */
export const USERS = {
  proxy: { name: "gw-proxy", uid: 990 },
  dns: { name: "gw-dns", uid: 991 },
  resolver: { name: "gw-resolve", uid: 992 },
  /** Writes the audit volume, and so is who can read it. */
  log: { name: "gw-log", uid: 993 },
  /** Dials the company's proxy, where there is one. */
  dial: { name: "gw-dial", uid: 994 },
} as const;

/** Variables that the gateway and the lock are started with. */
export const ENVIRONMENT = { client: "CLIENT", innerAddress: "INNER_ADDRESS", bridge: "BRIDGE" } as const;

/**
 * The variable that says `apply` which commit the policy came from, for the audit: the commit in full, and ` dirty` behind it where a file was not as the commit has it. It is no part of the
 * bundle, whose hash would be another one with each commit. bin/pulumi sets it (setup/lifecycle.sh).
 */
export const COMMIT = "AGENT_SANDBOX_COMMIT";

/** Places in the gateway. docs/debug-a-gateway.md says what lies in each. */
export const GATEWAY = {
  run: "/run/gateway",
  /** A link to the policy in force: its sections, and besides them `bundle`, `hash`, `sums`, `rules.kernel`. */
  live: "/run/gateway/live",
  /** The volume of the saved policy. */
  policy: "/var/lib/gateway",
  audit: "/var/lib/gateway-audit",
  /** The volume of what the company's proxy is signed in to with, read-only; `WAY_OUT` is the folder in it. */
  wayOut: "/var/lib/gateway-way-out",
  /** Where who dials the company's proxy takes connections of the proxy's. */
  dial: "/run/gateway/own/dial/socket",
  /** The socket of the proxy's master, which the proxy's own user alone reaches. */
  master: "/run/gateway/own/proxy/master.sock",
  /** The volume of the last refusals, which the agent reads. */
  refusals: "/var/lib/gateway-refusals",
  /** Programs that nobody calls by name, `watchdog` among them. */
  programs: "/usr/local/lib/gateway",
  /** Below it `witness` has each reference mounted, by number. */
  reference: "/reference",
} as const;

/** The folder of delivered files that the gateway has, and the agent never: `username` and `password`. */
export const WAY_OUT = "way-out";

/** What the header of a connection to `dial` has the destination in: a type of PROXY protocol's that is free for anybody's use. */
export const DIALLED = "0xE0";

/** Places in the agent's container. */
export const SANDBOX = {
  /** The volume of delivered files, read-only. */
  secrets: "/run/secrets",
  /** The volume of the keys of git, read-only: `authentication`, `signing`, both with `.pub`, and `allowed_signers`. */
  gitKeys: "/run/git-keys",
  /** What the gateway refused last, read-only; its one file, and how many refusals that tells. */
  refusals: "/run/refusals",
  refusalsFile: "last",
  refusalsMost: 20,
  /** What `prepare` makes ready: the bundle of certificates, links to the policy and to the requests. A link to `own`. */
  ready: "/run/agent-sandbox",
  own: "/var/lib/agent-sandbox",
  /** What the agent asks a person for (`ask-for`), and how long the list may be. */
  requests: "/var/lib/agent-sandbox/requests",
  /** The last URL that `open-url` was asked to open, and how many bytes of one it takes. */
  askedUrl: "/var/lib/agent-sandbox/asked-url",
  urlBytes: 4096,
  requestBytes: 65_536,
  /** A folder an agent: how it is entered, resumed and asked, and where its login lies. */
  agents: "/etc/agent-sandbox/agents",
  /** Files that are copied into the home at the first start, by their path. */
  seeds: "/etc/agent-sandbox/seeds",
  /** A line a state place: where agents look for it, and where its volume is. */
  state: "/etc/agent-sandbox/state",
  programs: "/usr/local/lib/agent-sandbox",
  /** Where `serve-ssh` has its sshd listen while the keys of people are delivered. */
  sshPort: 22022,
  /** Where `serve-loopback` leads the gateway to servers that listen on loopback alone. */
  loopbackPort: 22023,
} as const;

/** Programs of the gateway's image that are called by name from outside, and what each takes and says. */
export const PROGRAMS = {
  apply: "a bundle on stdin becomes the policy in force, or nothing changes and stderr says why",
  announce: "probes on stdin, a line each: the audit marks what they cause",
  canary: "probes on stdin, a line each; a verdict and the probe on stdout, a line each",
  health: "the sentence of the watchdog's last round; status 1 when something is not well",
  hear: "PORT WORD MS: says `listening`, then `heard ADDRESS` for each address that was sent the word",
  lock: "holds the host's rules; `check` says whether they are in force, `remove` takes them away",
  witness: "references on stdin; what the kernel says of a container on stdout",
} as const;

/** What programs say that is read here. HASH is 64 hexadecimal digits. */
export const SAYS = {
  /** `apply`, `watchdog` and `health`: the policy in force. */
  live: "policy HASH live",
  /** `watchdog`, on stderr: what it found and mended just now. */
  drift: "drift: ",
  /** `watchdog`: it made no round, for somebody else has the turn. */
  busy: "an apply is at work",
  /** `lock` and `lock check`: on which devices. */
  shut: "shut: ",
  /** `hear`: it hears itself. */
  listening: "listening",
  /** `hear`: before an address. */
  heard: "heard ",
  /** `witness`: everything was seen; without this line nothing counts. */
  seen: "end",
} as const;

/** The hash of the policy that a program says is in force, if it says so. */
export function liveIn(said: string): string | undefined {
  return new RegExp(`^${SAYS.live.replace("HASH", "([0-9a-f]{64})")}$`, "m").exec(said)?.[1];
}

/** The first word of each line of `witness`: what the line is about. */
export const LOOKS = ["mount", "at", "reference", "link", "process"] as const;

export type LookWord = (typeof LOOKS)[number];

/** What a line `process` of `witness` tells, in this order: the kernel's names for a process's rights, and the namespace it has its mounts from. */
export const RIGHTS = [
  ...(["Uid", "Gid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"] as const),
  "mounts",
] as const;

export type Right = (typeof RIGHTS)[number];

/** What the gateway's own refusal of a request on port 80 begins with; the reason follows in brackets. */
export const REFUSED = "agent-sandbox: refused";

/** A name below which nothing exists (RFC 6761), answered without an upstream: a resolver that answers it is alive. */
export const LIVE_NAME = "live.invalid";

/** Probes that `canary` knows: the words that follow each, and what has to be. `shut` must not get through, `open` should. */
export const PROBES = {
  "shut tcp": {
    words: ["ADDRESS", "PORT"],
    wants: "nobody may answer, not even with a refusal: then the packet got somewhere",
  },
  "shut udp": { words: ["ADDRESS", "PORT", "NAME"], wants: "the same for a DNS question" },
  "shut port": { words: ["ADDRESS", "PORT"], wants: "of the gateway's own addresses: may refuse, must not accept" },
  "shut dns": { words: ["SERVER", "NAME"], wants: "must be REFUSED" },
  "shut tls": { words: ["ADDRESS", "NAME"], wants: "a TLS client of this name must get no byte back" },
  "shut http": { words: ["ADDRESS", "NAME"], wants: "must get the gateway's own refusal" },
  "shut name": {
    words: ["ADDRESS", "NAME"],
    wants: "the same, after the gateway asked for the name's address: silence would be an attempt to reach it",
  },
  "shut datagram": {
    words: ["ADDRESS", "PORT", "WORD"],
    wants: "is sent to everybody or a group on each link; whether it arrived only its listener knows (hear)",
  },
  "open dns": {
    words: ["SERVER", "NAME", "ADDRESS"],
    wants: "must be answered so: the gateway does it alone, so silence is a fault",
  },
  "open tls": {
    words: ["ADDRESS", "NAME"],
    wants: "a server should answer; one that does not is down, and no fault of the walls",
  },
} as const;

export type ProbeKind = keyof typeof PROBES;

/** What one look or probe comes to. */
export const VERDICTS = {
  ok: "it holds",
  LEAK: "a wall has a hole",
  down: "a server that should answer does not: no fault of the walls",
  mute: "the gateway does not answer: a fault, and no hole",
  unseen: "it could not be tried, and proves nothing",
} as const;

export type VerdictWord = keyof typeof VERDICTS;

/** What `canary` says of a datagram instead of `ok`: whether it arrived only its listener knows. */
export const SENT = "sent";

/** How `canary` ends. */
export const CANARY_STATUS = { proven: 0, leak: 1, noProbe: 2, unproven: 3 } as const;

/** Kinds of audit lines: connections through the proxy, what the gateway says of itself, and all others. */
export const KINDS = {
  connections: ["tls", "http", "tcp", "lan", "inbound"],
  refusals: ["dns", "kernel"],
  own: ["policy", "grant", "drift", "gateway"],
  wishes: ["request"],
} as const;

export type Kind = (typeof KINDS)[keyof typeof KINDS][number];

/** What there is one line of each kind for. docs/audit.md has it as a table, and the schema of a line says it. */
export const ONE_LINE_FOR: Readonly<Record<Kind, string>> = {
  tls: "a connection to port 443, when it ends: name, address that was dialled, bytes up and down, milliseconds",
  http: "a request on port 80",
  tcp: "a connection to another port of a name, when it ends",
  lan: "a connection to an endpoint or to a port of the host, when it ends",
  inbound: "a connection to a published port of the agent, when it ends",
  dns: "a question that was refused",
  kernel: "a packet that the rules refused",
  policy: "a policy that came into force, was restored, or was refused; the name is its hash",
  grant: "a grant that ended; the name is what it had opened",
  drift: "what the gateway found other than the policy says, and how that ended",
  gateway: "start, stop, lines that were lost",
  request: "what the agent asks a person for; read from its own list as you look, and not stored here",
};

/** What became of what an audit line tells of. */
export const AUDIT_VERDICTS = {
  allow: "it was let through, or is as it should be",
  deny: "it was refused, or is not as it should be",
  asked: "a person decides",
} as const;

/** Bytes of an audit line at most: no engine's log breaks one in two, and a pipe takes it in one piece. */
export const AUDIT_LINE_BYTES = 4096;

/** Labels of what a client has on an engine, and of agents' images. People and tests ask engines by them. */
export const LABELS = {
  /** The client a thing belongs to. */
  client: "agent-sandbox.client",
  /** What a thing is for its client: a container's role, a network's side, a volume's purpose. */
  role: "agent-sandbox.role",
  /** The ports that a gateway publishes, as ranges: a preview shows them in one line. */
  published: "agent-sandbox.published",
  /** Of which spec a container, a network or a volume was made. Where it is another than the planned one, a new one is made. */
  spec: "agent-sandbox.spec",
  /** The state that made a thing, so that another state does not take it for its own. */
  state: "agent-sandbox.state",
  /** The folder that state began in, to tell people: it may have moved since. */
  path: "agent-sandbox.path",
  /** What each mount of the host was when a container was made (JSON: id by place). */
  sources: "agent-sandbox.sources",
  /** Of an image: the agents in it, and the tool sets. */
  agents: "agent-sandbox.agents",
  tools: "agent-sandbox.tools",
} as const;
