import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type AuditFilter, type AuditLine, auditJsonSchema, isWanted, writeAuditLine } from "../gateway/audit-line.ts";
import { flawless, readDeclarations } from "../host/declarations.ts";
import { complain, page, say, sayLines } from "../host/say.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { findClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import {
  describeAuditLine,
  describeInwards,
  describeProposals,
  describeSummary,
  verdictOf,
} from "./format/audit-table.ts";
import { moment } from "./moment.ts";
import { type Proposals, propose } from "./proposals.ts";

export const command: Command = {
  usage: "audit CLIENT [--follow] [--denied] [--since 1h] [--summary] [--probes] [--json] [--export FILE]",
  help: `Shows what a client's gateway let through and refused, what it says of itself, and what the agent asks for.
At the end it tells the lines of the stack file that would open what was refused or is asked for; \`agentbox suggest\` makes a patch of them.
It works while the gateway runs and when it is stopped; \`pulumi destroy\` removes the audit with everything else.

  --follow        goes on with what comes, until it is interrupted
  --denied        only what was refused, but for the product's own probes
  --since 1h      nothing older: 90s, 30m, 1h, 7d, or a time like 2026-11-21T09:00:00Z
  --summary       only the names with most bytes, those refused most often, and all bytes
  --probes        the probes of \`up\` and \`verify\` in --denied and in summaries, too
  --json          each line as it is stored, in the shape of docs/audit.schema.json
  --export FILE   writes these lines to a file that is not there yet, before a destroy, say
  --schema        prints that JSON Schema; no client is named

  agentbox audit acme --follow
  agentbox audit acme --denied --since 1h`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        follow: { type: "boolean", default: false },
        denied: { type: "boolean", default: false },
        since: { type: "string" },
        summary: { type: "boolean", default: false },
        probes: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        export: { type: "string" },
        schema: { type: "boolean", default: false },
      },
    });
    if (values.schema) {
      sayLines(auditJsonSchema());
      return 0;
    }
    if (values.follow && (values.export !== undefined || values.summary))
      throw new UserError(
        2,
        `--follow has no end, so there is nothing for --${values.summary ? "summary" : "export"} to wait for`,
      );
    if (values.json && values.summary)
      throw new UserError(2, "--summary is for people; what --json prints can be counted");
    const filter: AuditFilter = {
      denied: values.denied,
      probes: values.probes,
      ...(values.since !== undefined && { since: moment(values.since, "--since") }),
    };
    const { engine, client } = await findClient(positionals, command.usage);
    const { lines: all, kept, broken, unseen } = await target.logs.read(engine, client);
    const lines = all.filter((line) => isWanted(line, filter));
    if (broken > 0) complain(`agentbox: ${broken} lines are cut off and left out`);
    if (unseen) complain(`agentbox: what the agent asks for could not be read, and is left out: ${unseen}`);
    if (values.export !== undefined) return exportTo(values.export, lines);

    const show = (line: AuditLine) => {
      if (values.json) return say(writeAuditLine(line));
      const [first, ...more] = describeAuditLine(line, page());
      // The verdict is always in the first row, for no terminal is narrower than that. Before it are only the digits of the time.
      say(first, page().colour ? verdictOf(line) : undefined);
      for (const row of more) say(row);
    };
    if (!values.summary) lines.forEach(show);
    if (values.follow) {
      await target.logs.follow(engine, client, kept, (line) => isWanted(line, filter) && show(line));
      complain(`agentbox: the gateway of ${client} does not run`);
      return 0;
    }
    if (!values.json) {
      const summed = values.probes ? lines : lines.filter(({ probe }) => !probe);
      if (!values.summary) say();
      for (const row of describeSummary(summed, page())) say(row);
      const { suggestions, inward } = await proposed(client, summed);
      for (const row of describeProposals(suggestions, client, page())) say(row);
      for (const row of describeInwards(inward, page())) say(row);
    }
    return 0;
  },
};

/** Lines for what was refused or is asked for. A client whose files have mistakes, and one that is offline, has none. */
async function proposed(
  client: string,
  lines: readonly AuditLine[],
): Promise<Pick<Proposals, "suggestions" | "inward">> {
  if (!lines.some(({ verdict }) => verdict !== "allow") || !stackFiles(ROOT).some((file) => file.client === client))
    return NONE;
  const [declaration] = await readDeclarations(ROOT, { clients: [client], here: true });
  const declared = declaration && flawless(declaration);
  if (!declared?.policy || declared.spec.profile === "offline") return NONE;
  return propose(lines, declared);
}

const NONE = { suggestions: [], inward: [] };

function exportTo(file: string, lines: readonly AuditLine[]): number {
  try {
    writeFileSync(file, lines.map((line) => `${writeAuditLine(line)}\n`).join(""), { flag: "wx", mode: 0o600 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(2, code === "EEXIST" ? `${file} is there already; name another file` : `${file}: ${message}`);
  }
  say(`${lines.length} lines in ${file}`);
  return 0;
}
