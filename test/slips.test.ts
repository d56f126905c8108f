import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { GuardSchema } from "../capabilities/command-guards/guard.ts";
import { parsePolicyFiles } from "../capabilities/egress/file.ts";
import { ServiceSchema } from "../capabilities/egress/service.ts";
import { AgentSchema } from "../capabilities/image/agent.ts";
import { LockSchema } from "../capabilities/image/lock.ts";
import { ToolSchema } from "../capabilities/image/tool.ts";
import { ApprovalsSchema } from "../plan/rules/approvals-file.ts";
import { parseCeiling } from "../plan/rules/ceiling.ts";
import { RuleSchema } from "../plan/rules/rule.ts";
import { judgeFile } from "../stack-file/issue.ts";
import { isMapping } from "../stack-file/mapping.ts";
import { keyPath, type Problem } from "../stack-file/problem.ts";
import { parseSpec, SpecSchema } from "../stack-file/spec.ts";
import { ClassSchema } from "./engine/attack/technique.ts";
import { slips } from "./slips.ts";

const ROOT = join(import.meta.dirname, "..");
/** What a message would be that no combinator wrote. */
const FOREIGN = "in the words of the schema library";
/** A message that says what to write. */
const SAYS =
  /\b(write|name|remove|leave|rename)\b|\blike \S|Allowed: |Did you mean "|\(`agentbox bump|: (it is|letters|lower-case)|one of |with the keys? |All keys: |in quotes|is less than \d|is below \d/;

beforeAll(() => z.config({ localeError: () => FOREIGN }));
afterAll(() => z.config({ localeError: undefined }));

/** Mappings whose keys are names that the file chooses. */
const FREE =
  /(^|\.)(packages|files|links|settings|seeds|lan|secrets|credentials|tokens|dotfiles|guardrails|helpers|environment(\.claude)?)$/;

/** What is amiss with how slips are told. */
function amiss(content: unknown, judge: (content: unknown) => Problem[]): string[] {
  expect(judge(content)).toEqual([]);
  const found = slips(content).flatMap(({ what, path, content, misspelt }) => {
    const problems = judge(content);
    const at = keyPath(path);
    // Only where keys are names of the person's own is any of them right.
    if (misspelt && problems.length === 0 && !FREE.test(at)) return [`${what}: is not told: ${at}`];
    return problems.flatMap(({ path: told, message }) => {
      const apart = told === "" ? at !== "" : !at.startsWith(told) && !told.startsWith(at);
      const why = [
        ...(message.includes(FOREIGN) ? ["foreign words"] : []),
        ...(message.includes("\n") ? ["several lines"] : []),
        ...(SAYS.test(message) ? [] : ["says not what to write"]),
        ...(apart && !misspelt ? ["another place"] : []),
        ...(message.includes("undefined") ? ["undefined"] : []),
      ];
      return why.length > 0 ? [`${what}: ${why.join(", ")}: ${told}: ${message}`] : [];
    });
  });
  return [...new Set(found)].slice(0, 20);
}

const CATALOGUES: [folder: string, schema: z.ZodType][] = [
  ["images/agents", AgentSchema],
  ["images/tools", ToolSchema],
  ["policies/services", ServiceSchema],
  ["policies/guards", GuardSchema],
  ["policies/guardrails", RuleSchema],
];
/** Files of a catalogue's folder that have a form of their own. */
const APART = ["approvals", "ceiling", "PulumiPolicy"].map((name) => `policies/guardrails/${name}.yaml`);
const files: [file: string, schema: z.ZodType][] = [
  ["images/lock.yaml", LockSchema],
  ["policies/guardrails/approvals.yaml", ApprovalsSchema],
  ...CATALOGUES.flatMap(([folder, schema]) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".yaml") && !APART.includes(`${folder}/${name}`))
      .map((name): [string, z.ZodType] => [`${folder}/${name}`, schema]),
  ),
  ...readdirSync(join(ROOT, "test/engine/attack/techniques")).map((name): [string, z.ZodType] => [
    `test/engine/attack/techniques/${name}/class.yaml`,
    ClassSchema,
  ]),
];

test.each(files)("%s: whatever slip is in it, its key and what to write are told in our own words", (file, schema) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  const content: unknown = parse(readFileSync(join(ROOT, file), "utf8"));
  const judge = (content: unknown) => {
    const problems: Problem[] = [];
    judgeFile(file, content, schema, problems);
    return problems;
  };
  expect(amiss(content, judge)).toEqual([]);
});

