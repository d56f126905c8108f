import { z } from "zod";
import type { ExpectedContainers, ExpectedNetworks } from "./expected.ts";
import type { GitKeys } from "./git-keys.ts";
import type { LivedOn } from "./moved.ts";
import type { Proof } from "./proof/proof.ts";
import type { PostureFact } from "./review/fact.ts";

/**
 * What an `up` leaves for programs, as an output of its stack: what the next one is compared with, and what `agentbox verify` looks for on the engine. Pulumi
 * shows it as `[secret]`, for it holds nothing that is for people: the same facts are in `posture`, as text.
 */
export interface Deployed {
  version: typeof VERSION;
  facts: readonly PostureFact[];
  /** All kinds of facts that the program knew: one that came since is no change of a sandbox. An older program left none. */
  topics?: readonly string[];
  /** The same as the files alone declare it, on every machine. */
  declared?: readonly PostureFact[];
  /** The stack's config, by key, as the program was given it: what a policy pack judges. An older program left none. */
  config?: Readonly<Record<string, unknown>>;
  /** Where it was brought up. An older program left none. */
  engine?: LivedOn;
  policyHash: string;
  containers: ExpectedContainers;
  proof: Proof;
  /** Of each helper by its name. An older program left none. */
  helperProofs?: Readonly<Record<string, Proof>>;
  /** An older version has left neither. */
  networks?: ExpectedNetworks;
  files?: DeliveredFiles;
  /** The public halves of its keys for git, as they were made, where it has some. */
  gitKeys?: GitKeys;
}

/** What was delivered into /run/secrets, without any of it. */
export interface DeliveredFiles {
  /** What the marks are made with, in hex: whoever can read this output can look. */
  key: string;
  /** `uid:gid` of all of them. */
  owner: string;
  /** By path: the beginning of an HMAC of the content. */
  marks: Readonly<Record<string, string>>;
  /** By path: what the stack shows of a secret's value, for a preview where its source is not. An older program left none. */
  fingerprints?: Readonly<Record<string, string>>;
}

export const VERSION = 1;

const strings = z.record(z.string(), z.string());
const Container = z.object({
  image: z.string(),
  user: z.string(),
  capabilities: z.array(z.string()),
  mounts: strings,
  networks: z.array(z.string()),
  published: z.array(z.string()),
  gpu: z.string(),
  runtime: z.string().optional(),
  seccomp: z.string(),
  limits: strings,
});
const ProofSchema = z.object({
  probes: z.array(z.string()),
  datagrams: z.array(z.string()),
  mounts: z.array(
    z.object({
      at: z.string(),
      readOnly: z.boolean(),
      size: z.number().optional(),
      shows: z
        .object({ reference: z.object({ kind: z.enum(["bind", "volume"]), source: z.string() }), path: z.string() })
        .optional(),
    }),
  ),
  scratch: z.array(z.string()),
  user: z.string(),
  networks: z.number(),
  gpu: z.boolean(),
  runtime: z.string().optional(),
});
const Network = z.object({
  internal: z.boolean(),
  options: strings,
  ipamConfigs: z.array(
    z.object({ subnet: z.string(), ipRange: z.string().optional(), gateway: z.string().optional() }),
  ),
});
const FactSchema = z.object({
  topic: z.string(),
  about: z.string(),
  says: z.string(),
  mark: z.string().optional(),
  ofProject: z.literal(true).optional(),
  key: z.string().optional(),
});
const DeployedSchema = z.object({
  version: z.literal(VERSION),
  facts: z.array(FactSchema),
  topics: z.array(z.string()).optional(),
  declared: z.array(FactSchema).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  engine: z.object({ at: z.string(), id: z.string().optional() }).optional(),
  policyHash: z.string(),
  containers: z.object({
    agent: Container,
    gateway: Container,
    lock: Container.optional(),
    helpers: z.record(z.string(), Container).optional(),
  }),
  proof: ProofSchema,
  helperProofs: z.record(z.string(), ProofSchema).optional(),
  networks: z.record(z.string(), Network).optional(),
  gitKeys: z.object({ authentication: z.string(), signing: z.string() }).optional(),
  files: z.object({ key: z.string(), owner: z.string(), marks: strings, fingerprints: strings.optional() }).optional(),
});

/** What the last `up` of a stack left: nothing where there was none, or why it cannot be read. */
export type LastUp = Deployed | { unread: string } | undefined;

/** Why nothing can be read of a client that no `up` has begun to place. */
export const NO_STACK = "there is no such stack";

/** What a stack's outputs say that is deployed: nothing where there is none, or why it cannot be read. */
export function readDeployed(outputs: Readonly<Record<string, unknown>>): LastUp {
  if (Object.keys(outputs).length === 0) return undefined;
  if (typeof outputs.deployed !== "string") return { unread: "another version of this program placed it" };
  try {
    const parsed = DeployedSchema.safeParse(JSON.parse(outputs.deployed));
    if (parsed.success) return parsed.data as Deployed;
    const [issue] = parsed.error.issues;
    return { unread: `another version of this program placed it (${issue?.path.join(".")}: ${issue?.message})` };
  } catch {
    return { unread: "what the stack keeps of it is not JSON" };
  }
}

/** What an `up` leaves. */
export function writeDeployed(deployed: Omit<Deployed, "version">): string {
  return JSON.stringify({ version: VERSION, ...deployed });
}

/** What is known of it: no facts where it cannot be read, for then everything counts as new. */
export function factsOf(last: LastUp): Deployed["facts"] {
  return last && "facts" in last ? last.facts : [];
}

/** Both of it, as far as they are known. */
export function stoodOf(last: LastUp): { declared: Deployed["facts"]; placed: Deployed["facts"] } {
  const known = last && "facts" in last && last.declared ? last : undefined;
  return { declared: known?.declared ?? [], placed: known?.facts ?? [] };
}

/**
 * Facts as far as the program of the last `up` could have told them, and the kinds that it did not know: of these nobody can say what was. An approval is of all, for what
 * nobody can compare may be wider.
 */
export function asKnownTo(
  last: LastUp,
  facts: readonly PostureFact[],
): { known: readonly PostureFact[]; fresh: string[] } {
  const topics = last && "facts" in last ? last.topics : undefined;
  if (!topics) return { known: facts, fresh: [] };
  const isKnown = ({ topic }: PostureFact) => topics.includes(topic);
  return {
    known: facts.filter(isKnown),
    fresh: [...new Set(facts.filter((fact) => !isKnown(fact)).map(({ topic }) => topic))],
  };
}
