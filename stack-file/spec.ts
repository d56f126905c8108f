import { z } from "zod";
import { SecretName, SecretSource } from "../capabilities/credentials/source.ts";
import { GitHost, GitToken } from "../capabilities/git/keys.ts";
import { ImageRef } from "../capabilities/image/image-ref.ts";
import { Size } from "../capabilities/limits/size.ts";
import { PROFILES } from "../capabilities/profile/profile.ts";
import { ADDRESSES, refuseAddresses } from "../plan/addresses.ts";
import { Guards, HomePath, Mask } from "./inside.ts";
import { keys } from "./keys.ts";
import { EndpointAddress, Ipv4, Port, PortRange } from "./network.ts";
import { keyPath, type Problem, suggest } from "./problem.ts";
import { DebianPackage } from "./text.ts";

/** Bytes. */
export const DEFAULT_MEMORY = 8 * 2 ** 30;

/** A word that cannot be empty. */
export const text = (what: string, example: string) =>
  z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not ${what}; write it like ${example}` })
    .min(1, { error: () => `is empty; write ${what} like ${example}` });

/** A list, with an example for who wrote none. */
export const list = <Item extends z.ZodType>(item: Item, example: string) =>
  z.array(item, { error: (issue) => `${JSON.stringify(issue.input)} is not a list; write it like ${example}` });

const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not one of ${words.join(", ")}.${typeof issue.input === "string" ? suggest(issue.input, words) : ""}`,
  });

/** A destination as `egress.allow` and files of `egress.from` write it. */
export const Allowed = z.union(
  [
    text("a service or a host name", "github or docs.acme.example"),
    keys({
      host: text("a host name", "git.acme.example").describe(
        "A name; `*.name` for every name below it, `.name` for both.",
      ),
      ports: list(Port, "[22, 443]")
        .min(1, { error: () => "is empty; name at least one port, or leave the key out for 80 and 443" })
        .default([80, 443])
        .describe("TCP ports. Other than 80 and 443, only a name without wildcard can have them."),
    }),
  ],
  {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a destination; write a service (github), a name (docs.acme.example, *.acme.example, .acme.example) or {host: git.acme.example, ports: [22]}`,
  },
);

const PolicyPath = text("a file", "~/acme/policy.yaml").regex(/^[ -~]+$/, {
  error: (issue) =>
    `"${issue.input}" has letters besides ASCII, which the gateway's files cannot repeat; rename the file`,
});

const Gpu = z.union(
  [
    z.literal(false),
    z.literal("all"),
    z
      .int()
      .min(1)
      .transform((count) => ({ count })),
    z
      .array(z.int().min(0))
      .min(1)
      .transform((devices) => ({ devices })),
    keys({ count: z.int().min(1) }),
    keys({ devices: z.array(z.int().min(0)).min(1) }),
  ],
  {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a GPU choice; write false, all, a number of GPUs, or a list of devices like [0, 1]`,
  },
);

const Credential = z.union(
  [
    keys({
      login: z.literal("host", {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not a login; write host, for a copy of the login on this machine, or {apiKey: {env: NAME}} instead of login`,
      }),
    }),
    keys({ apiKey: SecretSource, variable: z.string().optional() }),
  ],
  {
    error: () => "is not a credential; write {login: host} or {apiKey: {env: NAME}}",
  },
);

