import { join } from "node:path";
import { sayLines } from "../host/say.ts";
import { cataloguesOf } from "../setup/places.ts";
import { shellWord } from "../stack-file/shell-word.ts";
import { UserError } from "../stack-file/user-error.ts";
import { type Command, type Commands, ROOT } from "./command.ts";
import { quoteFish } from "./shells/quote.ts";

/** The command that prints completions of all commands, by what their usage says. */
export function completionsOf(commands: Commands): { command: Command } {
  const command: Command = {
    usage: "completions bash | zsh | fish",
    help: `Prints what completes agentbox in a shell: commands, their words and options, clients of this project and agents.

  bash   agentbox completions bash >~/.local/share/bash-completion/completions/agentbox, which bash-completion reads; without that, source the file in ~/.bashrc
  zsh    echo 'source <(agentbox completions zsh)' >>~/.zshrc, behind compinit
  fish   agentbox completions fish >~/.config/fish/completions/agentbox.fish`,

    async run([shell = "", ...more]) {
      const render = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
      if (!render || more.length > 0)
        throw new UserError(2, `"${[shell, ...more].join(" ")}" is no shell that is known: agentbox ${command.usage}`);
      sayLines(render(await completed(commands), ROOT));
      return 0;
    },
  };
  return { command };
}

/** What comes after one command. */
export interface Completed {
  name: string;
  summary: string;
  /** Words that are written as they are. */
  words: readonly string[];
  options: readonly string[];
  clients: boolean;
  agents: boolean;
  /** Files of this machine besides. */
  files: boolean;
}

async function completed(commands: Commands): Promise<Completed[]> {
  return Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => ({
      ...{ name, summary },
      ...wordsOf((await load()).command, name),
    })),
  );
}

