import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { OF_RUNTIME } from "../capabilities/image/image.ts";
import { isMapping } from "../stack-file/mapping.ts";
import { present } from "../stack-file/present.ts";
import { SpecSchema } from "../stack-file/spec.ts";
import { planCase } from "../test/golden/render.ts";
import type { Facts } from "./facts.ts";
import { declaredPosture, type Placed, posture, topics } from "./posture.ts";
import { compare } from "./review/compare.ts";
import { withoutDeparted } from "./review/departed.ts";
import type { Workload } from "./workload.ts";

/* What decides security is in the posture: whatever of a stack file, of a container, of the policy or of a delivered file is another, some fact is, or it is in a
 * short list with the reason why not. */

const ROOT = join(__dirname, "..");

/** A stack file that says all that one may say at once. */
/** The corpus is planned on 2026-12-01. */
const GRANT = { allow: { host: "granted.acme.test", ports: [443] }, until: "2026-12-02T18:00Z", why: "a look" };

const STACK = {
  grants: [GRANT],
  workspace: "/srv/acme",
  agents: ["claude", "codex"],
  tools: ["psql"],
  image: { packages: ["tree"], extend: "images/acme.Dockerfile" },
  egress: {
    allow: ["github", "*.acme.example", { host: "git.acme.example", ports: [22, 443] }],
    from: ["/srv/policy.yaml"],
    lan: { ollama: "192.168.1.20:11434" },
    host: [5432],
  },
  resolvers: ["10.0.0.53"],
  gpu: "all",
  runtime: "runsc",
  accept: ["limits.pids"],
  ports: [8080, "13000:3000"],
  credentials: { claude: { login: "host" }, codex: { apiKey: { env: "KEY" } } },
  secrets: { ONE: { env: "ONE", export: true, expires: "2027-01-31" }, TWO: { file: "/srv/two" } },
  ca: ["/srv/corp.pem"],
  environment: { TZ: "Europe/Berlin", claude: { X: "1" } },
  git: {
    ...{ name: "bot", email: "bot@acme.example", token: { env: "PAT" } },
    tokens: { "git.acme.example": { env: "PAT", username: "x" } },
    ssh: "generate",
    sign: true,
    knownHosts: ["git.acme.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"],
  },
  mounts: [{ host: "/srv/docs", at: "/docs", mode: "ro" }],
  dotfiles: { ".vimrc": "/srv/vimrc" },
  ssh: {
    port: 2222,
    authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl anna"],
  },
  guards: ["git-clean", "git-reset-hard"],
  masks: [
    ".git/hooks",
    { path: "secret", as: "empty" },
    { path: ".env", as: "empty" },
    { path: "sub/.git/hooks", as: "writable" },
  ],
  helpers: {
    db: {
      ...{ image: `postgres@sha256:${"1".repeat(64)}`, command: ["postgres"], environment: { POSTGRES_DB: "app" } },
      ...{ volume: "/var/lib/postgresql/data", tmp: ["/var/spool"], ports: [5432], ready: { port: 5432 } },
      ...{ user: "999:999", limits: { memory: "1GiB", pids: 256, cpus: 1 } },
    },
  },
  limits: { cpus: 2, memory: "8GiB", pids: 512, tmp: "512MiB", shm: "1GiB" },
  guardrails: { "no-web": { level: "off", why: "a test" } },
};
type Stack = Record<string, unknown>;

const FILES = {
  "/srv/policy.yaml": "services: [sentry]\ndomains: [docs.globex.example]\n",
  "/srv/other.yaml": "domains: [docs.globex.example]\n",
};

