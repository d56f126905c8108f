import type { ExpectedContainer, ExpectedContainers } from "../../plan/expected.ts";
import { names, type Stranger } from "../../plan/names.ts";
import type { SandboxPlan } from "../../plan/plan.ts";
import type { Workload } from "../../plan/workload.ts";
import { present } from "../../stack-file/present.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Foreign } from "../foreign.ts";
import type { Others } from "../others.ts";
import type { FoundNetwork, Inspected } from "./answers.ts";
import { judgeFiles } from "./check-files.ts";
import type { Engine } from "./engine.ts";
import { describeNamesake, findNamesakes } from "./find-namesakes.ts";
import { isMadeAnew } from "./made-anew.ts";
import { type PlacedNetwork, planNetworks } from "./network.ts";
import { judgeStanding, type Standing } from "./standing.ts";

/** What of a client is on the engine now. No plan is made of it: it says only what is to be made anew. */
export interface There extends Omit<Others, "guests"> {
  /** Tags of this product's images, and names of volumes. */
  present: readonly string[];
  /** The client's containers by name; undefined where there is none. */
  containers: Readonly<Record<string, Inspected | undefined>>;
  /** Networks of the client's names, whoever made them. */
  networks: readonly FoundNetwork[];
  /** What does not carry the client's label: with one of its names, somebody else made it. */
  foreign: readonly Foreign[];
  /** Whether anything of the client is on the engine. */
  lives: boolean;
}

/** How a plan is placed over what is there. */
export interface Placement {
  present: readonly string[];
  standings: Readonly<Record<"agent" | "gateway", Standing> & { lock?: Standing }>;
  /** Of each helper by its name. */
  helpers: Readonly<Record<string, Standing>>;
  networks: Readonly<Record<"inner" | "outer", PlacedNetwork>>;
  /** Whether what was delivered lies there as it was delivered. */
  delivered: boolean;
  /** Whether nothing of the client is on the engine yet: its gateway has no policy then, and is shut. */
  first: boolean;
  /** Networks of the client's names that somebody else made. */
  namesakes: readonly string[];
  /** Containers on the client's networks that are not the client's. */
  strangers: readonly Stranger[];
  /** Containers that were made as the client's and are not any more. */
  doubles: readonly string[];
}

/** Whether these containers, which run, are replaced: what is in them ends. */
export type Anew = Readonly<Record<"agent" | "gateway", boolean>>;

/**
 * Compares what is planned with what is there. Pulumi's state knows only what was placed, and nothing of what was changed, added or removed by hand since.
 * Pure.
 * @param was whether the client had containers before
 * @param now what a spec's label ends in when it has to differ from every one before
 * @param files what was delivered, what is, and what lies there
 * @param last what the last `up` said of its containers
 * @returns problems that stop it, sentences for the preview (what is repaired), and which containers that run are replaced
 */
export function reconcile(
  plan: SandboxPlan,
  engine: Engine,
  there: There,
  was: boolean,
  now: string,
  files: Parameters<typeof judgeFiles>[1],
  last?: ExpectedContainers,
): { placement: Placement; problems: Problem[]; warnings: string[]; anew: Anew } {
  const { client } = plan;
  const foreign = findNamesakes(plan, there.foreign);
  // When nothing of the client is on the engine, a network or a volume of its name belongs to somebody else. A container, and whatever has another client's label, does in any case.
  const stays = foreign.filter(({ kind, of }) => !there.lives || kind === "container" || of !== undefined);
  const taken = foreign.filter((thing) => !stays.includes(thing));
  const { expected } = plan;
  const standing = (workload: Workload, to: ExpectedContainer | undefined, before?: ExpectedContainer, had = was) =>
    judgeStanding(
      workload,
      present(to, `what ${workload.name} is to be`),
      engine,
      there.containers[workload.name],
      had,
      now,
      before,
    );
  const standings = {
    agent: standing(plan.agent, expected.agent, last?.agent),
    gateway: standing(plan.gateway, expected.gateway, last?.gateway),
    ...(plan.lock && { lock: standing(plan.lock, expected.lock, last?.lock) }),
  };
  const helpers = Object.fromEntries(
    plan.helpers.map(({ name, workload }) => {
      const before = last?.helpers?.[name];
      // A client that lives may have a new helper: only one that the last up knew was removed by somebody.
      return [name, standing(workload, expected.helpers?.[name], before, was && before !== undefined)];
    }),
  );
  const networks = planNetworks(client, plan.addresses, engine, there.networks, was);
  const isAnew = (role: "agent" | "gateway") =>
    isMadeAnew(plan[role], standings[role], Object.values(networks), engine, there.containers[plan[role].name]);
  const delivered = judgeFiles(names(client).volume("secrets"), files);
  const namesakes = taken.flatMap(({ kind, name }) => (kind === "network" ? [name] : []));
  return {
    placement: {
      present: there.present,
      standings,
      helpers,
      networks,
      delivered: delivered.stand,
      first: !there.lives,
      namesakes,
      strangers: there.strangers.filter(({ name }) => !there.doubles.includes(name)),
      doubles: there.doubles,
    },
    anew: { agent: isAnew("agent"), gateway: isAnew("gateway") },
    problems: stays.map((thing) => ({ path: "", message: describeNamesake(thing, client, engine) })),
    warnings: [
      ...taken.map(({ kind, name }) =>
        kind === "network"
          ? `${name} was made by somebody else: it has no label of ${client}. It is removed and made anew`
          : `${name} was made by somebody else: it has no label of ${client}. What is in it is used as it is, and goes with a destroy`,
      ),
      ...Object.values(networks).flatMap(({ changed }) => changed),
      ...Object.values({ ...standings, ...helpers }).flatMap(({ changed, limits, unseen }) => [
        ...changed,
        ...limits,
        ...unseen,
      ]),
      ...delivered.changed,
      ...delivered.unseen,
      ...there.strangers.map(
        ({ name, network }) =>
          `${name} is on ${network}, where ${network === names(client).inner ? "the agent, its gateway and its helpers are" : "the gateway is"} alone; it is taken off`,
      ),
      ...there.doubles.flatMap((name) => tellDouble(name, client, last) ?? []),
    ],
  };
}

/** Why a container that carries the client's label goes; nothing of a helper that the last up placed, for the review says that its line is gone. */
function tellDouble(name: string, client: string, last: ExpectedContainers | undefined): string | undefined {
  const was = Object.keys(last?.helpers ?? {}).some((helper) => names(client).helper(helper) === name);
  if (was) return undefined;
  return name.startsWith(names(client).helper(""))
    ? `${name} is a helper that the stack file does not have, as an up that failed may leave it; it is removed`
    : `${name} was made as one of ${client}'s own containers and is none of them; it is removed`;
}