const shape = {
  workspace: text("a directory", "~/projects/acme-webapp").describe(
    "The one directory of the host that the agent may write. It must exist and belong to a regular user.",
  ),
  agents: list(text("an agent", "claude"), "[claude, codex]")
    .min(1, { error: () => "is empty; name at least one agent, [shell] for none" })
    .default(["claude"])
    .describe("The agents in the sandbox, each a file in images/agents."),
  tools: list(text("a tool set", "psql"), "[psql, go]")
    .default([])
    .describe("Clients and language stacks in the image, each a file in images/tools."),
  image: keys({
    packages: list(DebianPackage, "[libpq-dev, graphviz]")
      .default([])
      .describe("Packages of the distribution, as a layer of the client's own."),
    extend: text("a Dockerfile fragment", "images/acme.Dockerfile")
      .optional()
      .describe("A file of RUN, COPY, ENV, ARG and USER instructions, built on top. COPY takes what lies beside it."),
    ref: ImageRef.optional().describe(
      "An image of one's own instead, by digest. It is checked for all that a sandbox needs.",
    ),
  })
    .prefault({})
    .describe("The client's own layers on top of the shared image, or another image."),
  profile: oneOf(PROFILES)
    .default("standard")
    .describe(
      "standard: what egress allows. lockdown: names only, no secrets, no more mounts, a home that is forgotten. offline: no way out at all. web: any public host on 80 and 443.",
    ),
  egress: keys({
    allow: list(Allowed, "[github, docs.acme.example]")
      .default([])
      .describe(
        "Services (files in policies/services) and names the agent may reach, besides what its agents need. `docs.acme.example` is that name, `*.acme.example` every name below, `.acme.example` both. Ports are 80 and 443; others with {host, ports}.",
      ),
    from: z
      .union([PolicyPath, list(PolicyPath, "[~/acme/policy.yaml]")], {
        error: (issue) =>
          `${JSON.stringify(issue.input)} is not a file or a list of files; write it like ~/acme/policy.yaml`,
      })
      .transform((given) => [given].flat())
      .default([])
      .describe(
        "Files with `services:` and `domains:` lists, outside of everything an agent may write. Their lines come on top.",
      ),
    lan: z
      .record(
        z.string().regex(/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, {
          error: (issue) => `"${issue.input}" is not an endpoint's name; write lower-case letters, digits and -`,
        }),
        EndpointAddress,
        { error: () => "is not a mapping of names to endpoints; write it like {ollama: 192.168.1.20:11434}" },
      )
      .default({})
      .describe("Endpoints on the LAN by a name of your choice. The agent sees the name, never the LAN."),
    host: list(Port, "[5432]").default([]).describe("Ports of the host, which the agent reaches as `host`."),
  })
    .prefault({})
    .describe("What may leave the sandbox."),
  gpu: Gpu.default(false).describe("GPUs given to the agent: false, all, a number, or a list of devices."),
  ports: list(PortRange, '[8080, "8000-8099"]')
    .default([])
    .transform((ranges) => ranges.flat())
    .describe("Ports of the agent published on 127.0.0.1 of the host, through the gateway."),
  credentials: z
    .record(z.string(), Credential, {
      error: () => "is not a mapping of agents to credentials; write it like {claude: {login: host}}",
    })
    .default({})
    .describe(
      "How each agent logs in: a copy of the host's login, or an API key. `variable` says which of the agent's variables takes the key, where it has several.",
    ),
  secrets: z
    .record(SecretName, SecretSource, {
      error: () => "is not a mapping of names to sources; write it like {NPM_TOKEN: {env: NPM_TOKEN}}",
    })
    .default({})
    .describe("Secrets delivered as files /run/secrets/<NAME>."),
  git: keys({
    name: text("a name", "acme-bot").optional(),
    email: text("an address", "acme-bot@example.com").optional(),
    token: SecretSource.optional().describe(
      "A token for the one git service that egress allows (github, gitlab, bitbucket), over HTTPS. Nobody else gets it.",
    ),
    tokens: z
      .record(GitHost, GitToken, {
        error: () => "is not a mapping of hosts to tokens; write it like {git.acme.example: {env: ACME_PAT}}",
      })
      .default({})
      .describe(
        "Tokens by host, and port where it is not 443: `git.acme.example:8443`. Each is handed to git for exactly that host, over HTTPS. `username` is x-access-token, or what the host's service says.",
      ),
  })
    .prefault({})
    .describe("The identity git uses inside the sandbox."),
  mounts: list(
    keys({
      host: text("a path of the host", "~/docs"),
      at: text("a path in the sandbox", "/docs").refine(
        (path) => /^(\/[A-Za-z0-9._-]+)+$/.test(path) && !/\/\.{1,2}(\/|$)/.test(path),
        {
          error: (issue) => `"${issue.input}" is not an absolute path of letters, digits, and ._-, like /docs/api`,
        },
      ),
      mode: oneOf(["ro", "rw"]).default("ro"),
    }),
    "[{host: ~/docs, at: /docs, mode: ro}]",
  )
    .default([])
    .describe("More directories of the host, read-only unless said otherwise."),
  dotfiles: z
    .record(HomePath, text("a file of the host", "~/.vimrc"), {
      error: () => "is not a mapping of places to files; write it like {.vimrc: ~/.vimrc}",
    })
    .default({})
    .describe("Files of the host put into the agent's home, read-only. They are delivered anew without replacing it."),
  guards: Guards.default("all").describe(
    "Commands that the agents' own hooks refuse: all, none, or names of files in policies/guards. A seat belt, not a wall.",
  ),
  masks: list(Mask, '[.git/hooks, {path: ".env*", as: empty}]')
    .default([])
    .describe(
      "What of the workspace the agent may not change (readonly) or not see (empty), besides the hooks of its git repositories, which are read-only; `**` is every level. It holds for what is there when the agent is placed. writable takes a mask away: with it, what the agent writes into hooks runs on the host.",
    ),
  limits: keys({
    cpus: z
      .number({ error: (issue) => `${JSON.stringify(issue.input)} is not a number of CPUs; write it like 4 or 0.5` })
      .min(0.01, {
        abort: true,
        error: (issue) => `${issue.input} is less than 0.01, the least that engines give; write it like 4 or 0.5`,
      })
      .multipleOf(0.01, { error: (issue) => `${issue.input} has more than two decimals; write it like 4 or 0.25` })
      .optional()
      .describe("CPUs at most, in hundredths. Default: all there are."),
    memory: Size.default(DEFAULT_MEMORY).describe("Memory, without swap."),
    pids: z
      .int({ error: (issue) => `${JSON.stringify(issue.input)} is not a number of processes; write it like 1024` })
      .min(64, { error: () => "is below 64, with which no agent starts" })
      .default(1024)
      .describe("Processes and threads at most."),
  })
    .prefault({})
    .describe("What the agent container may use."),
  resolvers: list(Ipv4, "[10.0.0.53]")
    .default([])
    .describe("DNS servers the gateway asks. Default: those of the engine's host."),
  addresses: text("a range", "172.20.0.0/16")
    .superRefine((range, context) => {
      const message = refuseAddresses(range);
      if (message) context.addIssue(message);
    })
    .default(ADDRESSES)
    .describe(
      "The private range that the client's two networks (/24) come from. Another one where a VPN or a LAN needs the default.",
    ),
  ca: list(text("a path", "~/corp-root.pem"), "[~/corp-root.pem]")
    .default([])
    .describe("More trust anchors (PEM files) inside the sandbox."),
};