/** What a look at the host has to say of such a stack file. */
function seen({ workspace, mounts = [], masks = [], image = {} }: Stack): Partial<Facts> {
  const wanted = (masks as (string | { path: string; as: string })[]).map((one) =>
    typeof one === "string" ? { path: one, as: "readonly" } : one,
  );
  const { packages = [], extend } = image as { packages?: string[]; extend?: string };
  const fragment = { folder: "/srv", instructions: ["RUN true"], sources: [], hash: "5c1e" };
  return {
    engine: { gpu: "nvidia", runtimes: ["runc", "runsc", "kata"] } as unknown as Facts["engine"],
    workspace: { uid: 1000, gid: 1000, ...(typeof workspace === "string" && { path: workspace, id: "1:1:1" }) },
    mounts: (mounts as { host: string }[]).map(({ host }) => ({ path: host, id: "2:1:1" })),
    masks: wanted
      .filter(({ as }) => as !== "writable")
      .map(({ path, as }) => ({ path, id: "3:1:1", kind: path === ".env" ? "file" : "directory", as: as as "empty" })),
    nothing: { path: "/srv/agent-sandbox/.state/nothing", id: "4:1:1" },
    // A volume has none.
    above: typeof workspace === "string" ? [{ path: ".git", id: "3:2:1" }] : [],
    fingerprints: { ONE: "1", "env/codex/CODEX_API_KEY": "2", "home/.vimrc": "3", "ca/0.pem": "4" },
    ...((packages.length > 0 || extend) && { extension: { packages, ...(extend && { fragment }) } }),
  };
}

/** A stack file, what it declares, and its plan on an engine: a function of these, so what most tests compare with is planned once. */
function planned(stack: Stack, kind: "docker" | "podman" = "docker"): ReturnType<typeof plannedAnew> {
  if (stack !== STACK || kind !== "docker") return plannedAnew(stack, kind);
  usual ??= plannedAnew(stack, kind);
  return usual;
}
let usual: ReturnType<typeof plannedAnew> | undefined;

async function plannedAnew(stack: Stack, kind: "docker" | "podman") {
  // Beside the config, where Pulumi reads it.
  const { esc: environment, ...keys } = stack;
  const config = Object.fromEntries(Object.entries(keys).map(([key, said]) => [`agent-sandbox:${key}`, said]));
  const of = {
    name: "posture",
    client: "acme",
    stack: { config, environment },
    facts: seen(stack),
    files: FILES,
  };
  const found = await planCase(ROOT, of, kind);
  if ("problems" in found) throw new Error(found.problems.join("\n"));
  return found;
}

function ownImage(digit: string): Stack {
  return { workspace: "/srv/acme", image: { ref: `acme/box@sha256:${digit.repeat(64)}` } };
}

/** A source of each other kind, by where the schema takes its value. */
const SOURCES: Record<string, object> = {
  keyring: { keyring: "acme/npm" },
  "command[]": { command: ["pass", "show", "acme/npm"] },
  op: { op: "op://acme/npm/token" },
  sops: { sops: "/srv/secrets.yaml#/npm/token" },
  "age.file": { age: { file: "/srv/npm.age", identity: "/srv/identity" } },
  "age.identity": { age: { file: "/srv/npm.age", identity: "/srv/other" } },
  encrypted: { encrypted: "ENCRYPTED" },
  "encrypted.secure": { encrypted: { secure: "v1:npm" } },
};

