import { parseArgs } from "node:util";
import { catalogueProblems } from "../host/catalogues.ts";
import { type Declaration, readDeclarations } from "../host/declarations.ts";
import { readOthers } from "../host/organisation.ts";
import { passOverBroken } from "../host/pass-over-broken.ts";
import { say, sayLines } from "../host/say.ts";
import { standingOfDeclared } from "../host/standing.ts";
import { writableDirectories } from "../host/writable.ts";
import { type CheckDocument, VERSION, writeDocument } from "../plan/review/document.ts";
import { describeWithin } from "../plan/rules/ceiling.ts";
import type { Other } from "../plan/rules/kind.ts";
import type { Standing } from "../plan/rules/organisation.ts";
import { stackFiles } from "../stack-file/look/stack-files.ts";
import { describeProblems, describeWarning, type Problem } from "../stack-file/problem.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";

export const command: Command = {
  usage: "check [CLIENT…] [--json]",
  help: `Judges what the files of this project say: stack files, policies, catalogues of images. It asks no engine and reads no secret, so a
runner of a CI, or an editor, can call it. Everything that is wrong is told at once, and at the end what was not looked at: only
\`pulumi preview\` sees that.

  CLIENT    these clients alone, and the catalogues; default: all that have a file in stacks/
  --json    in the shape of docs/review.schema.json

Exit codes: 0 nothing is wrong, 1 something is, 2 there is no such client.

  agentbox check
  agentbox check acme --json`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
    const clients = knownClients(ROOT, positionals);
    const { problems, warnings, ceilings, unseen } = await checkFiles(ROOT, clients);
    const notChecked = [...NOT_CHECKED, ...unseen];
    if (values.json) {
      const document: CheckDocument = {
        document: "check",
        version: VERSION,
        clients,
        problems,
        warnings,
        ceilings,
        notChecked,
      };
      sayLines(writeDocument(document));
      return problems.length > 0 ? 1 : 0;
    }
    if (problems.length > 0) sayLines(describeProblems(problems));
    else
      say(
        `${clients.length === 1 ? "1 client" : `${clients.length} clients`}: nothing is wrong with what the files say`,
      );
    for (const { file, ...warning } of warnings) say(`warning: ${file} ${describeWarning(warning)}`);
    for (const line of ceilings) say(line);
    say("not looked at:");
    for (const what of notChecked) say(`  ${what}`);
    return problems.length > 0 ? 1 : 0;
  },
};

/** What is wrong with what the files of a project say of these clients, and with its catalogues; and what was not looked at, by lines. */
export async function checkFiles(root: string, clients: string[]) {
  const declarations = await readDeclarations(root, { clients, here: true });
  // Of those that are checked themselves it is their own mistake, which is told with them.
  const [only = "", ...more] = clients;
  const all = passOverBroken(root, more.length > 0 ? "each of these clients" : only);
  const broken = all.filter(({ client }) => !clients.includes(client));
  const standings = await standingsOf(root, declarations);
  return {
    problems: allProblems(declarations, standings, catalogueProblems(root)),
    warnings: [
      ...broken.map(({ warning }) => warning),
      ...standings.flatMap(({ file, warnings }) => warnings.map((warning) => ({ file, ...warning }))),
    ],
    ceilings: standings.flatMap(({ client, ceiling }) =>
      ceiling && ceiling.exceeds.length === 0 ? [`${client}: ${describeWithin(ceiling)}`] : [],
    ),
    unseen: declarations.flatMap(({ file, unseen }) => unseen.map((what) => `${file}: ${what}`)),
  };
}

/** What of a preview needs more than files. */
const NOT_CHECKED = [
  "the engine: whether there is one, what it offers (GPU, limits), ports and networks that others have",
  "directories and files of this machine: workspaces, mounts, masks, dotfiles, logins, ca",
  "secrets: whether their sources are there",
];

interface ClientStanding extends Standing {
  client: string;
  file: string;
}

/** How clients stand to the organisation's guardrails and ceiling. */
async function standingsOf(root: string, declarations: readonly Declaration[]): Promise<ClientStanding[]> {
  const found: ClientStanding[] = [];
  for (const { client, file, declared, tell } of declarations) {
    if (!declared) continue;
    const writable = writableDirectories(client, declared.spec, root);
    const standing = await standingOfDeclared(root, declared, othersOf(client), writable);
    found.push({ client, file, ...standing, problems: [...tell(standing.problems)] });
  }
  return found;

  function othersOf(client: string): Other[] {
    // Where all are checked they have been read: fifty stack files would be parsed fifty times.
    const read = new Map(declarations.map((one) => [one.client, one]));
    if (!stackFiles(root).every((stack) => read.has(stack.client))) return readOthers(root, client);
    return declarations
      .filter((one) => one.client !== client)
      .map((one) => ({ client: one.client, spec: one.declared?.spec, unread: one.problems }));
  }
}

/** What is wrong with all clients and the catalogues, each mistake once: a broken file of a catalogue is found with every client that names it. */
function allProblems(
  declarations: readonly Declaration[],
  standings: readonly ClientStanding[],
  ofCatalogues: readonly Problem[],
): (Problem & { file: string })[] {
  const all = [
    ...[...declarations, ...standings].flatMap(({ file, problems }) =>
      problems.map((problem) => ({ file, ...problem })),
    ),
    ...ofCatalogues.map((problem) => ({ file: "", ...problem })),
  ];
  return [
    ...new Map(all.map((problem) => [JSON.stringify([problem.file, problem.path, problem.message]), problem])).values(),
  ];
}
