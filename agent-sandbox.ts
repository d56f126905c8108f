import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type { AgentSandboxArgs } from "./agent-sandbox-args.ts";
import { lastUp } from "./components/last-up.ts";
import type { SandboxOutputs } from "./components/outputs.ts";
import { readSpec } from "./host/declared.ts";
import { askEngine, converge, told } from "./program.ts";
import { declareInProgram } from "./stack-file/look/stack-files.ts";
import { isMapping } from "./stack-file/mapping.ts";

export type { AgentSandboxArgs } from "./agent-sandbox-args.ts";
export { program } from "./program.ts";

/**
 * A client's sandbox in a Pulumi program of one's own: the same that a stack file of this project makes, from the same words. A loop over clients is a fleet.
 *
 * The program exports `AgentSandbox.outputs()` as `sandboxes`: with it the next `up` knows what stood before, and tells what widens. Without it each `up` takes all for new.
 *
 * @example
 * new AgentSandbox("acme", { workspace: "~/projects/acme-webapp", agents: ["claude"], egress: { allow: ["github", "npm"] } });
 * export const sandboxes = AgentSandbox.outputs();
 */
export class AgentSandbox extends pulumi.ComponentResource {
  /** All that matters for its security, as text. */
  readonly posture: pulumi.Output<string>;
  /** Its agents. */
  readonly agents: pulumi.Output<string[]>;
  /** The command line that enters it. */
  readonly enter: pulumi.Output<string>;
  /** Its endpoints, as the agent reaches them. */
  readonly endpoints: pulumi.Output<string>;
  /** When its walls were proven. */
  readonly walls: pulumi.Output<string>;
  /** The hash of the policy that its gateway has in force. */
  readonly policyHash: pulumi.Output<string>;

  /** @param client the tenant's name, small letters, digits and -: its containers are `<client>-agent` and `<client>-gateway` */
  constructor(client: string, args: AgentSandboxArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agent-sandbox:index:AgentSandbox", client, {}, opts);
    const config = { ...args } as Record<string, unknown>;
    const file = declareInProgram(client, config);
    const placed = inTurn(() => told(() => place(client, file, config, this)));
    // Each by itself: of a whole that has secrets Pulumi takes every part for one.
    const said = (key: "posture" | "agents" | "enter" | "endpoints" | "walls" | "policyHash") =>
      pulumi.output(placed.then((outputs) => outputs[key]));
    this.posture = said("posture");
    this.agents = said("agents").apply((agents) => agents.split(", "));
    this.enter = said("enter");
    this.endpoints = said("endpoints");
    this.walls = said("walls");
    this.policyHash = said("policyHash");
    ALL.set(client, pulumi.output(placed));
    // Whoever exports it has said so by then: a program is read to its end before anything is placed. Why one was not placed is told by itself.
    placed.then(tellUnlessExported, () => {});
    const { posture, agents, enter, endpoints, walls } = this;
    this.registerOutputs({ posture, agents, enter, endpoints, walls });
  }

  /** What all sandboxes of this program leave for its next `up`, by client: to be exported as `sandboxes`. A secret, for nothing of it is for people. */
  static outputs(): pulumi.Output<Record<string, Record<string, unknown>>> {
    exported = true;
    const all = pulumi.secret(pulumi.all(Object.fromEntries(ALL)));
    return all as unknown as pulumi.Output<Record<string, Record<string, unknown>>>;
  }
}

const ALL = new Map<string, pulumi.Output<unknown>>();
let exported = false;

/** Of a program that leaves nothing for its next `up`, that one will take each sandbox for new, and ask for no approval of what widens. Said once. */
function tellUnlessExported(): void {
  if (exported) return;
  exported = true;
  void pulumi.log.warn(
    "this program exports nothing of its sandboxes, so each up takes them for new, and nothing is told to widen; add: export const sandboxes = AgentSandbox.outputs();",
  );
}

/** One after the other, in the order of the program: of two clients that look for free addresses at once, both would find the same. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<Done>(work: () => Promise<Done>): Promise<Done> {
  const mine = turn.then(work);
  // Who fails ends the program by himself.
  turn = mine.catch(() => {});
  return mine;
}

async function place(
  client: string,
  file: string,
  config: Record<string, unknown>,
  parent: AgentSandbox,
): Promise<SandboxOutputs> {
  const given = {
    client,
    root: process.cwd(),
    file,
    config,
    values: new Map<string, string>(),
    ...readSpec(config, undefined),
  };
  // A test's mocks stand for all that is placed: no engine is asked, and there was no `up` before.
  if (pulumi.runtime.getMonitor() instanceof MockMonitor) {
    const registered = (_request: unknown, done: (error: null, answer: object) => void) => done(null, {});
    // The SDK's mocks do not know hooks (3.259), and throw.
    Object.assign(MockMonitor.prototype, { registerResourceHook: registered, registerErrorHook: registered });
    return converge({ ...given, left: Promise.resolve({ last: undefined }), asked: undefined }, { parent });
  }
  // Whose state this is, for what it makes on the engine: another program's client of this name is not taken for its own.
  process.env.AGENT_SANDBOX_STATE ??= `pulumi:${[pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/")}`;
  const left = lastUp(client, (outputs) => ofClient(outputs.sandboxes, client), pulumi.getStack());
  return converge({ ...given, left, asked: askEngine(client, given.spec?.engine, left) }, { parent });
}

function ofClient(sandboxes: unknown, client: string): Record<string, unknown> {
  const found = isMapping(sandboxes) ? sandboxes[client] : undefined;
  return isMapping(found) ? found : {};
}