test("of a misspelt key of a catalogue the right one is told", () => {
  const problems: Problem[] = [];
  const guard = { name: "x", why: "x", patern: "x", mesage: "x" };
  judgeFile("policies/guards/x.yaml", guard, GuardSchema, problems);
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'patern: is not a key here. Did you mean "pattern"?',
    'mesage: is not a key here. Did you mean "message"?',
  ]);
});

/** A stack file with all that one may say. */
const EVERYTHING = {
  workspace: "~/acme",
  agents: ["claude"],
  tools: ["psql"],
  image: { packages: ["tree"], extend: "images/acme.Dockerfile", ref: `acme/box@sha256:${"0".repeat(64)}` },
  images: { from: "registry.example/agent-sandbox" },
  profile: "standard",
  egress: {
    allow: ["github", { host: "git.acme.example", ports: [22] }],
    from: ["~/acme.yaml"],
    lan: { ollama: "192.168.1.20:11434", "git.acme.example": { address: "10.1.2.3", ports: [443, 22] } },
    host: [5432],
  },
  grants: [
    { allow: "github", until: "2026-12-01T18:00Z", why: "the release" },
    { allow: { host: "git.acme.example", ports: [22] }, until: "2026-12-01T18:00+01:00", why: "the release" },
  ],
  resolvers: ["10.0.0.53", { domain: "corp.example", servers: ["10.1.0.53"] }],
  upstreamProxy: { url: "http://10.1.2.9:3128", username: "acme", password: { env: "PROXY", expires: "2027-01-31" } },
  gpu: { devices: [0, 1] },
  ports: [8080, "13000:3000"],
  credentials: {
    claude: { login: "host" },
    codex: { apiKey: { env: "KEY", expires: "2027-01-31" }, variable: "OPENAI_API_KEY" },
    pi: { apiKey: { file: "~/key", expires: "2027-01-31" } },
  },
  secrets: {
    ONE: { env: "ONE", export: true, expires: "2027-01-31" },
    TWO: { file: "~/two", export: false, expires: "2027-01-31" },
  },
  ca: ["~/corp.pem"],
  environment: { TZ: "Europe/Berlin", claude: { X: 1 } },
  git: {
    name: "bot",
    email: "bot@acme.example",
    token: { env: "PAT", expires: "2027-01-31" },
    tokens: {
      "git.acme.example": { env: "PAT", username: "x", expires: "2027-01-31" },
      "hub.acme.example": { file: "~/pat", username: "y", expires: "2027-01-31" },
    },
    ssh: "generate",
    sign: true,
    knownHosts: ["git.acme.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"],
  },
  mounts: [
    { host: "~/docs", at: "/docs", mode: "ro", when: "exists" },
    { host: "~/more", at: "/more", create: "dir" },
  ],
  dotfiles: { ".vimrc": "~/.vimrc" },
  guards: ["git-clean"],
  masks: [".git/hooks", { path: ".env*", as: "empty" }],
  limits: { cpus: 2, memory: "8GiB", pids: 1024, tmp: "1GiB", shm: "1GiB" },
  helpers: {
    db: {
      ...{ image: `postgres@sha256:${"1".repeat(64)}`, command: ["postgres"], environment: { POSTGRES_DB: "app" } },
      ...{ volume: "/var/lib/postgresql/data", tmp: ["/var/spool"], ports: [5432], ready: { port: 5432 } },
      ...{ user: "999:999", limits: { memory: "1GiB", pids: 256, cpus: 1 } },
    },
    cache: {
      image: { packages: ["redis-server"], extend: "images/cache.Dockerfile" },
      ...{ command: ["redis-server"], ready: { command: ["redis-cli", "ping"] } },
    },
  },
  addresses: "10.208.0.0/12",
  mtu: 1400,
  guardrails: { "no-web": { level: "off", why: "It tests a search engine." } },
  approvals: [
    {
      change: "3fa9c2d4-1b07aa12-90c1d3e5-77b0f4a6",
      by: "ann@acme.example",
      why: "The tests need it.",
      until: "2026-12-05",
    },
  ],
  auth: { domains: ["claude.ai"] },
  protect: true,
  engine: "ssh://dev@gpu-box",
  runtime: "runsc",
  expires: "2027-03-01",
  idle: "8h",
  accept: ["limits.memory"],
  esc: ["acme/dev"],
  tmux: true,
  clipboard: "out",
  ssh: {
    port: 2222,
    authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl anna"],
    listen: "0.0.0.0",
  },
};
/** A source of each kind that the file above does not name. */
const SOURCES = [
  { keyring: "acme/npm" },
  { command: ["pass", "show", "acme/npm"] },
  { op: "op://acme/npm/token" },
  { sops: "~/secrets.yaml#/npm/token" },
  { age: { file: "~/npm.age", identity: "~/identity" } },
  { encrypted: { secure: "v1:npm" } },
];
const OTHERWISE = [
  { secrets: Object.fromEntries(SOURCES.map((source, index) => [`S${index}`, source])) },
  { credentials: Object.fromEntries(SOURCES.map((apiKey, index) => [`agent${index}`, { apiKey }])) },
  { git: { tokens: Object.fromEntries(SOURCES.map((source, index) => [`git${index}.acme.example`, source])) } },
  ...SOURCES.map((token) => ({ git: { token } })),
  ...[...SOURCES, { file: "~/proxy" }].map((password) => ({
    upstreamProxy: { url: "http://10.1.2.9:3128", username: "acme", password },
  })),
  { workspace: { volume: true } },
  { gpu: { count: 2 } },
  { gpu: 2 },
  { gpu: [0, 1] },
  { guards: "all" },
  { egress: { from: "~/x.yaml" } },
  { git: { token: { file: "~/pat", expires: "2027-01-31" } } },
];

