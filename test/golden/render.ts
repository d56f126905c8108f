import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { Declared } from "../../capabilities/capability.ts";
import { readGuards } from "../../capabilities/command-guards/look.ts";
import { parsePolicyFiles } from "../../capabilities/egress/file.ts";
import { readEgressCatalogue } from "../../capabilities/egress/look/catalogue.ts";
import { LockSchema } from "../../capabilities/image/lock.ts";
import { readImageSources } from "../../capabilities/image/look/sources.ts";
import type { RegistryLock } from "../../capabilities/image/registry.ts";
import { declare } from "../../plan/declare.ts";
import type { Facts } from "../../plan/facts.ts";
import { names } from "../../plan/names.ts";
import { planSandbox, type SandboxPlan } from "../../plan/plan.ts";
import { topics } from "../../plan/posture.ts";
import { renderPosture } from "../../plan/review/describe.ts";
import { readConfig } from "../../stack-file/config.ts";
import { withEnvironments } from "../../stack-file/esc.ts";
import { present } from "../../stack-file/present.ts";
import { describeProblems, describeWarning, type Problem } from "../../stack-file/problem.ts";
import { judgeStackFile } from "../../stack-file/shape.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { dialects } from "../../target/engine/dialect/dialects.ts";
import type { Engine } from "../../target/engine/engine.ts";

/** One stack file of the corpus, what of the facts is not the usual, and what else it reads. */
export interface Case {
  name: string;
  client: string;
  stack: { config: Record<string, unknown> };
  facts: Partial<Facts>;
  /** Files of `egress.from`, by path. */
  files: Record<string, string>;
  /** What images/registry.lock.yaml has. */
  registry?: RegistryLock;
}

export const ENGINES = ["docker", "podman"] as const;

/** @param folder where the stack files of the corpus are; a second document in one says its facts */
export function readCase(folder: string, name: string): Case {
  const [stack, more] = parseAllDocuments(readFileSync(join(folder, `${name}.yaml`), "utf8")).map((one) => one.toJS());
  return { name, stack, client: "acme", facts: {}, files: {}, ...more };
}

/**
 * All that a stack file leads to, as data: the problems, or the plan with the policy, the Dockerfiles and every container and network in its engine's words.
 * It is read from the project's own catalogues; only versions of packages and what lies in build contexts are the corpus' own, for they change every week.
 */
export async function render(root: string, of: Case, kind: Engine["kind"]): Promise<unknown> {
  const planned = await planCase(root, of, kind);
  if ("problems" in planned) return planned;
  const { plan, engine } = planned;
  const { helpers, ...sandbox } = plan;
  const dialect = dialects[kind];
  return {
    plan: {
      ...sandbox,
      ...(helpers.length > 0 && { helpers }),
      // As it is shown: its facts are three times as long, and `plan/review/` has tests of them.
      posture: renderPosture(plan.posture.facts, topics).split("\n"),
      warnings: plan.warnings.map(describeWarning),
    },
    containers: [
      plan.agent,
      plan.gateway,
      ...(plan.lock ? [plan.lock] : []),
      ...helpers.map(({ workload }) => workload),
    ].map((workload) => dialect.container(workload, engine)),
    networks: {
      inner: dialect.innerNetwork(plan.addresses, names(of.client).bridge),
      outer: dialect.outerNetwork(plan.addresses),
    },
  };
}