/** Of each key of the stack file another value, and of some what it is before: what cannot be said together. */
const CHANGES: Record<string, Stack | [before: Stack, after: Stack]> = {
  workspace: { workspace: "/srv/other" },
  "agents[]": { agents: ["claude", "codex", "shell"] },
  "tools[]": { tools: ["python"] },
  "image.packages[]": { image: { ...STACK.image, packages: ["tree", "jq"] } },
  "image.extend": { image: { packages: ["tree"] } },
  "image.ref": [ownImage("1"), ownImage("2")],
  "images.from": { images: { from: "registry.example/agent-sandbox" } },
  profile: { profile: "web" },
  "egress.allow[]": { egress: { ...STACK.egress, allow: [...STACK.egress.allow, "docs.acme.test"] } },
  "egress.allow[].host": {
    egress: { ...STACK.egress, allow: [...STACK.egress.allow.slice(0, 3), { host: "b.acme.test", ports: [443] }] },
  },
  "egress.allow[].ports[]": {
    egress: {
      ...STACK.egress,
      allow: [...STACK.egress.allow.slice(0, 2), { host: "git.acme.example", ports: [22, 443, 8443] }],
    },
  },
  "egress.from": { egress: { ...STACK.egress, from: "/srv/other.yaml" } },
  "egress.from[]": { egress: { ...STACK.egress, from: [] } },
  "egress.lan.*": { egress: { ...STACK.egress, lan: { ollama: "192.168.1.21:11434" } } },
  "egress.lan.*.address": {
    egress: { ...STACK.egress, lan: { ollama: { address: "192.168.1.21", ports: [11434] } } },
  },
  "egress.lan.*.ports[]": {
    egress: { ...STACK.egress, lan: { ollama: { address: "192.168.1.20", ports: [11434, 11435] } } },
  },
  "egress.host[]": { egress: { ...STACK.egress, host: [5433] } },
  upstreamProxy: { resolvers: [], upstreamProxy: "http://10.1.2.9:3128" },
  ...Object.fromEntries(
    ["url", "username", "password.env", "password.file", "password.expires"].map((leaf) => [
      `upstreamProxy.${leaf}`,
      behind({ env: "A", expires: "2027-01-31" }),
    ]),
  ),
  "resolvers[]": { resolvers: ["10.0.0.54"] },
  "resolvers[].domain": { resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.1.0.53"] }] },
  "resolvers[].servers[]": { resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.1.0.54"] }] },
  gpu: { gpu: false },
  runtime: { runtime: "kata" },
  "gpu[]": { gpu: [1] },
  "gpu.count": { gpu: { count: 2 } },
  "gpu.devices[]": { gpu: { devices: [1] } },
  "ports[]": { ports: [8080, "13000:3001"] },
  "ssh.port": { ssh: { ...STACK.ssh, port: 2223 } },
  "ssh.listen": { ssh: { ...STACK.ssh, listen: "0.0.0.0" } },
  "ssh.authorizedKeys[]": {
    ssh: {
      ...STACK.ssh,
      authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf"],
    },
  },
  "credentials.*.login": { credentials: { codex: STACK.credentials.codex } },
  "credentials.*.apiKey.env": { credentials: { ...STACK.credentials, codex: { apiKey: { env: "OTHER" } } } },
  "credentials.*.apiKey.file": { credentials: { ...STACK.credentials, codex: { apiKey: { file: "/srv/key" } } } },
  "credentials.*.variable": {
    credentials: { ...STACK.credentials, codex: { apiKey: { env: "KEY" }, variable: "OPENAI_API_KEY" } },
  },
  "credentials.*.apiKey.expires": {
    credentials: { ...STACK.credentials, codex: { apiKey: { env: "KEY", expires: "2027-01-31" } } },
  },
  "secrets.*.expires": { secrets: { ...STACK.secrets, TWO: { file: "/srv/two", expires: "2027-01-31" } } },
  "secrets.*.env": { secrets: { ...STACK.secrets, ONE: { ...STACK.secrets.ONE, env: "OTHER" } } },
  "secrets.*.file": { secrets: { ...STACK.secrets, TWO: { file: "/srv/three" } } },
  "secrets.*.export": { secrets: { ...STACK.secrets, ONE: { ...STACK.secrets.ONE, export: false } } },
  "ca[]": { ca: ["/srv/corp.pem", "/srv/other.pem"] },
  "environment.*": { environment: { ...STACK.environment, TZ: "UTC" } },
  "environment.*.*": { environment: { ...STACK.environment, claude: { X: "2" } } },
  "git.name": { git: { ...STACK.git, name: "other" } },
  "git.email": { git: { ...STACK.git, email: "other@acme.example" } },
  "git.token.env": { git: { ...STACK.git, token: { env: "OTHER" } } },
  "git.token.file": { git: { ...STACK.git, token: { file: "/srv/pat" } } },
  "git.token.expires": { git: { ...STACK.git, token: { env: "PAT", expires: "2027-01-31" } } },
  "git.tokens.*.expires": {
    git: { ...STACK.git, tokens: { "git.acme.example": { env: "PAT", username: "x", expires: "2027-01-31" } } },
  },
  "git.tokens.*.env": { git: { ...STACK.git, tokens: { "git.acme.example": { env: "OTHER", username: "x" } } } },
  "git.tokens.*.file": { git: { ...STACK.git, tokens: { "git.acme.example": { file: "/srv/pat", username: "x" } } } },
  "git.tokens.*.username": { git: { ...STACK.git, tokens: { "git.acme.example": { env: "PAT", username: "y" } } } },
  "git.ssh": { git: { ...STACK.git, ssh: undefined, sign: undefined } },
  "git.sign": { git: { ...STACK.git, sign: false } },
  "git.knownHosts[]": {
    git: {
      ...STACK.git,
      knownHosts: ["git.acme.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf"],
    },
  },
  ...Object.fromEntries(
    Object.entries(SOURCES).flatMap(([leaf, source]): [string, Stack][] => [
      [`upstreamProxy.password.${leaf}`, behind(source)],
      [`secrets.*.${leaf}`, { secrets: { ...STACK.secrets, TWO: source } }],
      [`credentials.*.apiKey.${leaf}`, { credentials: { ...STACK.credentials, codex: { apiKey: source } } }],
      [`git.token.${leaf}`, { git: { ...STACK.git, token: source } }],
      [`git.tokens.*.${leaf}`, { git: { ...STACK.git, tokens: { "git.acme.example": { ...source, username: "x" } } } }],
    ]),
  ),
  "mounts[].host": { mounts: [{ host: "/srv/other", at: "/docs", mode: "ro" }] },
  "mounts[].at": { mounts: [{ host: "/srv/docs", at: "/papers", mode: "ro" }] },
  "mounts[].mode": { mounts: [{ host: "/srv/docs", at: "/docs", mode: "rw" }] },
  "mounts[].when": { mounts: [{ host: "/srv/docs", at: "/docs", mode: "ro", when: "exists" }] },
  "mounts[].create": { mounts: [{ host: "/srv/docs", at: "/docs", mode: "ro", create: "dir" }] },
  "dotfiles.*": { dotfiles: { ".vimrc": "/srv/other" } },
  guards: { guards: "all" },
  "guards[]": { guards: ["git-clean"] },
  "masks[]": { masks: [".git/hooks", ".husky", ...STACK.masks.slice(1)] },
  "masks[].path": { masks: [".git/hooks", { path: "other", as: "empty" }] },
  "masks[].as": { masks: [".git/hooks", { path: "secret", as: "readonly" }, ...STACK.masks.slice(2)] },
  "limits.cpus": { limits: { ...STACK.limits, cpus: 1 } },
  "limits.memory": { limits: { ...STACK.limits, memory: "4GiB" } },
  "limits.pids": { limits: { ...STACK.limits, pids: 256 } },
  "limits.tmp": { limits: { ...STACK.limits, tmp: "1GiB" } },
  "limits.shm": { limits: { ...STACK.limits, shm: "2GiB" } },
  "helpers.*.image": beside({ image: `postgres@sha256:${"2".repeat(64)}` }),
  "helpers.*.image.packages[]": beside({ image: { packages: ["postgresql"] } }),
  "helpers.*.image.extend": beside({ image: { packages: ["postgresql"], extend: "images/db.Dockerfile" } }),
  "helpers.*.command[]": beside({ command: ["postgres", "-c", "fsync=off"] }),
  "helpers.*.environment.*": beside({ environment: { POSTGRES_DB: "other" } }),
  "helpers.*.volume": beside({ volume: "/var/lib/other" }),
  "helpers.*.tmp[]": beside({ tmp: ["/var/other"] }),
  "helpers.*.ports[]": beside({ ports: [5433] }),
  // A program, and no port, that it could be read as.
  "helpers.*.ready.command[]": beside({ ready: { command: ["port", "5432"] } }),
  "helpers.*.ready.port": beside({ ready: { port: 5433 } }),
  "helpers.*.user": beside({ user: "998:998" }),
  "helpers.*.limits.memory": beside({ limits: { memory: "2GiB" } }),
  "helpers.*.limits.pids": beside({ limits: { memory: "1GiB", pids: 512, cpus: 1 } }),
  "helpers.*.limits.cpus": beside({ limits: { memory: "1GiB", pids: 256, cpus: 2 } }),
  addresses: { addresses: "172.20.0.0/16" },
  mtu: { mtu: 1400 },
  "grants[].allow": { grants: [{ ...GRANT, allow: "c.acme.test" }] },
  "grants[].allow.host": { grants: [{ ...GRANT, allow: { host: "c.acme.test", ports: [443] } }] },
  "grants[].allow.ports[]": { grants: [{ ...GRANT, allow: { host: "granted.acme.test", ports: [22] } }] },
  "grants[].until": { grants: [{ ...GRANT, until: "2026-12-03T18:00Z" }] },
  "grants[].why": { grants: [{ ...GRANT, why: "another reason" }] },
  clipboard: { clipboard: "out" },
  "auth.domains[]": { auth: { domains: ["claude.ai"] } },
  protect: { protect: true },
  engine: { engine: "unix:///run/another.sock" },
  "workspace.volume": { workspace: { volume: true }, masks: [] },
  expires: { expires: "2027-03-01" },
  idle: { idle: "8h" },
  "accept[]": { accept: ["limits.pids", "limits.memory"] },
  "esc[]": { esc: ["acme/other"] },
  tmux: { tmux: true },
  "guardrails.*.level": { guardrails: { "no-web": { level: "advisory", why: "a test" } } },
  "guardrails.*.why": { guardrails: { "no-web": { level: "off", why: "another" } } },
};

/** The helper with something of it another. */
function beside(more: object): Stack {
  return { helpers: { db: { ...STACK.helpers.db, ...more } } };
}

/** A company's proxy that is signed in to. */
function behind(password: object): Stack {
  return { resolvers: [], upstreamProxy: { url: "http://10.1.2.9:3128", username: "acme", password } };
}

/** Keys that are no part of a sandbox, and why. */
const APART: Readonly<Record<string, string>> = {
  "approvals[].change": "what people decide about a change; the change itself is told, whoever approves it",
  "approvals[].by": "as above",
  "approvals[].why": "as above",
  "approvals[].until": "as above",
};

/** Where a schema takes a value: `egress.lan.*`, `mounts[].at`. */
function leaves(schema: z.core.JSONSchema._JSONSchema, at = ""): string[] {
  if (typeof schema === "boolean") return [at];
  const { properties = {}, items, additionalProperties, anyOf = [], ...value } = schema;
  const inner = [
    ...Object.entries(properties).flatMap(([key, one]) => leaves(one, at ? `${at}.${key}` : key)),
    ...(items && !Array.isArray(items) ? leaves(items, `${at}[]`) : []),
    ...(additionalProperties ? leaves(additionalProperties, `${at}.*`) : []),
    ...anyOf.flatMap((one) => leaves(one, at)),
  ];
  return inner.length > 0 || value.type === "object" ? inner : [at];
}

test("of each key of the stack file a change is known", () => {
  const schema = z.toJSONSchema(SpecSchema, { io: "input", unrepresentable: "any" });
  expect([...Object.keys(CHANGES), ...Object.keys(APART)].sort()).toEqual([...new Set(leaves(schema))].sort());
});

test.each(Object.entries(CHANGES))("another %s is another posture, declared and placed", async (_key, change) => {
  const [before, after] = Array.isArray(change) ? change : [STACK, { ...STACK, ...change }];
  const [was, is] = [await planned(before), await planned(after)];
  expect(compare(declaredPosture(was.declared).facts, declaredPosture(is.declared).facts, topics)).not.toEqual([]);
  expect(compare(was.plan.posture.facts, is.plan.posture.facts, topics)).not.toEqual([]);
});

/** A leaf of data: where it is, and the same data with another value there, or with one item, or key, more. */
interface Altered {
  path: string;
  data: unknown;
}

/** All ways in which data is another by one leaf. */
function altered(data: unknown, path = ""): Altered[] {
  if (Array.isArray(data))
    return data.flatMap((item, index) =>
      altered(item, `${path}[]`).map((one) => ({ ...one, data: data.with(index, one.data) })),
    );
  if (isMapping(data))
    return Object.entries(data).flatMap(([key, value]) =>
      altered(value, path ? `${path}.${key}` : key).map((one) => ({ ...one, data: { ...data, [key]: one.data } })),
    );
  return [{ path, data: another(path, data) }];
}

function another(path: string, value: unknown): unknown {
  if (path === "gpu") return { count: 7 };
  if (typeof value === "boolean") return !value;
  return typeof value === "number" ? value + 1 : `${value}x`;
}

/** What a container may have more than it has: one item of each list, and each part that it need not have. */
const MORE: { [Part in keyof Workload]?: Workload[Part] } = {
  capabilities: ["CAP_SYS_ADMIN"],
  environment: { PATH: "/tmp" },
  sysctls: { "net.ipv4.ip_forward": "1" },
  scratch: [{ at: "/x", size: 1, exec: true }],
  mounts: [{ kind: "bind", source: "/", at: "/x", readOnly: false }],
  networks: [{ name: "other" }],
  published: [{ address: "0.0.0.0", port: 80 }],
  ulimits: { nofile: 1 },
  hostNetwork: true,
  program: ["sh"],
  resolver: "192.0.2.1",
  gpu: { count: 3 },
  runtime: "kata",
  health: { command: ["true"], interval: 1, timeout: 1, retries: 1, startPeriod: 1 },
};

function withMore(workload: Workload): Altered[] {
  return Object.entries(MORE).flatMap(([part, more]) => {
    const there = workload[part as keyof Workload];
    const both = Array.isArray(there)
      ? [...there, ...(more as [])]
      : isMapping(there)
        ? { ...there, ...(more as object) }
        : more;
    return isDeepStrictEqual(both, there) ? [] : [{ path: `${part} more`, data: { ...workload, [part]: both } }];
  });
}

/** What of a container is no fact, and why nobody has to see it. */
const UNSEEN: Readonly<Record<string, string>> = {
  role: "which container it is: facts begin with it",
  name: "fixed, made of the client's name",
  hostname: "what the container calls itself; others know it by its name",
  "labels.agent-sandbox.client": "tells whose it is to this program; nothing in it sees a label",
  "labels.agent-sandbox.role": "as above",
  "labels.agent-sandbox.published": "as above; the ports are facts",
  "networks[].address": "one of its network's, whose range is a fact",
  "limits.tmp": "the size of the memory at /tmp, which is the fact",
  "scratch[].size":
    "memory is taken from the container's own, whose limit is a fact; that of the agent's /tmp is one itself",
  "scratch[].owner": "which user of one and the same container it belongs to",
  "mounts[].kind": "the source tells: a path begins with a slash, the name of a volume does not",
  "mounts[].purpose": "part of the volume's name, which is the source",
  "mounts[].id":
    "which file had the source's name when it was looked at; verify compares it with what is mounted (D-5)",
  "mounts[].covers": "as the id, of the file that an empty mask lies over",
  "mounts[].shared": "how SELinux labels the source",
  "environment.GIT_AUTHOR_NAME": "the fact of git.name",
  "environment.GIT_COMMITTER_NAME": "the fact of git.name",
  "environment.GIT_AUTHOR_EMAIL": "the fact of git.email",
  "environment.GIT_COMMITTER_EMAIL": "the fact of git.email",
};

test("whatever of a container is another is another posture, or has its reason", async () => {
  const unseen = new Set<string>();
  for (const found of [await placed(STACK), await placed({ workspace: "/srv/acme", profile: "lockdown" })])
    for (const role of ["agent", "gateway", "lock"] as const)
      for (const { path, data } of [...altered(found.placed[role]), ...withMore(found.placed[role])])
        if (!found.differs({ placed: { [role]: data } })) unseen.add(path);
  expect([...unseen].sort()).toEqual(Object.keys(UNSEEN).sort());
});

test("whatever the project's files say of an agent, a tool or a guard that is chosen is another posture, and so is what the lock has of it", async () => {
  const found = await placed(STACK);
  const { agents, tools, guards, catalogue } = found.declared;
  const same = (part: "agents" | "tools" | "guards") => [
    ...new Set(
      altered(found.declared[part])
        .filter(({ data }) => !found.differs({ declared: { [part]: data } }))
        .map(({ path }) => path),
    ),
  ];
  expect([agents.length, tools.length, guards.length].every((count) => count > 0)).toBe(true);
  // For whoever chooses it.
  expect(same("agents")).toEqual(["[].description"]);
  expect(same("tools")).toEqual(["[].description"]);
  expect(same("guards")).toEqual(["[].why"]);

  const { lock } = catalogue;
  const used = [
    ...OF_RUNTIME,
    ...agents.map(({ package: one, npm }) => (one ?? npm)?.lock),
    ...tools.flatMap(({ tarballs }) => tarballs.map(({ lock }) => lock)),
  ];
  const packages = Object.fromEntries(Object.entries(lock.packages).filter(([name]) => used.includes(name)));
  expect(Object.keys(packages).length).toBeGreaterThan(0);
  const withLock = (more: object) => ({ declared: { catalogue: { ...catalogue, lock: { ...lock, ...more } } } });
  for (const { path, data } of altered(packages))
    expect([path, found.differs(withLock({ packages: { ...lock.packages, ...(data as object) } }))]).toEqual([
      path,
      true,
    ]);
  for (const { path, data } of altered(lock.base))
    expect([path, found.differs(withLock({ base: data }))]).toEqual([path, true]);

  const withPi = await placed({ workspace: "/srv/acme", agents: ["pi"] });
  const { npmFolders } = withPi.declared.catalogue;
  const { hash, makers } = present(npmFolders.pi, "what npm installs of pi");
  for (const pi of [
    { hash: `${hash}0`, makers },
    { hash, makers: [...makers, "x"] },
  ])
    expect(withPi.differs({ declared: { catalogue: { ...withPi.declared.catalogue, npmFolders: { pi } } } })).toBe(
      true,
    );
});

test("whatever of the policy is another is another posture", async () => {
  const found = await placed(STACK);
  const same = altered(found.declared.policy).filter(({ data }) => !found.differs({ declared: { policy: data } }));
  // What the audit calls a grant; the posture has the stack file's words for it.
  expect(same.map(({ path }) => path)).toEqual(["grants[].name"]);
});

test("whatever of a delivered file is another is another posture: what it is, for whom, and where it is from", async () => {
  const found = await placed(STACK);
  const same = altered(found.declared.files).filter(({ data }) => !found.differs({ declared: { files: data } }));
  const unseen = [...new Set(same.map(({ path }) => path))];
  // The key is where a message points.
  expect(unseen).toEqual(["[].key"]);
  for (const [index] of found.declared.files.entries())
    expect([index, found.differs({ declared: { files: found.declared.files.toSpliced(index, 1) } })]).toEqual([
      index,
      true,
    ]);
});

test("a secret whose value is another is another posture, and the posture has nothing of it", async () => {
  const found = await placed(STACK);
  for (const [place, mark] of Object.entries(found.placed.facts.fingerprints)) {
    const fingerprints = { ...found.placed.facts.fingerprints, [place]: `${mark}x` };
    expect([place, found.differs({ placed: { facts: { ...found.placed.facts, fingerprints } } })]).toEqual([
      place,
      true,
    ]);
  }
});

test("every fact is of a topic that says how it compares, on both engines", async () => {
  for (const kind of ["docker", "podman"] as const) {
    const { plan } = await planned(kind === "docker" ? STACK : { ...STACK, gpu: false, runtime: undefined }, kind);
    const unknown = plan.posture.facts.filter(({ topic }) => !Object.hasOwn(topics, topic));
    expect(unknown).toEqual([]);
  }
});

test("whatever is placed of a helper goes with it, on both engines", async () => {
  for (const kind of ["docker", "podman"] as const) {
    const { plan } = await planned(kind === "docker" ? STACK : { ...STACK, gpu: false, runtime: undefined }, kind);
    const { facts } = plan.posture;
    const ofHelper = facts.filter(({ about }) => about.split(" ")[0] === "helper-db");
    expect(ofHelper.length).toBeGreaterThan(5);
    expect(withoutDeparted(facts, []).filter((fact) => ofHelper.includes(fact))).toEqual([]);
  }
});

/** What is placed of the stack file, and whether its posture is another with something else in its place. */
async function placed(stack: Stack) {
  const { plan, declared, facts, engine } = await planned(stack);
  const { agent, gateway, lock, addresses } = plan;
  if (!lock) throw new Error("this engine has no lock");
  const all = { agent, gateway, lock, addresses, facts, engine };
  const before = JSON.stringify(posture(declared, all));
  const differs = (change: { placed?: object; declared?: object }) =>
    JSON.stringify(posture({ ...declared, ...change.declared }, { ...all, ...change.placed } as Placed)) !== before;
  return { placed: all, declared, differs };
}