const { workspace, ...others } = EVERYTHING;
const ALONE = [...Object.entries(others), ...OTHERWISE.flatMap((one) => Object.entries(one))];

test.each([["workspace", workspace], ...ALONE])(
  "whatever slip is in a stack file's %s, its key and what to write are told in our own words",
  (key, said) => {
    const judge = (content: unknown) => parseSpec(content as Record<string, unknown>).problems;
    const content = { workspace, [key]: said };
    // What is no mapping as a whole, Pulumi says before.
    expect(amiss(content, (content) => (isMapping(content) ? judge(content) : []))).toEqual([]);
  },
);

test("that stack file has every key of the schema", () => {
  const schema = z.toJSONSchema(SpecSchema, { io: "input", unrepresentable: "any" });
  expect(unsaid(schema, [EVERYTHING, ...OTHERWISE], "")).toEqual([]);
});

test("each kind of guardrail is in a file of this project, off where it says nothing about an organisation", () => {
  const rules = readdirSync(join(ROOT, "policies/guardrails"))
    .filter((name) => name.endsWith(".yaml") && !APART.includes(`policies/guardrails/${name}`))
    .map((name) => RuleSchema.parse(parse(readFileSync(join(ROOT, "policies/guardrails", name), "utf8"))));
  expect([...new Set(rules.flatMap(({ rule }) => Object.keys(rule)))].sort()).toEqual(
    Object.keys(RuleSchema.shape.rule.shape).sort(),
  );
});

test("whatever slip is in a ceiling, its key and what to write are told in our own words", () => {
  const { egress, limits, masks } = EVERYTHING;
  const { token, tokens } = EVERYTHING.git;
  for (const content of [
    { egress, git: { token, tokens } },
    { limits, masks },
  ])
    expect(amiss(content, (content) => parseCeiling(content, "acme").problems)).toEqual([]);
});

test("whatever slip is in a file of egress.from, its key and what to write are told in our own words", () => {
  const content = { services: ["github"], domains: ["docs.acme.example", { host: "git.acme.example", ports: [22] }] };
  expect(amiss(content, (content) => parsePolicyFiles([{ path: "~/acme.yaml", content }]).problems)).toEqual([]);
});

/** Keys of a schema that no value has. */
function unsaid(schema: z.core.JSONSchema._JSONSchema, values: readonly unknown[], path: string): string[] {
  if (typeof schema === "boolean") return [];
  const mappings = values.filter(isMapping);
  const { properties = {}, items, additionalProperties, anyOf = [] } = schema;
  return [
    ...Object.entries(properties).flatMap(([key, inner]) => {
      const there = mappings.flatMap((value) => (key in value ? [value[key]] : []));
      return there.length > 0 ? unsaid(inner, there, `${path}.${key}`) : [`${path}.${key}`];
    }),
    ...(items && !Array.isArray(items) ? unsaid(items, values.filter(Array.isArray).flat(), `${path}[]`) : []),
    ...(additionalProperties ? unsaid(additionalProperties, mappings.flatMap(Object.values), `${path}.*`) : []),
    ...anyOf.flatMap((one) => unsaid(one, values, path)),
  ];
}
