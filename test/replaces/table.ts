import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Case, ENGINES, planCase } from "../golden/render.ts";
import { type Effect, effectOf, type Side } from "./effect.ts";

/** A change of a stack file, as test/replaces/changes.yaml has it. */
export interface KeyChange {
  key: string;
  what: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  facts?: Case["facts"];
  "facts before"?: Case["facts"];
  files?: Case["files"];
  registry?: Case["registry"];
  /** Beside `config:`. */
  environment?: string[];
}

export const CHANGES = parse(readFileSync(join(import.meta.dirname, "changes.yaml"), "utf8")) as KeyChange[];

const ROOT = join(import.meta.dirname, "../..");

/** docs/replaces.md: what an `up` does for a change of each key, by the plans before and after it. */
export async function renderReplaces(): Promise<string> {
  const rows: string[] = [];
  for (const change of CHANGES) rows.push(await renderRow(change));
  return [
    "# What a change replaces",
    "<!-- Made of the plans before and after each change: DOCS=write npx jest test/replaces -->",
    "What runs in the agent's container ends where that is **made anew**: terminals, agents, what goes on in a tmux. Volumes, and so logins and history, stay. A gateway that is made anew cuts the connections that go through it, those of published ports and ssh as well, and the agent waits a second. All else changes while everything runs. A preview says which it is, and whose sessions end ([review.md](review.md)).",
    "A new version of this program, or a change in its own images, may replace both. So do a mask, a mount or a workspace whose file was replaced on this machine, and what somebody changed by hand.",
    ["| key | a change | agent | gateway | besides |", "| --- | --- | --- | --- | --- |", ...rows].join("\n"),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

async function renderRow(change: KeyChange): Promise<string> {
  const [first, second] = await Promise.all(ENGINES.map((engine) => effectFor(change, engine)));
  if (!first || "refused" in first) throw new Error(`${change.key} (${change.what}): ${first?.refused}`);
  const of = (role: "agent" | "gateway") => {
    const [here, there] = [first, second].map((effect) =>
      !effect || "refused" in effect ? "refused" : effect[role] ? "**made anew**" : "goes on",
    );
    return here === there ? here : `${here}; ${there} with ${OTHER}`;
  };
  const nothing = first.agent || first.gateway ? "" : "nothing on the engine";
  return `| \`${change.key}\` | ${change.what} | ${of("agent")} | ${of("gateway")} | ${first.besides.join(", ") || nothing} |`;
}

/** The second of the two, as people write it. */
const OTHER = ENGINES[1].replace(/^./, (letter) => letter.toUpperCase());

async function effectFor(change: KeyChange, engine: (typeof ENGINES)[number]): Promise<Effect | { refused: string }> {
  const side = (config: KeyChange["after"], facts: Case["facts"], environment?: string[]) =>
    planned(caseOf(change, config, facts, environment), engine);
  const before = await side(change.before, change["facts before"] ?? {});
  const after = await side(change.after ?? change.before, change.facts ?? {}, change.environment);
  for (const side of [before, after]) if ("problems" in side) return { refused: side.problems.join("\n") };
  return effectOf(before as Side, after as Side);
}

/** Most changes are of one and the same stack file. */
const PLANNED = new Map<string, ReturnType<typeof planCase>>();

function planned(of: Case, engine: (typeof ENGINES)[number]): ReturnType<typeof planCase> {
  const key = JSON.stringify([engine, { ...of, name: "" }]);
  const plan = PLANNED.get(key) ?? planCase(ROOT, of, engine);
  PLANNED.set(key, plan);
  return plan;
}

function caseOf(
  change: KeyChange,
  config: KeyChange["after"] = {},
  facts: Case["facts"],
  environment?: string[],
): Case {
  const all = Object.entries({ workspace: "/srv/acme", agents: ["shell"], ...config });
  const stack = { config: Object.fromEntries(all.map(([key, value]) => [`agent-sandbox:${key}`, value])) };
  const networks = { own: ["10.210.22.0/24", "10.210.23.0/24"], taken: [], ways: [], clients: [], bridges: [] };
  return {
    ...{ name: change.key, client: "acme", files: change.files ?? {} },
    ...(change.registry && { registry: change.registry }),
    stack: environment ? Object.assign(stack, { environment }) : stack,
    facts: { networks, ...facts },
  };
}