/** The config of one client's stack: `agent-sandbox:*` in stacks/Pulumi.<client>.yaml. Types, defaults, errors and reference come from here. */
export const SpecSchema = keys(shape);

export type Spec = z.output<typeof SpecSchema>;

export type { SecretSource } from "../capabilities/credentials/source.ts";

/**
 * Reads a stack's config. Every key is judged by itself, so that all problems are told at once; a key with a problem
 * has its default in `spec`, so that the checks after this one can go on. `spec` is undefined only without a workspace.
 */
export function parseSpec(raw: Readonly<Record<string, unknown>>): { spec: Spec | undefined; problems: Problem[] } {
  const known = Object.keys(shape).sort();
  const problems: Problem[] = Object.keys(raw)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: key, message: unknownKey(key, known) }));
  const good: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    if (key === "workspace" && raw[key] === undefined) {
      problems.push({
        path: key,
        message: "is missing; name the one directory the agent may write, like ~/projects/acme-webapp",
      });
      continue;
    }
    const parsed = schema.safeParse(raw[key]);
    if (parsed.success) good[key] = raw[key];
    else problems.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, [key])));
  }
  const whole = SpecSchema.safeParse(good);
  return { spec: whole.success ? whole.data : undefined, problems };
}

function unknownKey(key: string, known: readonly string[]): string {
  const first = /^([a-z]+)[.[]/.exec(key)?.[1];
  if (first && known.includes(first))
    return `is the path of a key, written as one word; write it below agent-sandbox:${first}, or set it with \`pulumi config set --path\``;
  return `is not a key.${suggest(key, known)} Allowed: ${known.join(", ")}`;
}

/** The problems behind one zod issue. Of a union, the branch that came furthest tells what is wrong. */
export function describeIssue(issue: z.core.$ZodIssue, base: readonly PropertyKey[]): Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === "invalid_union") {
    const deeper = issue.errors.find((branch) => branch.length > 0 && branch.every((inner) => inner.path.length > 0));
    if (deeper) return deeper.flatMap((inner) => describeIssue(inner, path));
  }
  if (issue.code === "invalid_key") return issue.issues.flatMap((inner) => describeIssue(inner, path));
  return issue.message.split("\n").map((message) => ({
    path: keyPath(path),
    // Of a key that is not there, messages would say that `undefined` is not this or that.
    message: message.replace(/^undefined is not ([^;]+)/, "is missing: it is $1"),
  }));
}
