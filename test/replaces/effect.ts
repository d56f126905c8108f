import { LABELS } from "../../gateway/contract.ts";
import { livedOn, refuseMove } from "../../plan/moved.ts";
import type { SandboxPlan } from "../../plan/plan.ts";
import type { Workload } from "../../plan/workload.ts";
import { present } from "../../stack-file/present.ts";
import type { Inspected } from "../../target/engine/answers.ts";
import { dialects } from "../../target/engine/dialect/dialects.ts";
import type { Engine } from "../../target/engine/engine.ts";
import { isMadeAnew } from "../../target/engine/made-anew.ts";
import { planNetworks } from "../../target/engine/network.ts";
import { judgeStanding } from "../../target/engine/standing.ts";

/** A plan, and the engine that it is for. */
export interface Side {
  plan: SandboxPlan;
  engine: Engine;
}

/** What an `up` does where one plan stands and another is to be. */
export interface Effect {
  /** Whether the container that runs is replaced. */
  agent: boolean;
  gateway: boolean;
  /** What happens besides, a word or two each. */
  besides: string[];
}

/** By what decides it for an `up`: the hash of a container's spec, its labels, its networks (target/engine/made-anew.ts). */
export function effectOf(before: Side, after: Side): Effect {
  const { client } = after.plan;
  if (refuseMove(client, livedOn(before.engine), after.engine))
    return { agent: false, gateway: false, besides: ["refused: a client stays on its engine until a destroy"] };
  const anew = (role: "agent" | "gateway") => isReplaced(before, after, before.plan[role], after.plan[role]);
  const changes = (of: (plan: SandboxPlan) => unknown) =>
    JSON.stringify(of(before.plan)) !== JSON.stringify(of(after.plan));
  const more = (of: (plan: SandboxPlan) => readonly string[]) =>
    of(after.plan).some((one) => !of(before.plan).includes(one));
  const fewer = (of: (plan: SandboxPlan) => readonly string[]) =>
    of(before.plan).some((one) => !of(after.plan).includes(one));
  const [agent, gateway] = [anew("agent"), anew("gateway")];
  const live = !agent && JSON.stringify(wordsOf(before)) !== JSON.stringify(wordsOf(after));
  const helpers = ({ helpers }: SandboxPlan) => helpers.map(({ name }) => name);
  const replaced = after.plan.helpers.filter(({ name, workload }) => {
    const was = before.plan.helpers.find((one) => one.name === name);
    return was && isReplaced(before, after, was.workload, workload);
  });
  return {
    agent,
    gateway,
    besides: [
      ...(networksOf(before, after).some(({ stands }) => !stands) ? ["networks are made anew"] : []),
      ...(more(imagesOf) ? ["images are made"] : []),
      ...(more(({ volumes }) => volumes.map(({ name }) => name)) ? ["a volume is made"] : []),
      ...(live ? ["limits are set while it runs"] : []),
      ...(more(helpers) ? ["a helper is placed"] : []),
      ...(fewer(helpers) ? ["a helper is removed"] : []),
      ...(replaced.length > 0 ? ["the helper is made anew"] : []),
      ...(changes(({ bundle }) => bundle.hash) ? ["the policy"] : []),
      ...(changes(({ secrets, wayOut }) => [secrets, wayOut]) ? ["files are delivered"] : []),
      ...(changes(({ protect }) => protect) ? ["what Pulumi protects"] : []),
    ],
  };
}

/** The networks of the one plan as they stand where the other one's are. */
function networksOf(before: Side, after: Side) {
  const hash = ({ plan, engine }: Side) => Object.values(planNetworks(plan.client, plan.addresses, engine, [], false));
  const there = hash(before);
  return hash(after).map((network, at) => ({ ...network, stands: network.hash === there[at]?.hash }));
}

function isReplaced(before: Side, after: Side, was: Workload, is: Workload): boolean {
  const found = standingOf(before, was);
  const labels = { ...was.labels, ...found.labels, [LABELS.spec]: found.spec };
  const there = { State: { Status: "running" }, Config: { Labels: labels } } as unknown as Inspected;
  return isMadeAnew(is, standingOf(after, is), networksOf(before, after), after.engine, there);
}

/** As one that was never there: its label is then the spec's hash, and always the same moment. */
function standingOf({ plan, engine }: Side, workload: Workload) {
  const of = workload.role === "beside" ? plan.expected.helpers?.[workload.hostname] : plan.expected[workload.role];
  return judgeStanding(workload, present(of, workload.name), engine, undefined, false, "now");
}

function wordsOf({ plan, engine }: Side) {
  const { networksAdvanced: _own, ...words } = dialects[engine.kind].container(plan.agent, engine);
  return [words, plan.agent.limits];
}

function imagesOf({ images, helpers }: SandboxPlan): string[] {
  return [...Object.values(images), ...helpers.map(({ image }) => image)].map(({ tag }) => tag);
}