/** What a command's usage and help say that it takes: words in small letters, `--options`, CLIENT and AGENT. */
export function wordsOf(
  { usage, help }: Pick<Command, "usage" | "help">,
  name: string,
): Omit<Completed, "name" | "summary"> {
  const own = usage.replace(/--?[\w-]+( [A-Z][\w:,/-]*| \d\w*)?/g, "");
  return {
    words: [...new Set(own.match(/(?<![\w-])[a-z][a-z-]+(?![\w-])/g) ?? [])].filter((word) => word !== name).sort(),
    // Of a help, what begins a line of it: elsewhere it tells of other programs' options.
    options: [
      ...new Set([
        ...(usage.match(/(?<=^|[\s[(|])--[a-z][a-z-]*/g) ?? []),
        ...(help.match(/(?<=^ {2})--[a-z][a-z-]*/gm) ?? []),
      ]),
    ].sort(),
    clients: /\bCLIENT\b/.test(usage),
    agents: /\bAGENT\b/.test(usage),
    files: /\b(FILE|PATH|FOLDER|DIRECTORY|COMMAND)\b/.test(usage),
  };
}

const SHELLS: Readonly<Record<string, (commands: readonly Completed[], root: string) => string>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
};

/** A file's name is a client's where it looks like one: anybody may put another file there, and a shell would read it. */
const NAMES = `names_in() {
  local folder file name
  for folder; do
    for file in "$folder"/*.yaml; do
      name=\${file##*/} name=\${name#Pulumi.} name=\${name%.yaml}
      case $name in [!a-z]* | *[!a-z0-9-]* | '') ;; *) printf '%s\\n' "$name" ;; esac
    done
  done
}`.replaceAll("names_in", "_agentbox_names");

/** In words that bash 3.2 of macOS has, too. */
function renderBash(commands: readonly Completed[], root: string): string {
  return `# Completes agentbox in bash. Printed by: agentbox completions bash
${NAMES}
_agentbox() {
  local current=\${COMP_WORDS[COMP_CWORD]} words='' first=1
  while [ "$first" -lt "$COMP_CWORD" ] && [ "\${COMP_WORDS[first]}" = --verbose ]; do first=$((first + 1)); done
  if [ "$COMP_CWORD" -eq "$first" ]; then
    words='${commands.map(({ name }) => name).join(" ")} help --version --verbose'
  else
${renderCase(commands, root, "COMP_WORDS[first]")}
  fi
  # Every word is a name of small letters.
  # shellcheck disable=SC2207
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _agentbox agentbox
`;
}

/** Sets \`words\` by the command; options once a dash was typed. */
function renderCase(commands: readonly Completed[], root: string, command: string): string {
  const lines = commands.map(({ name, words, options, clients, agents }) => {
    const names = [
      ...words,
      ...(clients ? [`$(_agentbox_names ${shellWord(`${root}/stacks`)})`] : []),
      ...(agents ? [`$(_agentbox_names ${agentFolders(root).map(shellWord).join(" ")})`] : []),
    ];
    return `      ${name}) if [[ $current == -* ]]; then words="${["--help", "--verbose", ...options].join(" ")}"; else words="${names.join(" ")}"; fi ;;`;
  });
  return `    case \${${command}} in
${lines.join("\n")}
      help) words='${commands.map(({ name }) => name).join(" ")}' ;;
    esac`;
}

function renderZsh(commands: readonly Completed[], root: string): string {
  const described = commands.map(({ name, summary }) => shellWord(`${name}:${summary}`)).join("\n      ");
  return `#compdef agentbox
# Completes agentbox in zsh. Printed by: agentbox completions zsh
${NAMES}
_agentbox() {
  setopt local_options null_glob
  while (( CURRENT > 2 )) && [[ \${words[2]} == --verbose ]]; do shift words; (( CURRENT-- )); done
  local current=\${words[CURRENT]} command=\${words[2]} found=''
  if (( CURRENT == 2 )); then
    local -a commands=(
      ${described}
    )
    _describe command commands
    return
  fi
  () {
    local words=''
${renderCase(commands, root, "command")}
    found=$words
  }
  compadd -- \${=found}
  [[ -n $found ]] || _files
}
compdef _agentbox agentbox
`;
}

/** The names of commands complete the first word; what a command takes, all behind it. fish reads what is behind \`-a\` once more, so folders are variables of a function there. */
function renderFish(commands: readonly Completed[], root: string): string {
  const first = "complete -c agentbox -f -n 'test (count (__agentbox_words)) -eq 1'";
  const lines = commands.flatMap(({ name, summary, words, options, clients, agents, files }) => {
    const only = files ? "" : " -f";
    const behind = `complete -c agentbox -n '__agentbox_command ${name}'`;
    return [
      `${first} -a ${name} -d ${quoteFish(summary)}`,
      ...words.map((word) => `${behind}${only} -a ${word}`),
      ...["--help", "--verbose", ...options].map((option) => `${behind}${only} -l ${option.slice(2)}`),
      ...(clients ? [`${behind}${only} -a '(__agentbox_names clients)'`] : []),
      ...(agents ? [`${behind}${only} -a '(__agentbox_names agents)'`] : []),
    ];
  });
  return `# Completes agentbox in fish. Printed by: agentbox completions fish
function __agentbox_words
  set -l words (commandline -opc)
  while test "$words[2]" = --verbose; set -e words[2]; end
  printf '%s\\n' $words
end
function __agentbox_command
  set -l words (__agentbox_words)
  test (count $words) -gt 1; and test $words[2] = $argv[1]
end
function __agentbox_names
  set -l folders ${quoteFish(`${root}/stacks`)}
  test $argv[1] = agents; and set folders ${agentFolders(root).map(quoteFish).join(" ")}
  for folder in $folders
    string replace -rf '(?s)^.*/(?:Pulumi\\.)?([a-z][a-z0-9-]*)\\.yaml$' '$1' $folder/*.yaml
  end
end
${lines.join("\n")}
${first} -a 'help --version --verbose'
complete -c agentbox -f -n '__agentbox_command help' -a '${commands.map(({ name }) => name).join(" ")}'
`;
}

/** A project's own agents stand beside the package's. */
function agentFolders(root: string): string[] {
  return cataloguesOf(root).map((place) => join(place, "images/agents"));
}
