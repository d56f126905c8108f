import * as pulumi from "@pulumi/pulumi";
import { fingerprintKey, lookKey } from "./capabilities/credentials/look/fingerprint.ts";
import { describeOwnAuthorities, ownAuthorities, trustPlaces } from "./capabilities/credentials/look/machine-trust.ts";
import { asDelivered, deliveredFiles, once, readSecrets } from "./capabilities/credentials/look.ts";
import { readImageSources } from "./capabilities/image/look/sources.ts";
import { describeEnd } from "./capabilities/lifetime/end.ts";
import { notRuledOut } from "./capabilities/profile/profile.ts";
import { lookAtGitKeys } from "./components/git-keys-there.ts";
import { lastUp } from "./components/last-up.ts";
import { moment } from "./components/moment.ts";
import { outputsOf, type SandboxOutputs } from "./components/outputs.ts";
import { isInForce } from "./components/policy-in-force.ts";
import { providers } from "./components/providers.ts";
import { refreshes } from "./components/refresh.ts";
import { demandApproval, showReview } from "./components/review.ts";
import { Sandbox } from "./components/sandbox.ts";
import { takeNetworks } from "./components/take-networks.ts";
import { readDeclared } from "./host/declared.ts";
import { declaredFacts } from "./host/declared-facts.ts";
import { describeUnused, notedEngine, noteEngine } from "./host/engine-of.ts";
import { type GivenStack, readGivenStack } from "./host/given-stack.ts";
import { handOver } from "./host/handover.ts";
import { imagined } from "./host/imagined.ts";
import { knowByLastUp } from "./host/known-by-last-up.ts";
import { warnOfLogins } from "./host/logins.ts";
import { makeMounts } from "./host/make-mounts.ts";
import { readAround, readOrganisation } from "./host/organisation.ts";
import { wallsByWords } from "./host/standing.ts";
import { type Asked, ask, survey } from "./host/survey.ts";
import { writableDirectories } from "./host/writable.ts";
import { factsOf, stoodOf } from "./plan/deployed.ts";
import type { Facts } from "./plan/facts.ts";
import { type LivedOn, refuseMove } from "./plan/moved.ts";
import { planSandbox, type SandboxPlan } from "./plan/plan.ts";
import { topics } from "./plan/posture.ts";
import { judgeApproval } from "./plan/review/approval.ts";
import { describeWithin } from "./plan/rules/ceiling.ts";
import { judgeByOrganisation } from "./plan/rules/organisation.ts";
import { printable, printableLines } from "./stack-file/printable.ts";
import { describeProblems, describeWarning, type Problem } from "./stack-file/problem.ts";
import { UserError } from "./stack-file/user-error.ts";
import type { Engine } from "./target/engine/engine.ts";
import { target } from "./target/target.ts";

/** The program of a project: its stack is the client that is named like it. What it cannot go on with is told as Pulumi tells it, without a stack trace. */
export async function program(): Promise<Record<string, unknown>> {
  return told(async () => {
    const client = pulumi.getStack();
    const root = process.cwd();
    const left = lastUp(client);
    const asked = askEngine(client, pulumi.runtime.getConfig("agent-sandbox:engine"), left);
    const given = readGivenStack(client, root, pulumi.runtime.allConfig());
    const theirs = await knowByLastUp(root, client, async (other) => (await lastUp(other)).last, asked.engine);
    theirs.forEach(warn);
    // Pulumi hands the whole config over in it, decrypted: no program that is started from here has a part in that. Its SDK has read it by now (3.2xx, state.js).
    delete process.env.PULUMI_CONFIG;
    return converge({ ...given, client, root, left, asked, file: `stacks/Pulumi.${client}.yaml` });
  });
}

