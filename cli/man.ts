import { parseArgs } from "node:util";
import { sayLines } from "../host/say.ts";
import { type Command, type Commands, EXIT_CODES } from "./command.ts";

/** The command that prints a page for man, of the same texts as `agentbox help`. */
export function manOf(commands: Commands): { command: Command } {
  const command: Command = {
    usage: "man",
    help: `Prints a page for man, of the same texts as \`agentbox help\`.

  agentbox man >~/.local/share/man/man1/agentbox.1
  agentbox man | man -l -`,

    async run(args) {
      parseArgs({ args, options: {} });
      const all = await Promise.all(
        Object.entries(commands).map(async ([name, { summary, load }]) => ({
          name,
          summary,
          ...(await load()).command,
        })),
      );
      sayLines(renderMan(all));
      return 0;
    },
  };
  return { command };
}

/** In the macros that man(7) has. */
export function renderMan(
  commands: readonly (Pick<Command, "usage" | "help"> & { name: string; summary: string })[],
): string {
  return [
    '.TH AGENTBOX 1 "" "agent-sandbox" "User commands"',
    ".SH NAME",
    "agentbox \\- makes sandboxes for coding agents, looks at them, and works in them",
    ".SH SYNOPSIS",
    ".B agentbox",
    "COMMAND ...",
    ".SH COMMANDS",
    ...commands.flatMap(({ usage, summary, help }) => [
      `.SS ${plain(`agentbox ${usage}`)}`,
      plain(summary),
      ".PP",
      ".nf",
      ...help.split("\n").map(plain),
      ".fi",
    ]),
    ".SH EXIT STATUS",
    plain(EXIT_CODES),
    "",
  ].join("\n");
}

/** Text as roff takes it for text: a backslash begins nothing, a dot or a quote at the beginning is no request, and a dash stays one that can be copied. */
function plain(line: string): string {
  return line
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(/^([.'])/, "\\&$1");
}
