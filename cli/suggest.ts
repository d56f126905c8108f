import { parseArgs } from "node:util";
import type { Declared } from "../capabilities/capability.ts";
import { isWanted } from "../gateway/audit-line.ts";
import { readDeclarations } from "../host/declarations.ts";
import { complain, say } from "../host/say.ts";
import { declare } from "../plan/declare.ts";
import { declaredPosture, declaredTopics } from "../plan/posture.ts";
import { type Change, compare } from "../plan/review/compare.ts";
import { describeInward } from "../plan/review/inward.ts";
import type { Suggestion } from "../plan/review/suggest.ts";
import type { AllowedItem } from "../stack-file/add-allowed.ts";
import { printable } from "../stack-file/printable.ts";
import { describeProblems, suggest } from "../stack-file/problem.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { findClient, knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { patchOfStackFile } from "./format/patch.ts";
import { describeSuggestion } from "./format/suggestion.ts";
import { moment } from "./moment.ts";
import { propose } from "./proposals.ts";
import { noPlace, withAllowed } from "./with-allowed.ts";

export const command: Command = {
  usage: "suggest CLIENT [LINE…] [--since 7d]",
  help: `Proposes lines for a client's stack file: for the names that its gateway refused, and those that its agent asks for (\`ask-for\`). Names that a service
of policies/services has become that service. Each line is told with its class. It changes nothing: what it prints ends in a patch, which a person reads and
applies (agentbox suggest CLIENT | patch -p1). With LINE, a service or a name of those that it proposes, the patch has these alone.

Names and reasons are the agent's own words: a name can carry out what the agent read as well as lead to what it needs.

  --since 7d   nothing older: 90s, 30m, 1h, 7d, or a time like 2026-11-21T09:00:00Z; default: all of the audit

  agentbox suggest acme
  agentbox suggest acme github | patch -p1`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { since: { type: "string" } } });
    const since = values.since === undefined ? undefined : moment(values.since, "--since");
    const { engine, client } = await findClient(positionals.slice(0, 1), command.usage);
    const asked = positionals.slice(1);
    knownClients(ROOT, [client]);
    const [declaration] = await readDeclarations(ROOT, { clients: [client], here: true });
    const { file = "", text = "", declared, facts, problems = [] } = declaration ?? {};
    if (!declared?.policy || !facts) throw new UserError(2, describeProblems([...problems], file).split("\n"));
    if (declared.spec.profile === "offline")
      throw new UserError(
        2,
        `${client} has profile offline, which opens nothing; choose profile standard first, and see what is refused then`,
      );
    const { lines, unseen } = await target.logs.read(engine, client);
    if (unseen) complain(`agentbox: what the agent asks for could not be read, and is left out: ${unseen}`);
    const { services, whyShared, suggestions, never, words, more, inward } = await propose(
      lines.filter((line) => isWanted(line, { denied: false, ...(since !== undefined && { since }) })),
      declared,
    );
    const known = { ...declared, catalogue: { ...declared.catalogue, services, whyShared } };
    const judged = suggestions.map((suggestion) => ({ ...suggestion, ...withItem(known, suggestion.item) }));
    for (const one of inward) remark(describeInward(one));
    for (const word of words)
      remark(
        `the agent asks for "${word}", which is no name of the DNS: a container beside it is declared under helpers (docs/helpers.md), a machine of the LAN under egress.lan, a port of this machine under egress.host`,
      );
    const possible = chosen(
      judged.filter(({ problem }) => problem === undefined),
      asked,
    );
    remark(
      `${client}: ${suggestions.length === 0 ? "nothing to propose" : "what was refused or is asked for, and a line for each; names and reasons are the agent's own words"}`,
    );
    for (const one of possible) for (const line of ["", ...describeSuggestion(one, one.changes)]) remark(line);
    for (const { item, problem } of judged) if (problem) remark(`no line is added for ${nameOf(item)}: it ${problem}`);
    for (const { name, why } of never) remark(`no line opens ${name}: ${why}`);
    if (more > 0) remark(`${more} more names were wanted less often; \`agentbox audit ${client} --denied\` shows them`);
    if (possible.length === 0) return 0;
    if (possible.length > 1 && asked.length === 0)
      remark(
        `for a part of these lines, name it: agentbox suggest ${client} ${possible.map(({ item }) => nameOf(item)).join(" ")}`,
      );
    for (const line of patchFor(
      file,
      text,
      possible.map(({ item }) => item),
    ))
      say(line);
    return 0;
  },
};

/** A line that no program takes for a part of a patch, whatever is in it. */
function remark(line: string): void {
  say(`# ${line}`);
}

/** What a line more would change, or what the stack file then has wrong: another line for the same name, say. */
function withItem(of: Declared, item: AllowedItem): { changes: Change[]; problem?: string } {
  const { egress } = of.spec;
  const allow = [...egress.allow, typeof item === "string" ? item : { ...item, ports: [...item.ports] }];
  const more = declare(of.client, { ...of.spec, egress: { ...egress, allow } }, of.catalogue);
  const [problem] = more.problems;
  if (problem) return { changes: [], problem: problem.message };
  return { changes: compare(declaredPosture(of).facts, declaredPosture(more).facts, declaredTopics) };
}

function nameOf(item: AllowedItem): string {
  return typeof item === "string" ? item : item.host;
}

/** Those that a person named; all of them where nobody did. @throws UserError where one is not proposed */
export function chosen<Of extends Suggestion>(possible: readonly Of[], asked: readonly string[]): readonly Of[] {
  const names = possible.map(({ item }) => nameOf(item));
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UserError(
      2,
      `"${unknown}" is no line that is proposed.${suggest(unknown, names)} Proposed: ${names.join(", ") || "none"}`,
    );
  return asked.length === 0 ? possible : possible.filter(({ item }) => asked.includes(nameOf(item)));
}

/** @throws UserError with the lines, where the file has no place for them that a program finds */
function patchFor(file: string, before: string, items: readonly AllowedItem[]): string[] {
  const patch = patchOfStackFile(file, before, withAllowed(file, before, items));
  // What is printed has to be the file's own text: a tab in it would be written out.
  if (patch.every((line) => printable(line) === line)) return patch;
  throw noPlace(file, items);
}
