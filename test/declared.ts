import type { Declared } from "../capabilities/capability.ts";
import type { Service } from "../capabilities/egress/service.ts";
import { AgentSchema } from "../capabilities/image/agent.ts";
import { declare } from "../plan/declare.ts";
import type { Judged } from "../plan/rules/kind.ts";
import { parseSpec, type Spec } from "../stack-file/spec.ts";

const integrity = `sha512-${"A".repeat(86)}==`;
const tarball = { package: "x", version: "1.0.0", integrity, released: "2026-11-01" };
const agents = [
  AgentSchema.parse({
    name: "bot",
    description: "a bot",
    package: { lock: "bot", files: { bot: "bin/bot" } },
    run: ["bot"],
    state: [{ dir: "/home/dev/.bot", purpose: "bot" }],
    keys: ["BOT_KEY"],
    login: {
      ways: [
        { token: "BOT_KEY", how: "make a key" },
        { inside: ["bot", "login"], how: "paste the code" },
        { host: "~/.bot/login.json", how: "a copy of your own" },
      ],
      file: {
        at: "/home/dev/.bot/login.json",
        has: [{ in: "account", token: "access", renews: "refresh", ends: "ends" }],
        refresh: { use: "once", source: "https://bot.example/1", seen: "2026-11-21" },
      },
    },
    services: { api: ["model"] },
  }),
  AgentSchema.parse({ name: "shell", description: "a shell", run: ["bash"] }),
];
const service = (name: string, ...hosts: string[]): Service => ({
  ...{ name, description: name },
  hosts: hosts.map((host) => ({ host, ports: [443], why: "test", source: "test", seen: "2026-11-21" })),
});
const services = [
  service("forge", "forge.example.com", "*.forge.example.com"),
  service("model", "api.model.example.com"),
];

/** What a client declares, by catalogues of the tests' own: agents bot and shell, services forge and model. The agent is a shell unless it is said. */
export function declared(config: Record<string, unknown> = {}, client = "acme"): Declared {
  return declaredOf(client, specOf(config));
}

/** The spec of a stack file that has no mistake. */
export function specOf(config: Record<string, unknown> = {}): Spec {
  const { spec, problems } = parseSpec({ workspace: "/srv/acme", agents: ["shell"], ...config });
  expect(problems).toEqual([]);
  return spec!;
}

/** The same of a spec, which no stack file has to say. */
export function declaredOf(client: string, spec: Spec): Declared {
  const of = declare(client, spec, {
    lock: {
      base: { registry: null, suite: "trixie", epoch: 0 },
      packages: { node: { any: tarball }, npm: { any: tarball }, bot: { any: tarball } },
    },
    ...{ agents, agentNames: ["bot", "shell"], tools: [], toolNames: [], npmFolders: {} },
    guards: [{ name: "git-clean", why: "x", pattern: "x", message: "x" }],
    ...{ services, serviceNames: ["forge", "model"], files: [], whyShared: () => undefined },
  });
  expect(of.problems).toEqual([]);
  return of;
}

/** A client as guardrails judge it, on a day and a machine of the tests' own. */
export function judged(config: Record<string, unknown> = {}, around: Partial<Judged> = {}): Judged {
  return {
    declared: declared(config),
    lead: (path) => path.replace(/^~/, "/home/ann"),
    ...{ agentSockets: [], others: [], today: "2026-11-28" },
    ...around,
  };
}

/** Problems as people read them. */
export function told(problems: readonly { path: string; message: string }[]): string[] {
  return problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
}