/** The plan that a stack file leads to, with what it is of and the engine it is for, or the lines that tell what is wrong. */
export async function planCase(
  root: string,
  of: Case,
  kind: Engine["kind"],
): Promise<{ plan: SandboxPlan; declared: Declared; facts: Facts; engine: Engine } | { problems: string[] }> {
  const parsed = parseSpec(withEnvironments(readConfig(asPulumiHandsOver(of.stack.config)), of.stack));
  const spec = parsed.rest;
  const sources = { ...readImageSources(root, spec), ...OF_THE_CORPUS, registry: of.registry ?? {} };
  const { egress } = await readEgressCatalogue(
    { ...spec, egress: { ...spec.egress, from: [] } },
    root,
    sources.agents,
    [],
  );
  const policies = parsePolicyFiles(
    spec.egress.from.map((path) => ({
      path,
      content: parse(present(of.files[path], `${path} in files of ${of.name}`)),
    })),
  );
  const named = await readEgressCatalogue(
    {
      ...spec,
      egress: { ...spec.egress, from: [], allow: [...spec.egress.allow, ...policies.files.flatMap(linesOf)] },
    },
    root,
    sources.agents,
    [],
  );
  const catalogue = {
    ...sources,
    ...egress,
    ...{ services: named.egress.services, whyShared: named.egress.whyShared, files: policies.files },
    guards: readGuards(root),
  };
  const facts = {
    ...usual(kind, sources),
    ...of.facts,
    engine: { ...usual(kind, sources).engine, ...of.facts.engine },
  };
  const declared = declare(of.client, spec, catalogue);
  const { plan, problems: planned } = planSandbox(declared, facts);
  const later = parsed.tell([...policies.problems, ...policies.tell(declared.problems), ...planned]);
  const all = judgeStackFile(of.stack, [...parsed.problems, ...later]);
  if (!plan || all.length > 0) return { problems: told(all).split("\n") };
  return { plan, declared, facts, engine: facts.engine };
}

/** A stack's config as Pulumi gives it to the program: text by key, JSON where it is no text. */
function asPulumiHandsOver(config: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function linesOf({ services, domains }: { services: string[]; domains: unknown[] }) {
  return [...services, ...domains] as never[];
}

function told(problems: readonly Problem[]): string {
  return describeProblems(problems, "stacks/Pulumi.acme.yaml");
}

const OF_THE_CORPUS = {
  lock: LockSchema.parse(parse(readFileSync(join(import.meta.dirname, "lock.yaml"), "utf8"))),
  contexts: {
    base: { dockerfile: "", hash: "base" },
    runtime: { dockerfile: "FROM runtime\n", hash: "runtime" },
    gateway: { dockerfile: "FROM gateway\n", hash: "gateway" },
  },
  check: "check",
  npmFolders: { pi: { hash: "pi", makers: [] } },
};

function usual(kind: Engine["kind"], images: Facts["images"]): Facts {
  return {
    engine: {
      kind,
      version: kind === "docker" ? "20.10.24" : "4.3.1",
      host: "unix:///run/engine.sock",
      cli: kind === "docker" ? "docker" : "podman --remote",
      platform: "linux-x64",
      rootless: false,
      selinux: false,
      gpu: "none",
      runtimes: ["runc", "runsc"],
      ...(kind === "podman" && { seccompFile: "/srv/agent-sandbox/.state/seccomp.json" }),
    },
    now: Date.parse("2026-12-01T12:00:00Z"),
    deployed: [],
    workspace: { path: "/srv/acme", uid: 1000, gid: 1000, id: "1:100:1" },
    mounts: [],
    masks: [],
    above: [],
    opened: [],
    warnings: [],
    networks: { own: [], taken: ["172.17.0.0/16"], ways: [], clients: [], bridges: [] },
    images,
    host: { addresses: ["192.168.1.9"], steady: ["192.168.1.9"], uplinks: [] },
    machine: { cpus: 4, memory: 16 * 2 ** 30, processes: 32768, ports: [] },
    neighbours: [],
    kept: [],
    fingerprints: {},
    home: "/home/ann",
    project: "/srv/agent-sandbox",
  };
}

/** Long texts apart, each once, named by their content: what many plans share is one file, and a change of it is read once. */
export function takeTexts(value: unknown, texts: Map<string, string>): unknown {
  if (typeof value === "string") {
    if (value.length < 1000) return value;
    const name = createHash("sha256").update(value).digest("hex").slice(0, 16);
    texts.set(name, value);
    return `text ${name}`;
  }
  if (Array.isArray(value)) return value.map((one) => takeTexts(one, texts));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, takeTexts(one, texts)]));
}
