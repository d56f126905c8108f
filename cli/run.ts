import { UserError } from "../stack-file/user-error.ts";
import type { Command } from "./command.ts";
import { goIn, openDoor, readWords, START_HELP } from "./ways/way-in.ts";

export const command: Command = {
  usage: "run CLIENT [--start [--yes]] -- COMMAND [ARGUMENT…]",
  help: `Runs a command in a client's sandbox, in /workspace, without a terminal: stdin, stdout and stderr are the command's, and so is the exit code (126
or 127: it cannot be run, or is not there). What is interrupted here may go on in there, as with the engine's own exec. It has the variables of every shell
(\`environment\`, and secrets with \`export: true\`), and no agent's key.

${START_HELP}

  agentbox run acme -- npm test`,

  async run(args) {
    const words = readWords(args, command.usage);
    const { client, named, after = [] } = words;
    if (named.length > 0 || after.length === 0)
      throw new UserError(2, `a command comes after \`--\`: agentbox ${command.usage}`);
    const { engine } = await openDoor(words);
    return goIn(engine, "run", client, ["--", ...after]);
  },
};