/** Does what may fail, and tells that as Pulumi tells it. */
export async function told<Done>(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work();
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

/** What a client is, and where that is written. */
export interface Given extends GivenStack {
  client: string;
  /** The project's folder. */
  root: string;
  /** What messages call the place that its words are in. */
  file: string;
  left: ReturnType<typeof lastUp>;
  /** Questions to the engine that were asked before the words were read; nothing where there is no engine, for Pulumi's mocks stand for all that is placed. */
  asked: Asked | undefined;
}

/** Asks the engine about a client, without waiting. @param named the engine as the client's words name it */
export function askEngine(client: string, named: string | undefined, left: ReturnType<typeof lastUp>): Asked {
  return ask(client, named, refreshes ? left.then(({ kept }) => lookKey(fingerprintKey(client, kept))) : undefined);
}

/** A client's words are judged and planned as a whole, then placed. @returns its outputs */
export async function converge(
  { client, root, file, left, asked, config, values, spec, tell }: Given,
  opts: pulumi.ComponentResourceOptions = {},
): Promise<SandboxOutputs> {
  const refuse = (problems: readonly Problem[]) => new pulumi.RunError(describeProblems(problems, file));
  const problems: Problem[] = [];
  // Nothing of this machine is read, made or waited for where a test's mocks stand for what is placed.
  const dry = pulumi.runtime.isDryRun() || !asked;

  const writable = writableDirectories(client, spec, root);
  const sources = readImageSources(root, spec);
  const { declared, problems: declaredProblems, absent } = await readDeclared(client, spec, root, sources, writable);
  const ofLogins = asked ? warnOfLogins(asked.engine, declared) : [];
  const { organisation, problems: unread } = await readOrganisation(root, client, writable);
  const around = readAround(root, client);
  const standing = judgeByOrganisation(organisation, { declared, ...around });
  problems.push(...unread, ...notRuledOut(spec, standing.problems));
  const { last, kept } = await left;
  const key = fingerprintKey(client, kept);
  const secrets = await readSecrets(declared.files, { root, writable, encrypted: values }, key);
  const { problems: secretProblems, warnings } = secrets;
  // A preview is a reviewer's, too, who has none of the secrets; an `up` delivers them all, and so does one that follows the preview on its heels (cli/up/planned.ts).
  const unseen = once(secrets.unseen);
  if (dry && process.env.AGENT_SANDBOX_BEFORE_UP === undefined)
    warnings.push(...unseen.map(({ path, message }) => ({ path, message: `could not be looked at here: ${message}` })));
  else secretProblems.push(...unseen);
  const stood = last && "facts" in last ? last : undefined;
  const { fingerprints, marks } = asDelivered(secrets, stood?.files);
  const surveyed = asked
    ? await survey(asked, client, spec, root, sources, writable, fingerprints)
    : imagined(spec, root, sources, fingerprints);
  const { there } = surveyed;
  const facts = surveyed.facts && { ...surveyed.facts, deployed: factsOf(last) };
  problems.push(...declaredProblems, ...absent, ...notRuledOut(spec, [...secretProblems, ...surveyed.problems]));
  // Without facts nothing is planned, and the walls are judged by the words alone: what they find is not to wait for the next preview.
  if (!facts) throw refuse(tell([...problems, ...wallsByWords(root, declared, around.lead).problems]));
  const moved = refuseMove(client, stood?.engine ?? placedBefore(root, client), facts.engine);
  // Of a client that is elsewhere, nothing that was found here is of it.
  if (moved) throw refuse(tell([moved]));

  const foundFiles = asked ? await asked.files : { seen: undefined };
  const decide = (facts: Facts) => {
    // Planned even so: what the host has to say is told with the rest.
    const { plan, problems: planProblems } = planSandbox(declared, facts);
    const all = tell([...problems, ...planProblems]);
    if (!plan || all.length > 0) throw refuse(all);
    const files = deliveredFiles(plan.secrets, plan.agent.user, { ...secrets, fingerprints, marks }, key);
    // A client that an `up` has left whole has containers on its networks, so one that is missing now was removed by somebody. Networks alone an `up` took that failed.
    const lies = { ...(stood?.files && { before: stood.files }), now: files, found: foundFiles };
    const was = last !== undefined && facts.networks.own.length > 0;
    const found = target.compare(plan, facts.engine, there, was, moment, lies, stood?.containers);
    if (found.problems.length > 0) throw refuse(found.problems);
    return { plan, files, found };
  };
  const judged = decide(facts);
  const { engine } = facts;
  for (const warning of [
    ...standing.warnings,
    ...warnings,
    ...surveyed.warnings,
    ...judged.plan.warnings,
    ...(await ofLogins),
  ])
    warn(describeWarning(warning));
  judged.found.warnings.forEach(warn);
  // Whoever has said anything of `ca` has decided it, and what reaches nothing needs none.
  if (!("ca" in config) && spec.profile !== "offline") offerAuthorities(facts.now);

  const { facts: said } = judged.plan.posture;
  const { anew } = judged.found;
  const ends = anew.agent ? "agent" : anew.gateway ? "gateway" : undefined;
  const filesSay = declaredFacts(declared, root, facts.extension?.fragment, facts.helperExtensions);
  showReview(client, last, said, {
    declared: filesSay,
    ...{ agentAnew: anew.agent, others: surveyed.strays },
    ...(ends && { ends: await target.runState.sessions(engine, client, ends) }),
  });
  const unused = describeUnused(client, engine);
  if (unused) pulumi.log.info(unused);
  if (spec.expires !== undefined) pulumi.log.info(`expires: ${describeEnd(spec.expires, facts.now)}`);
  if (standing.ceiling) pulumi.log.info(describeWithin(standing.ceiling));
  const change = { before: stoodOf(last), after: { declared: filesSay, placed: said }, topics };
  demandApproval(judgeApproval({ client, ...organisation, approvals: spec.approvals }, change, around.today));
  if (!dry) noteEngine(root, client, spec.engine, engine);
  // After all that could refuse it, and never for a preview: the plan then has the ids of what was made.
  const mounts = dry ? facts.mounts : makeMounts(spec.mounts, facts);
  const ready = mounts === facts.mounts ? judged : decide({ ...facts, mounts });
  const elsewhere = (taken: readonly string[]) =>
    decide({ ...facts, mounts, networks: { ...facts.networks, taken: [...facts.networks.taken, ...taken] } });
  // A client whose networks are there keeps them.
  const keeps = dry || facts.networks.own.length > 0;
  const { plan, files, found } = keeps ? ready : await settleNetworks(client, engine, ready, elsewhere);

  const inForce = await lookAtPolicy(client, engine, plan, there.containers[plan.gateway.name], stood?.policyHash);
  const keys = await lookAtGitKeys(engine, plan, stood?.gitKeys, there.present);
  keys.said.forEach(warn);
  const args = { plan, engine, fingerprints, placement: found.placement, inForce, gitKeysThere: keys.there };
  if (!dry && secrets.values.size > 0) await handOver(client, root, secrets.values);
  const sandbox = new Sandbox(client, args, { ...opts, providers: providers(engine) });
  return outputsOf(spec, plan, engine, sandbox, {
    ...{ declared: filesSay, config, files, fingerprintKey: key.key.toString("hex") },
    networks: Object.fromEntries(Object.values(found.placement.networks).map(({ name, spec }) => [name, spec])),
  });
}

/** Names the authorities that this machine trusts besides the usual ones, where it has some: the client may need them, too. */
function offerAuthorities(now: number): void {
  const offer = describeOwnAuthorities(ownAuthorities(trustPlaces(process.env), new Date(now)));
  if (offer !== undefined) warn(offer);
}

/**
 * Takes places for a client's networks, and others where somebody else was faster. Each turn takes a place away, so that there is none left at the end, which is refused in a sentence.
 * @param elsewhere decides without these places
 */
async function settleNetworks<Decided extends { plan: SandboxPlan; found: Pick<Compared, "placement"> }>(
  client: string,
  engine: Engine,
  first: Decided,
  elsewhere: (taken: readonly string[]) => Decided,
): Promise<Decided> {
  const lost: string[] = [];
  for (let decided = first; ; ) {
    const theirs = await takeNetworks(engine, client, decided.found.placement.networks, decided.plan.maker);
    if (theirs.length === 0) return decided;
    lost.push(...theirs);
    decided = elsewhere(lost);
    const { inner, outer } = decided.plan.addresses;
    warn(
      `somebody else has taken ${theirs.join(", ")} since this began; the networks of ${client} are ${inner} and ${outer}`,
    );
  }
}

type Compared = ReturnType<typeof target.compare>;

/** Whether the gateway has its policy in force. What could not be seen is no reason to apply anything. @param last of the last `up` */
async function lookAtPolicy(
  client: string,
  engine: Engine,
  { gateway, bundle }: SandboxPlan,
  container: Parameters<typeof isInForce>[2],
  last: string | undefined,
): Promise<boolean> {
  const policy = await isInForce(engine, client, container, bundle.hash);
  if ("unseen" in policy) {
    warn(`whether ${gateway.name} has its policy in force could not be seen: ${policy.unseen}`);
    return true;
  }
  // An up that failed half-way leaves it so, or somebody's hand. No file says otherwise than before, so the review has no line for it.
  if (!policy.seen && last === bundle.hash)
    warn(`${gateway.name} has another policy in force than the last up left, or none; this one is applied again`);
  return policy.seen;
}

/** Where an `up` of this checkout began to place a client, which may have come to no end. */
function placedBefore(root: string, client: string): LivedOn | undefined {
  const noted = notedEngine(root, client);
  return noted === undefined ? undefined : { at: target.find(noted).host };
}

/** Names of files and answers of an engine are others' words: none of them is a command to the person's terminal. */
function warn(text: string): void {
  pulumi.log.warn(printable(text));
}
