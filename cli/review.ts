import { parseArgs } from "node:util";
import { say, sayLines } from "../host/say.ts";
import { reviewJsonSchema, writeDocument } from "../plan/review/document.ts";
import { UserError } from "../stack-file/user-error.ts";
import { type Command, ROOT } from "./command.ts";
import { describeDocument } from "./format/review.ts";
import { markdownOf } from "./format/review-markdown.ts";
import { moment } from "./moment.ts";
import { readWords } from "./review/asked.ts";
import { reviewDeployed } from "./review/deployed.ts";
import { reviewRevisions } from "./review/revisions.ts";

export const command: Command = {
  usage: "review [REV | REV..REV | REV...REV] [CLIENT…] [--traffic 7d] [--markdown | --json]",
  help: `Tells in words what changes for each client, widening first, and on which line of which file that is written.

  (nothing)     between what the last \`up\` of each client left and the working tree
  REV           between a revision of git and the working tree
  REV..REV      between two revisions; REV...REV begins where the two part, as a pull request does
  CLIENT        these clients alone
  --traffic 7d  adds what of the connections of that time the new policy would refuse, and which of its names nobody used; asks the engine
  --markdown    as a comment for a pull request
  --json        in the shape of docs/review.schema.json
  --schema      prints that JSON Schema

Between two revisions it also tells what the organisation's guardrails and ceiling (policies/guardrails) let all clients be that they did not.
It asks no engine (but for --traffic), and reads no secret. What only a preview can compare is named at the end.
Exit codes: 0 nothing gets wider, or what does is approved; 1 something does that is not approved, or it cannot be said; 2 no such revision or client.

  agentbox review main...HEAD --markdown
  agentbox review acme --traffic 7d`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        traffic: { type: "string" },
        markdown: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        schema: { type: "boolean", default: false },
      },
    });
    if (values.schema) {
      sayLines(reviewJsonSchema());
      return 0;
    }
    if (values.json && values.markdown)
      throw new UserError(2, "--json is for programs and --markdown for people: write one of them");
    const since = values.traffic === undefined ? undefined : moment(values.traffic, "--traffic");
    const asked = await readWords(ROOT, positionals);
    const document = await (asked.from
      ? reviewRevisions(ROOT, { ...asked, from: asked.from }, since)
      : reviewDeployed(ROOT, asked, since));
    if (values.json) sayLines(writeDocument(document));
    else if (values.markdown) sayLines(markdownOf(document));
    else for (const line of describeDocument(document)) say(line);
    const all = [...(document.organisation ? [document.organisation] : []), ...document.clients];
    const bad = all.some(({ state, unapproved }) => state === "unsaid" || unapproved > 0);
    return bad ? 1 : 0;
  },
};
