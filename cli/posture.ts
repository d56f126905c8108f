import { parseArgs } from "node:util";
import { readDeclarations } from "../host/declarations.ts";
import { say, sayLines } from "../host/say.ts";
import { topics } from "../plan/posture.ts";
import { renderPosture } from "../plan/review/describe.ts";
import { VERSION, writeDocument } from "../plan/review/document.ts";
import type { PostureFact } from "../plan/review/fact.ts";
import { describeProblems } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { toldFact } from "./review/reviewed.ts";
import { readOutputs } from "./stack-outputs.ts";

export const command: Command = {
  usage: "posture CLIENT [--declared] [--json]",
  help: `Shows all that matters for the security of a client's sandbox, a fact a line: what its last \`pulumi up\` left, as the output \`posture\` has it.

  --declared  what its files declare now, as far as they decide it: no state, no engine and no secret is asked for
  --json      in the shape of docs/review.schema.json, with how the facts of each topic compare`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { declared: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
    });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    const facts = values.declared ? await declaredFacts(client) : (await readOutputs(ROOT, client)).facts;
    if (values.json)
      sayLines(writeDocument({ document: "posture", version: VERSION, client, facts: facts.map(toldFact) }));
    else for (const line of renderPosture(facts, topics).split("\n")) say(line);
    return 0;
  },
};

async function declaredFacts(client: string): Promise<readonly PostureFact[]> {
  knownClients(ROOT, [client]);
  const [declaration] = await readDeclarations(ROOT, { clients: [client], here: true });
  const { file = "", facts, problems = [] } = declaration ?? {};
  if (facts) return facts;
  throw new UserError(2, describeProblems([...problems], file).split("\n"));
}
