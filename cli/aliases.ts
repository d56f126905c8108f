import { basename, isAbsolute, join } from "node:path";
import { parseArgs } from "node:util";
import { flawless, readDeclarations } from "../host/declarations.ts";
import { isProgram } from "../host/is-program.ts";
import { complain, say } from "../host/say.ts";
import { packageOf } from "../setup/places.ts";
import { quoted } from "../stack-file/quoted.ts";
import { UserError } from "../stack-file/user-error.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { FORMS, type Form, planAliases, renderAliases, SHELLS, type Shell } from "./shells/aliases.ts";

export const command: Command = {
  usage: "aliases [CLIENT…] [--shell bash|zsh|fish] [--form wrappers|aliases|both]",
  help: `Prints lines for your shell's settings: \`acme-claude\` starts claude in acme's sandbox, for each agent of these clients, or of all of the project. Nothing is written: read
the lines, then put them where your shell reads them. A client that comes later has a word when this is run again.

  --shell   for which shell; default: what SHELL names
  --form    wrappers: functions, and what is typed behind one is the agent's (acme-claude --resume); the default. aliases: what is typed behind one is
            agentbox's (acme-claude --start), in fish an abbreviation. both: the functions for scripts, the aliases where they are typed

A name that is no word of a shell, that two agents would have, or that would cover a program on PATH or of this product is refused and told; exit code 1 then.

  agentbox aliases --shell zsh >>~/.zshrc
  agentbox aliases acme --form aliases`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { shell: { type: "string" }, form: { type: "string", default: "wrappers" } },
    });
    const shell = oneOf("--shell", values.shell ?? basename(process.env.SHELL ?? "bash"), SHELLS) as Shell;
    const form = oneOf("--form", values.form, FORMS) as Form;
    const declarations = await readDeclarations(ROOT, { clients: knownClients(ROOT, positionals), here: true });
    const { aliases, refused } = planAliases(
      declarations.map(({ client, declared }) => ({ client, agents: declared?.agents.map(({ name }) => name) ?? [] })),
      programOf,
    );
    for (const line of renderAliases(aliases, shell, form, join(packageOf(ROOT), "bin/agentbox"))) say(line);
    const wrong = declarations.filter((one) => flawless(one) === undefined);
    for (const { client } of wrong)
      complain(`agentbox: ${client} may lack words, for its files have mistakes: \`agentbox check ${client}\``);
    for (const why of refused) complain(`agentbox: refused: ${why}`);
    return refused.length + wrong.length === 0 ? 0 : 1;
  },
};

function oneOf(option: string, said: string, allowed: readonly string[]): string {
  if (allowed.includes(said)) return said;
  throw new UserError(2, `${option} ${quoted(said)} is none of ${allowed.join(", ")}`);
}

/** Where a program of this name is: this product's, or one on PATH. */
function programOf(name: string): string | undefined {
  const folders = [
    join(packageOf(ROOT), "bin"),
    join(ROOT, ".cache/bin"),
    ...(process.env.PATH ?? "").split(":").filter(isAbsolute),
  ];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}
