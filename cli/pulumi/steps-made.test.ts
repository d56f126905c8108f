import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type { Engine } from "../../target/engine/engine.ts";
import { planCase } from "../../test/golden/render.ts";
import { STEPS, Steps } from "./steps.ts";

const ROOT = join(__dirname, "../..");

/** A client that asks for all that has a step of its own. */
const config = {
  "agent-sandbox:workspace": "/srv/acme",
  "agent-sandbox:agents": ["shell"],
  "agent-sandbox:gpu": "all",
  "agent-sandbox:runtime": "runsc",
  "agent-sandbox:accept": ["limits.pids"],
  "agent-sandbox:secrets": { TOKEN: { env: "TOKEN" } },
  "agent-sandbox:git": { ssh: "generate" },
  "agent-sandbox:upstreamProxy": {
    ...{ url: "http://10.1.2.9:3128", username: "acme", password: { env: "PROXY_PASSWORD" } },
  },
  "agent-sandbox:helpers": {
    db: {
      ...{ image: { packages: ["postgresql"] }, command: ["postgres"], volume: "/var/lib/db" },
      ...{ ports: [5432], ready: { command: ["pg_isready"] } },
    },
  },
};

/** Names of the steps that its sandbox is made by, `acme-inner`. */
let made: string[];

beforeAll(async () => {
  const placed: pulumi.runtime.MockResourceArgs[] = [];
  // The SDK's mocks do not know hooks (3.259).
  const registered = (_request: unknown, done: (error: null, answer: object) => void) => done(null, {});
  Object.assign(MockMonitor.prototype, { registerResourceHook: registered, registerErrorHook: registered });
  await pulumi.runtime.setMocks({
    newResource: (args) => {
      placed.push(args);
      return { id: `${args.name}-id`, state: { ...args.inputs, stdout: "", stderr: "" } };
    },
    call: (args) => args.inputs,
  });
  const engine = { gpu: "nvidia", runtimes: ["runc", "runsc"] } as const;
  const of = {
    name: "all",
    client: "acme",
    stack: { config },
    facts: { engine: engine as never as Engine },
    files: {},
  };
  const planned = await planCase(ROOT, of, "docker");
  if ("problems" in planned) throw new Error(planned.problems.join("\n"));
  const { Sandbox } = await import("../../components/sandbox.ts");
  const standing = { ...{ spec: "s.1", labels: {}, mayReturn: true }, ...{ changed: [], limits: [], unseen: [] } };
  const network = (name: string) => ({
    ...{ name, spec: { internal: true, options: {}, ipamConfigs: [] }, hash: "h", stands: true, changed: [] },
  });
  new Sandbox("acme", {
    ...{ plan: planned.plan, engine: planned.engine, fingerprints: {}, inForce: true, gitKeysThere: true },
    placement: {
      ...{ present: [], delivered: true, first: false, namesakes: [], doubles: [] },
      standings: { agent: standing, gateway: standing, lock: standing },
      networks: { inner: network("acme-inner"), outer: network("acme-outer") },
      helpers: { db: standing },
      strangers: [{ network: "acme-inner", name: "somebody", id: "1" }],
    } as never,
  });
  await pulumi.runtime.disconnect();
  made = placed.filter(({ type }) => type === "command:local:Command").map(({ name }) => name);
});

/** What a person is told once a step has ended. */
const told = (name: string) => {
  const metadata = { op: "create", type: "command:local:Command", urn: `urn:pulumi:acme::p::t::${name}` };
  return new Steps("acme").take(JSON.stringify({ resOutputsEvent: { metadata } }), 0)?.replace(/^.* s {2}/, "");
};
const own = (name: string) => name.replace(/^acme-/, "");

test("each step of a sandbox is told in words, but the one that is a destroy's", () => {
  expect(made.filter((name) => told(name) === `${own(name)} done`)).toEqual([]);
  expect(made.filter((name) => told(name) === undefined)).toEqual(["acme-wipe"]);
});

test("there are no words for a step that nobody makes", () => {
  const used = made.map((name) => STEPS.find(([form]) => form.test(own(name))));
  expect(STEPS.filter((row) => !used.includes(row)).map(([form]) => String(form))).toEqual([]);
});

test("a step that a component may make is made here", () => {
  const texts = readdirSync(join(ROOT, "components"))
    .filter((file) => /^(?!.*\.test\.ts$|step\.ts$).*\.ts$/.test(file))
    .map((file) => readFileSync(join(ROOT, "components", file), "utf8"));
  const calls = texts.flatMap((text) => [...text.matchAll(/(?<!function )\bstep(?:<\w+>)?\(/g)]);
  const named = texts.flatMap((text) => [...text.matchAll(/\bstep(?:<\w+>)?\(\s*(?:`([^`]+)`|name),/g)]);
  expect(named.length).toBe(calls.length);
  const forms = named.map(([, text = ".+"]) => text.replace(/\$\{[^}]+\}/g, ".+"));
  expect(forms).toContain(".+-prove");
  expect(forms.filter((form) => !made.some((name) => new RegExp(`^${form}$`).test(name)))).toEqual([]);
});
