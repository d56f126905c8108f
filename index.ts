import * as pulumi from "@pulumi/pulumi";
import { Sandbox } from "./components/sandbox.ts";
import { readEgressCatalogue, readGuards } from "./host/catalogue.ts";
import { ImageSourcesError, readImageSources } from "./host/images.ts";
import { fingerprintSecrets } from "./host/secrets.ts";
import { readConfig } from "./host/stack.ts";
import { survey } from "./host/survey.ts";
import { writableDirectories } from "./host/writable.ts";
import { checkSpec } from "./model/check.ts";
import type { ImageSources } from "./model/image/image.ts";
import { planSandbox } from "./model/plan.ts";
import { describeProblems, type Problem } from "./model/problem.ts";
import { parseSpec, type Spec } from "./model/spec/spec.ts";

/** The program: the stack's config is read, judged and planned as a whole, then placed. */
export default async function program(): Promise<Record<string, unknown>> {
  const client = pulumi.getStack();
  const root = process.cwd();
  const { spec, problems } = parseSpec(readConfig(pulumi.runtime.allConfig()));
  if (!spec) throw refuse(client, problems);

  const sources = imageSources(root, spec);
  const { egress, problems: policyProblems } = await readEgressCatalogue(client, spec, root, sources.agents);
  const catalogue = { ...sources, ...egress, guards: readGuards(root) };
  const checked = checkSpec(client, spec, catalogue);
  const { fingerprints, problems: secretProblems } = fingerprintSecrets(
    checked.secrets,
    root,
    writableDirectories(client, spec, root),
  );
  const { facts, present, problems: hostProblems } = await survey(client, spec, root, sources);
  problems.push(...policyProblems, ...checked.problems, ...secretProblems, ...hostProblems);
  if (!facts || problems.length > 0) throw refuse(client, problems);

  const { plan, problems: planProblems } = planSandbox(client, spec, catalogue, facts);
  if (!plan) throw refuse(client, planProblems);

  for (const { path, message } of plan.warnings) pulumi.log.warn(`${path}: ${message}`);

  const sandbox = new Sandbox(client, { plan, engine: facts.engine, present, fingerprints });
  return {
    posture: plan.posture,
    policyHash: plan.bundle.hash,
    agents: plan.agents,
    enter: `${facts.engine.cli} exec -it ${plan.agent.name} enter ${plan.agents[0]}`,
    endpoints: Object.keys(plan.posture.endpoints),
    walls: sandbox.walls,
    // What `agentbox verify` tries again, from a source that nothing in the sandbox can touch.
    probes: plan.probes,
  };
}

/** An error that Pulumi shows without a stack trace. */
function refuse(client: string, problems: readonly Problem[]): Error {
  return new pulumi.RunError(describeProblems(`stacks/Pulumi.${client}.yaml`, problems));
}

/** What images are made of; a mistake in the project's own files is told like one in a stack's. */
function imageSources(root: string, spec: Spec): ImageSources {
  try {
    return readImageSources(root, spec);
  } catch (error) {
    throw error instanceof ImageSourcesError ? new pulumi.RunError(error.message) : error;
  }
}
