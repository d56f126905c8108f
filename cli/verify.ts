import { parseArgs } from "node:util";
import { lookAtOverlaps } from "../host/overlaps.ts";
import { say } from "../host/say.ts";
import { asMoment, describeMoment } from "../stack-file/moment.ts";
import type { Check } from "../target/engine/check-container.ts";
import type { Look } from "../target/look.ts";
import { target } from "../target/target.ts";
import { findClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { asOfNow } from "./expired.ts";
import { readOutputs } from "./stack-outputs.ts";

export const command: Command = {
  usage: "verify CLIENT",
  help: `Compares what runs for a client with what its last \`pulumi up\` said: containers and their rights, mounts, networks and ports, volumes and
delivered files, whether this host, where the engine is on it, reaches other machines (by a VPN, say) where the client's networks are, the policy in force, what the gateway finds when it looks at itself, the walls as tried from the agent's network, and drift of the last hour.
A line for each check: ok, mended (it holds again), FOUND, or UNSEEN (it could not be looked at, and nothing is said of it). Exit code 1 when
one found something or could not look. Nothing is changed; \`pulumi up\` repairs.`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    const { engine, client } = await findClient(positionals, command.usage);
    const outputs = asOfNow(await readOutputs(ROOT, client));
    const looked = Date.now();
    const [inspected, overlaps] = await Promise.all([
      target.inspect(engine, client, outputs),
      target.survey(engine).then(lookAtOverlaps),
    ]);
    const ofHost = asChecks(overlaps(client));
    const checks = [...inspected, ...ofHost];
    for (const { what, wrong, unseen, mended } of checks) {
      const word = wrong.length > 0 ? "FOUND" : unseen ? "UNSEEN" : mended?.length ? "mended" : "ok";
      say(`${word.padEnd(7)}${what}`);
      for (const line of [
        ...wrong.map(({ says }) => says),
        ...(unseen ? [`could not look: ${unseen}`] : []),
        ...(mended ?? []),
      ])
        say(`         ${line}`);
    }
    const found = inspected.filter(({ wrong }) => wrong.length > 0).length;
    const dark = checks.filter(({ wrong, unseen }) => unseen && wrong.length === 0).length;
    const over = ofHost.flatMap(({ wrong }) => wrong).length;
    const bad = found + dark + over;
    const mended = checks.some(({ mended }) => mended?.length)
      ? "as planned again, after what was mended"
      : "as planned";
    const advice = [
      ...(found > 0
        ? [
            `${found} found something; \`pulumi up --refresh --stack ${client}\` puts back what it sees. What is found of the agent still after that goes with its container: \`${engine.cli} rm --force ${client}-agent\`, and \`pulumi up\` again`,
          ]
        : []),
      ...(over > 0 ? ["what is found of this host's networks no `up` mends: its line says what does"] : []),
      ...(dark > 0
        ? [
            `${dark} could not look, and prove nothing; run it again, and where a program is not found, the sandbox is of another version: \`pulumi up --stack ${client}\` makes it anew`,
          ]
        : []),
    ].join("; ");
    say(`${checks.length} checks at ${describeMoment(asMoment(looked))}: ${advice || mended}`);
    return bad === 0 ? 0 : 1;
  },
};

/** None of an engine that is elsewhere. */
function asChecks(look: Look<string | undefined> | undefined): Check[] {
  if (look === undefined) return [];
  const what = "networks: this host reaches no other machines where they are";
  if ("unseen" in look) return [{ what, wrong: [], unseen: look.unseen }];
  return [{ what, wrong: look.seen === undefined ? [] : [{ class: "neutral", says: look.seen }] }];
}
