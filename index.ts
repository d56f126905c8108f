import * as pulumi from "@pulumi/pulumi";
import { readGuards } from "./capabilities/command-guards/look.ts";
import { fingerprintKey } from "./capabilities/credentials/look/fingerprint.ts";
import { fingerprintSecrets } from "./capabilities/credentials/look.ts";
import { readEgressCatalogue } from "./capabilities/egress/look/catalogue.ts";
import { misread } from "./capabilities/environment/as-written.ts";
import { readImageSources } from "./capabilities/image/look/sources.ts";
import { notRuledOut } from "./capabilities/profile/profile.ts";
import { moment } from "./components/moment.ts";
import { isInForce } from "./components/policy-in-force.ts";
import { Sandbox } from "./components/sandbox.ts";
import { ask, survey } from "./host/survey.ts";
import { writableDirectories } from "./host/writable.ts";
import { declare } from "./plan/declare.ts";
import { type Deployed, readDeployed, writeDeployed } from "./plan/deployed.ts";
import { planSandbox } from "./plan/plan.ts";
import { topics } from "./plan/posture.ts";
import { compare } from "./plan/review/compare.ts";
import { describeNew, describeReview, renderPosture } from "./plan/review/describe.ts";
import { printable, printableLines } from "./stack-file/printable.ts";
import { describeProblems, describeWarning, type Problem } from "./stack-file/problem.ts";
import { readConfig, readOwnStackFile } from "./stack-file/read.ts";
import { judgeStackFile } from "./stack-file/shape.ts";
import { parseSpec } from "./stack-file/spec.ts";
import { UserError } from "./stack-file/user-error.ts";
import { target } from "./target/target.ts";

/** The program: what it cannot go on with is told as Pulumi tells it, without a stack trace. */
export default async function program(): Promise<Record<string, unknown>> {
  try {
    return await converge();
  } catch (error) {
    // A mistake in the project's own files, or in another client's, is told like one in this stack's.
    if (error instanceof UserError) throw new pulumi.RunError(error.lines.map(printable).join("\n"));
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
  const left = outputs(client);
  const { spec, problems: configProblems } = parseSpec(readConfig(pulumi.runtime.allConfig()));
  const file = readOwnStackFile(root, client);
  const problems = judgeStackFile(file?.content, configProblems);
  if (!spec) throw refuse(client, problems);
  problems.push(...misread(file?.text, spec));

  const writable = writableDirectories(client, spec, root);
  const sources = readImageSources(root, spec);
  const { egress, problems: policyProblems } = await readEgressCatalogue(spec, root, sources.agents, writable);
  const catalogue = { ...sources, ...egress, guards: readGuards(root) };
  const declared = declare(client, spec, catalogue);
  const before = await left;
  const key = fingerprintKey(client, before.fingerprintKey);
  const { fingerprints, problems: secretProblems, warnings } = fingerprintSecrets(declared.files, root, writable, key);
  const surveyed = await survey(asked, client, spec, root, sources, writable, fingerprints);
  const { facts, there } = surveyed;
  problems.push(
    ...declared.problems,
    ...notRuledOut(spec, [...policyProblems, ...secretProblems, ...surveyed.problems]),
  );
  if (!facts) throw refuse(client, problems);

  // Planned even so: what the host has to say is told with the rest.
  const { plan, problems: planProblems } = planSandbox(declared, facts);
  problems.push(...planProblems);
  if (!plan || problems.length > 0) throw refuse(client, problems);
  const { engine, networks } = facts;
  // A client whose networks are there had containers on them, so one that is missing now was removed by somebody.
  const found = target.compare(plan, engine, there, networks.own.length > 0, moment);
  if (found.problems.length > 0) throw refuse(client, found.problems);
  for (const warning of [...warnings, ...surveyed.warnings, ...plan.warnings]) warn(describeWarning(warning));
  found.warnings.forEach(warn);

  const told = review(readDeployed(before), plan.posture.facts);
  // One message: Pulumi prints the first line of each once more, where its output is no terminal.
  if (told.length > 0) pulumi.log.warn(printableLines(told.join("\n")));

  const policy = await isInForce(engine, client, there.containers[plan.gateway.name], plan.bundle.hash);
  // What could not be seen is no reason to apply anything.
  const inForce = "unseen" in policy || policy.seen;
  if ("unseen" in policy)
    warn(`whether ${plan.gateway.name} has its policy in force could not be seen: ${policy.unseen}`);
  const sandbox = new Sandbox(client, { plan, engine, fingerprints, placement: found.placement, inForce });
  const { facts: said } = plan.posture;
  const policyHash = plan.bundle.hash;
  return {
    posture: renderPosture(said, topics),
    agents: plan.agents,
    enter: `${engine.cli} exec -it ${plan.agent.name} enter ${plan.agents[0]}`,
    endpoints: plan.egress.endpoints.map(({ name, port }) => `${name}:${port}`),
    walls: sandbox.walls,
    // Pulumi shows each output that changed; these say nothing to a person.
    policyHash: pulumi.secret(policyHash),
    fingerprintKey: pulumi.secret(key.key.toString("hex")),
    deployed: pulumi.secret(writeDeployed({ facts: said, policyHash, containers: plan.expected, proof: plan.proof })),
  };
}

/** What the last `up` left, on whatever backend: a StackReference would be one more line of each preview. */
async function outputs(client: string): Promise<Readonly<Record<string, unknown>>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), client].join("/");
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stackName });
  return outputs ?? {};
}

/** What changes, in words. */
function review(before: ReturnType<typeof readDeployed>, after: Deployed["facts"]): string[] {
  if (!before) return ["a new sandbox:", ...describeNew(after, topics)];
  if ("unread" in before)
    return [`what changes cannot be said: ${before.unread}. What is to be:`, ...describeNew(after, topics)];
  const changes = compare(before.facts, after, topics);
  return describeReview(changes, topics);
}

/** An error that Pulumi shows without a stack trace. */
function refuse(client: string, problems: readonly Problem[]): Error {
  return new pulumi.RunError(describeProblems(problems, `stacks/Pulumi.${client}.yaml`));
}

/** Names of files and answers of an engine are others' words: none of them is a command to the person's terminal. */
function warn(text: string): void {
  pulumi.log.warn(printable(text));
}
