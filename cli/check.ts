import { parseArgs } from "node:util";
import { catalogueProblems } from "../host/catalogues.ts";
import { type Declaration, readDeclarations } from "../host/declarations.ts";
import { say, sayLines } from "../host/say.ts";
import { type CheckDocument, VERSION, writeDocument } from "../plan/review/document.ts";
import { describeProblems, type Problem } from "../stack-file/problem.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";

export const command: Command = {
  usage: "check [CLIENT…] [--json]",
  help: `Judges what the files of this project say: stack files, policies, catalogues of images. It asks no engine and reads no secret, so a
runner of a CI, or an editor, can call it. Everything that is wrong is told at once, and at the end what was not looked at: only
\`pulumi preview\` sees that.

  CLIENT    these clients alone, and the catalogues; default: all that have a file in stacks/
  --json    in the shape of docs/review.schema.json

Exit codes: 0 nothing is wrong, 1 something is, 2 there is no such client.`,

  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
    const clients = knownClients(ROOT, positionals);
    const declarations = await readDeclarations(ROOT, { clients, here: true });
    const problems = allProblems(declarations, catalogueProblems(ROOT));
    const unseen = declarations.flatMap(({ file, unseen }) => unseen.map((what) => `${file}: ${what}`));
    const notChecked = [...NOT_CHECKED, ...unseen];
    if (values.json) {
      const document: CheckDocument = { document: "check", version: VERSION, clients, problems, notChecked };
      sayLines(writeDocument(document));
      return problems.length > 0 ? 1 : 0;
    }
    if (problems.length > 0) sayLines(describeProblems(problems));
    else
      say(
        `${clients.length === 1 ? "1 client" : `${clients.length} clients`}: nothing is wrong with what the files say`,
      );
    say("not looked at:");
    for (const what of notChecked) say(`  ${what}`);
    return problems.length > 0 ? 1 : 0;
  },
};

/** What of a preview needs more than files. */
const NOT_CHECKED = [
  "the engine: whether there is one, what it offers (GPU, limits), ports and networks that others have",
  "directories and files of this machine: workspaces, mounts, masks, dotfiles, logins, ca",
  "secrets: whether their sources are there",
];

/** What is wrong with all clients and the catalogues, each mistake once: a broken file of a catalogue is found with every client that names it. */
function allProblems(declarations: readonly Declaration[], ofCatalogues: readonly Problem[]): Required<Problem>[] {
  const all = [
    ...declarations.flatMap(({ file, problems }) => problems.map((problem) => ({ file, ...problem }))),
    ...ofCatalogues.map((problem) => ({ file: "", ...problem })),
  ];
  return [
    ...new Map(all.map((problem) => [JSON.stringify([problem.file, problem.path, problem.message]), problem])).values(),
  ];
}
