import * as pulumi from "@pulumi/pulumi";
import { Sandbox } from "./components/sandbox.ts";
import { readEgressCatalogue, readGuards } from "./host/catalogue.ts";
import { ImageSourcesError, readImageSources } from "./host/images.ts";
import { fingerprintSecrets } from "./host/secrets.ts";
import { readConfig, StackFileError } from "./host/stack.ts";
import { survey } from "./host/survey.ts";
import { writableDirectories } from "./host/writable.ts";
import { checkSpec } from "./model/check.ts";
import { judgeStanding } from "./model/container/standing.ts";
import type { Workload } from "./model/container/workload.ts";
import { planSandbox } from "./model/plan.ts";
import { describeProblems, describeWarning, type Problem } from "./model/problem.ts";
import { parseSpec } from "./model/spec/spec.ts";
import { policyInForce } from "./model/verify.ts";

/** The program: what it cannot go on with is told as Pulumi tells it, without a stack trace. */
export default async function program(): Promise<Record<string, unknown>> {
  try {
    return await converge();
  } catch (error) {
    // A mistake in the project's own files, or in another client's, is told like one in this stack's.
    throw error instanceof ImageSourcesError || error instanceof StackFileError
      ? new pulumi.RunError(error.message)
      : error;
  }
}

/** The stack's config is read, judged and planned as a whole, then placed. */
async function converge(): Promise<Record<string, unknown>> {
  const client = pulumi.getStack();
  const root = process.cwd();
  const { spec, problems } = parseSpec(readConfig(pulumi.runtime.allConfig()));
  if (!spec) throw refuse(client, problems);

  const writable = writableDirectories(client, spec, root);
  const sources = readImageSources(root, spec);
  const { egress, problems: policyProblems } = await readEgressCatalogue(spec, root, sources.agents, writable);
  const catalogue = { ...sources, ...egress, guards: readGuards(root) };
  const checked = checkSpec(client, spec, catalogue);
  const { fingerprints, problems: secretProblems } = fingerprintSecrets(checked.secrets, root, writable);
  const { facts, present, containers, problems: hostProblems } = await survey(client, spec, root, sources, writable);
  problems.push(...policyProblems, ...checked.problems, ...secretProblems, ...hostProblems);
  if (!facts || problems.length > 0) throw refuse(client, problems);

  const { plan, problems: planProblems } = planSandbox(client, spec, catalogue, facts);
  if (!plan) throw refuse(client, planProblems);

  for (const warning of plan.warnings) pulumi.log.warn(describeWarning(warning));

  const now = Date.now().toString(36);
  // Whoever has networks had containers on them.
  const was = facts.networks.own.length > 0;
  const standing = (role: Workload["role"]) =>
    judgeStanding(plan[role], plan.posture.containers[role], facts.engine, containers[plan[role].name], was, now);
  const standings = { agent: standing("agent"), gateway: standing("gateway") };
  for (const { changed, limits } of Object.values(standings))
    for (const line of [...changed, ...limits]) pulumi.log.warn(line);
  const live = policyInForce(containers[plan.gateway.name]);
  const inForce = live === undefined || live === plan.bundle.hash;

  const sandbox = new Sandbox(client, { plan, engine: facts.engine, present, fingerprints, standings, inForce });
  return {
    posture: plan.posture,
    policyHash: plan.bundle.hash,
    agents: plan.agents,
    enter: `${facts.engine.cli} exec -it ${plan.agent.name} enter ${plan.agents[0]}`,
    endpoints: Object.keys(plan.posture.endpoints),
    walls: sandbox.walls,
    // What `agentbox verify` proves again, from a source that nothing in the sandbox can touch.
    proof: JSON.stringify(plan.proof),
  };
}

/** An error that Pulumi shows without a stack trace. */
function refuse(client: string, problems: readonly Problem[]): Error {
  return new pulumi.RunError(describeProblems(`stacks/Pulumi.${client}.yaml`, problems));
}
