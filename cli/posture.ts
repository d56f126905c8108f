import { parseArgs } from "node:util";
import { readDeclarations } from "../host/declarations.ts";
import { complain, say, sayLines } from "../host/say.ts";
import { topics } from "../plan/posture.ts";
import { renderPosture } from "../plan/review/describe.ts";
import { VERSION, writeDocument } from "../plan/review/document.ts";
import type { PostureFact } from "../plan/review/fact.ts";
import { describeMoment } from "../stack-file/moment.ts";
import { describeProblems } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import type { Look } from "../target/look.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { broughtUp } from "./pulumi/history.ts";
import { readOutputs } from "./pulumi/outputs.ts";
import { toldFact } from "./review/reviewed.ts";

export const command: Command = {
  usage: "posture CLIENT [--declared] [--json]",
  help: `Shows all that matters for the security of a client's sandbox, a fact a line: what its last \`pulumi up\` left, as the output \`posture\` has it.
When that was is told on stderr.

  --declared  what its files declare now, as far as they decide it: no state, no engine and no secret is asked for
  --json      in the shape of docs/review.schema.json, with how the facts of each topic compare

  agentbox posture acme
  agentbox posture acme --declared --json`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { declared: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
    });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    const [facts, when] = await Promise.all(
      values.declared
        ? [declaredFacts(client), undefined]
        : [
            readOutputs(ROOT, client).then((outputs) => outputs.facts),
            values.json ? undefined : broughtUp(ROOT, client),
          ],
    );
    if (when) complain(describeWhen(client, when));
    if (values.json)
      sayLines(writeDocument({ document: "posture", version: VERSION, client, facts: facts.map(toldFact) }));
    else for (const line of renderPosture(facts, topics).split("\n")) say(line);
    return 0;
  },
};

/** Of which moment a posture is. */
export function describeWhen(client: string, when: Look<string | undefined>): string {
  if ("unseen" in when) return `${client}, by its last up; when that was could not be seen: ${when.unseen}`;
  if (when.seen === undefined) return `${client}, by its last up; when that was is not in the stack's history`;
  return `${client}, by its last up: ${describeMoment(when.seen)}`;
}

async function declaredFacts(client: string): Promise<readonly PostureFact[]> {
  knownClients(ROOT, [client]);
  const [declaration] = await readDeclarations(ROOT, { clients: [client], here: true });
  const { file = "", facts, problems = [] } = declaration ?? {};
  if (facts) return facts;
  throw new UserError(2, describeProblems([...problems], file).split("\n"));
}
