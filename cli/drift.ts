import { parseArgs } from "node:util";
import { engineOf } from "../host/engine-of.ts";
import { say } from "../host/say.ts";
import { CLASSES, type Class, isWider } from "../plan/review/compare.ts";
import { WORD } from "../plan/review/describe.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import type { Check } from "../target/engine/check-container.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import { findClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { asOfNow } from "./expired.ts";
import { sayJson, VERSION } from "./json.ts";
import { readOutputs } from "./pulumi/outputs.ts";

export const command: Command = {
  usage: "drift CLIENT [--json]",
  help: `Lists how what runs for a client differs from what its last \`pulumi up\` left: containers, networks, volumes, images, delivered files, and the
policy that the gateway has in force. Below each check that found something a line for each difference, widening first, with its class in the words of a
review: WIDENS (the sandbox has more), WIDENS? (nobody can say that it has not), narrows, neutral. What could not be looked at is told as that, and is no
difference. What the stack file says by now and no \`up\` has placed is a review, and no drift.
Exit code 1 when something differs or could not be looked at. Nothing is changed; \`pulumi up\` repairs what it sees.

  --json   for programs, in the shape of docs/json.schema.json

  agentbox drift acme`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
    const { engine, client } = await findDeclared(positionals);
    const outputs = asOfNow(await readOutputs(ROOT, client));
    const looked = Date.now();
    const drift = driftOf(await target.inspect(engine, client, outputs));
    if (values.json) sayJson("drift", { version: VERSION, client, ...drift });
    else for (const line of describeDrift(client, drift, looked)) say(line);
    return drift.differences.length + drift.unseen.length === 0 ? 0 : 1;
  },
};

/** A client of which nothing is left on the engine differs in everything, where it has a file here. @throws UserError as findClient does */
async function findDeclared(positionals: readonly string[]): Promise<{ engine: Engine; client: string }> {
  const [client, ...more] = positionals;
  if (client === undefined || more.length > 0 || !stackFiles(ROOT).some((stack) => stack.client === client))
    return findClient(positionals, command.usage);
  const { engine } = await target.survey(engineOf(ROOT, client));
  return { engine, client };
}

export interface Drift {
  differences: { class: Class; what: string; says: string }[];
  unseen: { what: string; why: string }[];
  /** What was repaired by the gateway itself, and holds again. */
  mended: { what: string; says: string }[];
}

/** What the checks of `agentbox verify` found, widening first. */
export function driftOf(checks: readonly Check[]): Drift {
  return {
    differences: checks
      .flatMap(({ what, wrong }) => wrong.map((one) => ({ class: one.class, what, says: one.says })))
      .sort((a, b) => CLASSES.indexOf(a.class) - CLASSES.indexOf(b.class)),
    unseen: checks.flatMap(({ what, unseen }) => (unseen ? [{ what, why: unseen }] : [])),
    mended: checks.flatMap(({ what, mended = [] }) => mended.map((says) => ({ what, says }))),
  };
}

/** Drift for a person: each check that found something, what it found below it, and a last line with what to do. @param looked when, in milliseconds since 1970 */
export function describeDrift(client: string, { differences, unseen, mended }: Drift, looked: number): string[] {
  const lines = [
    ...differences.map((one) => ({ what: one.what, word: WORD[one.class], says: one.says })),
    ...unseen.map(({ what, why }) => ({ what, word: "UNSEEN", says: `could not look: ${why}` })),
    ...mended.map(({ what, says }) => ({ what, word: "mended", says })),
  ];
  const wider = differences.filter((one) => isWider(one)).length;
  const count = `${differences.length} ${differences.length === 1 ? "difference" : "differences"}, ${wider} wider`;
  const dark = unseen.length > 0 ? `, and ${unseen.length} could not be looked at` : "";
  const advice = differences.length > 0 ? `; \`pulumi up --refresh --stack ${client}\` puts back what it sees` : "";
  return [
    ...[...Map.groupBy(lines, ({ what }) => what)].flatMap(([what, these]) => [
      what,
      ...these.map(({ word, says }) => `  ${word.padEnd(WIDTH)}${says}`),
    ]),
    `${client} at ${describeMoment(asMoment(looked))}: ${differences.length === 0 ? "nothing differs" : count}${dark}${advice}`,
  ];
}

const WIDTH = 9;
