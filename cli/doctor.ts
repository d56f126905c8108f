import { join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../host/say.ts";
import { packageOf } from "../setup/places.ts";
import { type Command, ROOT } from "./command.ts";
import { type Finding, judgeMachine } from "./doctor/judge.ts";
import { lookAtMachine } from "./doctor/look.ts";
import { sayJson, VERSION } from "./json.ts";
import { runShown } from "./shown.ts";

export const command: Command = {
  usage: "doctor [--fix] [--json]",
  help: `Looks at all that an \`up\` needs of this machine, and says for each thing that is not as it has to be what to do: Node, npm packages, Pulumi and its plugins, the
engine and its client, the kernel, SELinux, GPUs, routes and VPNs over clients' networks, disks, authorities of this machine's own, clocks, file descriptors, the state, the
stack files. Nothing is changed, no secret is read, and nothing outside of this machine and its engine is asked.

  ok      as it has to be
  note    weaker than it could be, or worth knowing; an \`up\` works
  BAD     an \`up\` fails by it, or will
  UNSEEN  nobody could look

  --fix   runs those pieces of \`make setup\` that mend what is BAD; they are named before. All else of a machine is its owner's to change: for that the line says how
  --json  for programs, in the shape of docs/json.schema.json

Exit codes: 0 nothing is BAD or UNSEEN, 1 something is.

  agentbox doctor
  agentbox doctor --fix`,

  async run(args) {
    const { values } = parseArgs({ args, options: { fix: { type: "boolean" }, json: { type: "boolean" } } });
    let findings = judgeMachine(await lookAtMachine(ROOT));
    const pieces = [...new Set(findings.flatMap(({ pieces = [] }) => pieces))];
    if (values.fix && pieces.length > 0) {
      if (!values.json) for (const line of describeFindings(findings)) say(line);
      await runSetup(pieces, !values.json);
      findings = judgeMachine(await lookAtMachine(ROOT));
    }
    if (values.json) sayJson("doctor", { version: VERSION, findings });
    else for (const line of describeFindings(findings)) say(line);
    return findings.some(isWrong) ? 1 : 0;
  },
};

/** Set-up says a line about each piece that it did something for, and what failed. */
async function runSetup(pieces: readonly string[], show: boolean): Promise<void> {
  if (show) say(`$ setup/setup.sh ${pieces.join(" ")}`);
  await runShown(join(packageOf(ROOT), "setup/setup.sh"), pieces, ROOT, { show });
  if (show) say();
}

function isWrong({ word }: Finding): boolean {
  return word === "BAD" || word === "UNSEEN";
}

/** What was found, for a person: what is wrong has what to do below it, and the last line counts. */
export function describeFindings(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ what }) => what.length));
  const of = (word: Finding["word"]) => [
    ...new Set(findings.filter((finding) => finding.word === word).map(({ what }) => what)),
  ];
  const counts = [
    ...(of("BAD").length > 0 ? [`to mend: ${of("BAD").join(", ")}`] : []),
    ...(of("UNSEEN").length > 0 ? [`nobody could look at: ${of("UNSEEN").join(", ")}`] : []),
  ];
  return [
    ...findings.flatMap(({ what, word, says, fix }) => [
      `${word.padEnd(6)}  ${what.padEnd(width)}  ${says}`,
      ...(fix === undefined || word === "ok" ? [] : [`${" ".repeat(width + 10)}→ ${fix}`]),
    ]),
    counts.length === 0 ? "nothing is wrong with this machine" : counts.join("; "),
  ];
}
