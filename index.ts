import * as pulumi from "@pulumi/pulumi";
import { fingerprintSecrets } from "./capabilities/credentials/look.ts";
import { readEgressCatalogue, readGuards } from "./capabilities/egress/look/catalogue.ts";
import { readImageSources } from "./capabilities/image/look/sources.ts";
import { Sandbox } from "./components/sandbox.ts";
import { ask, survey } from "./host/survey.ts";
import { writableDirectories } from "./host/writable.ts";
import { declare } from "./plan/declare.ts";
import { names } from "./plan/names.ts";
import { planSandbox } from "./plan/plan.ts";
import type { Workload } from "./plan/workload.ts";
import { printable, printableLines } from "./stack-file/printable.ts";
import { describeProblems, describeWarning, type Problem } from "./stack-file/problem.ts";
import { readConfig, readOwnStackFile } from "./stack-file/read.ts";
import { judgeStackFile } from "./stack-file/shape.ts";
import { parseSpec } from "./stack-file/spec.ts";
import { UserError } from "./stack-file/user-error.ts";
import { policyInForce } from "./target/engine/check-container.ts";
import type { Engine } from "./target/engine/engine.ts";
import { describeNamesake, findNamesakes } from "./target/engine/find-namesakes.ts";
import { livePolicy } from "./target/engine/live-policy.ts";
import { judgeStanding } from "./target/engine/standing.ts";

/** The program: what it cannot go on with is told as Pulumi tells it, without a stack trace. */
export default async function program(): Promise<Record<string, unknown>> {
  try {
    return await converge();
  } catch (error) {
    // A mistake in the project's own files, or in another client's, is told like one in this stack's.
    if (error instanceof UserError) throw new pulumi.RunError(printableLines(error.message));
    // What nobody expected names files, too, and an agent may have named them.
    if (error instanceof Error && !(error instanceof pulumi.RunError)) {
      error.message = printableLines(error.message);
      error.stack = error.stack && printableLines(error.stack);
    }
    throw error;
  }
}

/** The stack's config is read, judged and planned as a whole, then placed. */
async function converge(): Promise<Record<string, unknown>> {
  const client = pulumi.getStack();
  const root = process.cwd();
  const asked = ask(client);
  const { spec, problems: configProblems } = parseSpec(readConfig(pulumi.runtime.allConfig()));
  const problems = judgeStackFile(readOwnStackFile(root, client), configProblems);
  if (!spec) throw refuse(client, problems);

  const writable = writableDirectories(client, spec, root);
  const sources = readImageSources(root, spec);
  const { egress, problems: policyProblems } = await readEgressCatalogue(spec, root, sources.agents, writable);
  const catalogue = { ...sources, ...egress, guards: readGuards(root) };
  const declared = declare(client, spec, catalogue);
  const { fingerprints, problems: secretProblems, warnings } = fingerprintSecrets(declared.files, root, writable);
  const surveyed = await survey(asked, client, spec, root, sources, writable);
  const { facts, present, there } = surveyed;
  problems.push(...policyProblems, ...declared.problems, ...secretProblems, ...surveyed.problems);
  if (!facts) throw refuse(client, problems);

  // Planned even so: what the host has to say is told with the rest.
  const { plan, problems: planProblems } = planSandbox(declared, facts);
  problems.push(...planProblems);
  if (!plan || problems.length > 0) throw refuse(client, problems);

  const foreign = findNamesakes(plan, present, there);
  if (!there.lives && foreign.length > 0)
    throw refuse(
      client,
      foreign.map((thing) => ({ path: "", message: describeNamesake(thing, client, facts.engine) })),
    );
  for (const { kind, name } of foreign)
    warn(
      kind === "network"
        ? `${name} was made by somebody else: it has no label of ${client}. It is removed and made anew`
        : `${name} was made by somebody else: it has no label of ${client}. What is in it is used as it is, and goes with a destroy`,
    );
  for (const warning of [...warnings, ...surveyed.warnings, ...plan.warnings]) warn(describeWarning(warning));

  const now = Date.now().toString(36);
  // Whoever has networks had containers on them.
  const was = facts.networks.own.length > 0;
  const standing = (workload: Workload) => {
    const posture = plan.posture.containers[workload.role]!;
    return judgeStanding(workload, posture, facts.engine, there.containers[workload.name], was, now);
  };
  const standings = {
    ...{ agent: standing(plan.agent), gateway: standing(plan.gateway) },
    ...(plan.lock && { lock: standing(plan.lock) }),
  };
  for (const { changed, limits } of Object.values(standings)) for (const line of [...changed, ...limits]) warn(line);
  for (const { name, network } of there.strangers)
    warn(
      `${name} is on ${network}, where ${network === names(client).inner ? "the agent and its gateway are" : "the gateway is"} alone; it is taken off`,
    );
  for (const name of there.doubles)
    warn(`${name} was made as one of ${client}'s own containers and is none of them; it is removed`);
  const namesakes = foreign.flatMap(({ kind, name }) => (kind === "network" ? [name] : []));
  const told = policyInForce(there.containers[plan.gateway.name]);
  const sandbox = new Sandbox(client, {
    plan,
    engine: facts.engine,
    present,
    fingerprints,
    standings,
    specOf: (name) => (namesakes.includes(name) ? now : (there.specs[name] ?? now)),
    namesakes,
    strangers: there.strangers.filter(({ name }) => !there.doubles.includes(name)),
    doubles: there.doubles,
    inForce:
      told === undefined || told === plan.bundle.hash || !(await isForeign(facts.engine, client, plan.bundle.hash)),
  });
  return {
    posture: plan.posture,
    policyHash: plan.bundle.hash,
    agents: plan.agents,
    enter: `${facts.engine.cli} exec -it ${plan.agent.name} enter ${plan.agents[0]}`,
    endpoints: Object.keys(plan.posture.endpoints),
    walls: sandbox.walls,
  };
}

/**
 * Whether the gateway has a policy in force that no `up` of this stack handed it. Asked only where its health check told of another than the planned one,
 * for that takes a tenth of a second, and what it told may be of before the last change.
 */
async function isForeign(engine: Engine, client: string, planned: string): Promise<boolean> {
  const live = await livePolicy(engine, client);
  if (live === undefined || live === planned) return false;
  // Of a planned change the policy that is there is the last up's; the step's own input tells of the change.
  const name = [pulumi.getOrganization(), pulumi.getProject(), client].join("/");
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  return outputs?.policyHash !== undefined && outputs.policyHash !== live;
}

/** An error that Pulumi shows without a stack trace. */
function refuse(client: string, problems: readonly Problem[]): Error {
  return new pulumi.RunError(describeProblems(problems, `stacks/Pulumi.${client}.yaml`));
}

/** Names of files and answers of an engine are others' words: none of them is a command to the person's terminal. */
function warn(text: string): void {
  pulumi.log.warn(printable(text));
}
