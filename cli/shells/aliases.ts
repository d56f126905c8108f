import { shellWord } from "../../stack-file/shell-word.ts";
import { quoteFish } from "./quote.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export const FORMS = ["wrappers", "aliases", "both"] as const;
export type Shell = (typeof SHELLS)[number];
export type Form = (typeof FORMS)[number];

/** A word of a shell, and the agent of the client that it starts. */
export interface Alias {
  name: string;
  client: string;
  agent: string;
}

/**
 * Names each client's agents for a shell: `acme-claude`. A name that a shell would read as something else, that two agents would have, or that is a program's already is refused, with the reason.
 * @param programs what such a name would cover: where a program of that name is, or nothing
 */
export function planAliases(
  entries: readonly { client: string; agents: readonly string[] }[],
  programs: (name: string) => string | undefined,
): { aliases: Alias[]; refused: string[] } {
  const all = entries
    .flatMap(({ client, agents }) => agents.map((agent) => ({ name: `${client}-${agent}`, client, agent })))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const aliases: Alias[] = [];
  const refused: string[] = [];
  for (const alias of all) {
    const { name, client, agent } = alias;
    const same = all.filter((other) => other.name === name);
    const program = programs(name);
    if (!/^[a-z][a-z0-9-]*$/.test(name)) refused.push(`${JSON.stringify(name)} is no word of a shell`);
    else if (same.length > 1)
      refused.push(`${name} would be ${agent} of ${client}, and another client's agent as well`);
    else if (program !== undefined) refused.push(`${name} would cover ${program}`);
    else aliases.push(alias);
  }
  return { aliases, refused };
}

/**
 * Lines for a shell's settings. A wrapper is a function: what is behind it is the agent's. An alias is read where it is typed, so what is behind it is agentbox's: `--start`, or `--` and the agent's.
 * @param program path of agentbox, so that nothing has to be on PATH
 */
export function renderAliases(aliases: readonly Alias[], shell: Shell, form: Form, program: string): string[] {
  const wrappers = form === "aliases" ? [] : aliases.map((alias) => RENDER[shell].wrapper(alias, program));
  return [...wrappers, ...(form === "wrappers" ? [] : aliases.map((alias) => RENDER[shell].alias(alias, program)))];
}

const POSIX = {
  // With the word `function` an alias of the same name, of a file that is read a second time, is not put in its place.
  wrapper: ({ name, client, agent }: Alias, program: string) =>
    `function ${name} { ${shellWord(program)} enter ${client} ${agent} -- "$@"; }`,
  alias: ({ name, client, agent }: Alias, program: string) =>
    `alias ${name}=${shellWord(`${shellWord(program)} enter ${client} ${agent}`)}`,
};

const RENDER: Readonly<Record<Shell, typeof POSIX>> = {
  bash: POSIX,
  zsh: POSIX,
  fish: {
    wrapper: ({ name, client, agent }, program) =>
      `function ${name} --description ${quoteFish(`${agent} of ${client}`)}; ${quoteFish(program)} enter ${client} ${agent} -- $argv; end`,
    // fish's own `alias` makes a function.
    alias: ({ name, client, agent }, program) =>
      `abbr --add ${name} ${quoteFish(`${quoteFish(program)} enter ${client} ${agent}`)}`,
  },
};
