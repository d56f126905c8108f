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
import { type Document, sayJson, VERSION } from "./json.ts";
import { readOutputs } from "./pulumi/outputs.ts";

export const command: Command = {
  usage: "verify CLIENT [--json]",
  help: `Compares what runs for a client with what its last \`pulumi up\` said: containers and their rights, mounts, networks and ports, volumes and
delivered files, whether this host, where the engine is on it, reaches other machines (by a VPN, say) where the client's networks are, the policy in force, what the gateway finds when it looks at itself, the walls as tried from the agent's network, and drift of the last hour.
A line for each check: ok, mended (it holds again), FOUND, or UNSEEN (it could not be looked at, and nothing is said of it). Exit code 1 when
one found something or could not look. Nothing is changed; \`pulumi up\` repairs.

  --json   for programs, in the shape of docs/json.schema.json

  agentbox verify acme`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
    const { engine, client } = await findClient(positionals, command.usage);
    const outputs = asOfNow(await readOutputs(ROOT, client));
    const looked = Date.now();
    const [inspected, overlaps] = await Promise.all([
      target.inspect(engine, client, outputs),
      target.survey(engine).then(lookAtOverlaps),
    ]);
    const ofHost = asChecks(overlaps(client));
    const checks = [...inspected, ...ofHost];
    if (values.json) {
      sayJson("verify", documentOf(client, checks, looked));
      return checks.every(({ wrong, unseen }) => wrong.length === 0 && !unseen) ? 0 : 1;
    }
    for (const check of checks) {
      const { what, wrong, unseen, mended } = check;
      const word = wordOf(check);
      say(`${word.padEnd(7)}${what}`);
      for (const line of [
        ...wrong.map(({ says }) => says),
        ...(unseen ? [`could not look: ${unseen}`] : []),
        ...(mended ?? []),
      ])
        say(`         ${line}`);
    }
    // Of what does not run the rest is known once it does.
    const wrong = inspected.filter(({ wrong }) => wrong.length > 0);
    const stopped = isStopped(wrong);
    const found = wrong.length;
    const dark = checks.filter(({ wrong, unseen }) => unseen && wrong.length === 0).length;
    const over = ofHost.flatMap(({ wrong }) => wrong).length;
    const bad = found + dark + over;
    const mended = checks.some(({ mended }) => mended?.length)
      ? "as planned again, after what was mended"
      : "as planned";
    const advice = [
      ...(stopped ? [`\`agentbox start ${client}\` starts what was stopped, and looks again`] : []),
      ...(found > 0 && !stopped
        ? [
            `${found} found something; \`pulumi up --refresh --stack ${client}\` puts back what it sees. What is found of the agent still after that goes with its container: \`${engine.cli} rm --force ${client}-agent\`, and \`pulumi up\` again`,
          ]
        : []),
      ...(over > 0 ? ["what is found of this host's networks no `up` mends: its line says what does"] : []),
      ...(dark > 0 && !stopped
        ? [
            `${dark} could not look, and prove nothing; run it again, and where a program is not found, the sandbox is of another version: \`pulumi up --stack ${client}\` makes it anew`,
          ]
        : []),
    ].join("; ");
    say(`${checks.length} checks at ${describeMoment(asMoment(looked))}: ${advice || mended}`);
    return bad === 0 ? 0 : 1;
  },
};

/** Whether containers were stopped, and nothing else is wrong: who was never tampered with is only to be started. A gateway that does not run has no policy in force. @param found checks that found something */
export function isStopped(found: readonly Check[]): boolean {
  const is = (form: RegExp, says: RegExp) => (check: Check) =>
    form.test(check.what) && check.wrong.every((one) => says.test(one.says));
  const stopped = is(/^(agent|gateway|helper [\w-]+): runs$/, /^it is (exited|created)$/);
  const without = is(/^policy: /, /^no policy is in force$/);
  return found.some(stopped) && found.every((check) => stopped(check) || (found.some(isGateway) && without(check)));
}

function isGateway({ what }: Check): boolean {
  return what === "gateway: runs";
}

function wordOf({ wrong, unseen, mended }: Check): Document<"verify">["checks"][number]["word"] {
  return wrong.length > 0 ? "FOUND" : unseen ? "UNSEEN" : mended?.length ? "mended" : "ok";
}

/** The checks for programs. @param looked when, in milliseconds since 1970 */
export function documentOf(client: string, checks: readonly Check[], looked: number): Document<"verify"> {
  return {
    ...{ version: VERSION, client, looked: new Date(looked).toISOString() },
    checks: checks.map((check) => ({
      ...{ what: check.what, word: wordOf(check) },
      found: check.wrong.map((one) => ({ class: one.class, says: one.says })),
      ...(check.unseen && { unseen: check.unseen }),
      mended: check.mended ?? [],
    })),
  };
}

/** None of an engine that is elsewhere. */
function asChecks(look: Look<string | undefined> | undefined): Check[] {
  if (look === undefined) return [];
  const what = "networks: this host reaches no other machines where they are";
  if ("unseen" in look) return [{ what, wrong: [], unseen: look.unseen }];
  return [{ what, wrong: look.seen === undefined ? [] : [{ class: "neutral", says: look.seen }] }];
}
