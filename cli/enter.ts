import { UserError } from "../stack-file/user-error.ts";
import type { Command } from "./command.ts";
import { goIn, openDoor, readWords, START_HELP } from "./ways/way-in.ts";

export const command: Command = {
  usage: "enter CLIENT [AGENT [-- ARGUMENT…]] [--start [--yes]]",
  help: `Starts an agent in a client's sandbox, at this terminal, with its own keys and no other agent's; without an agent, a shell. What is after -- is handed
to the agent. It ends with the agent's exit code.

${START_HELP}

  agentbox enter acme
  agentbox enter acme claude -- --resume`,

  async run(args) {
    const words = readWords(args, command.usage);
    const [agent, ...more] = words.named;
    if (more.length > 0)
      throw new UserError(2, `one agent, and what it is handed after \`--\`: agentbox ${command.usage}`);
    if (agent === undefined && words.after)
      throw new UserError(2, `which agent is handed that? agentbox ${command.usage}`);
    const { engine } = await openDoor(words);
    return goIn(engine, "enter", words.client, agent === undefined ? [] : [agent, "--", ...(words.after ?? [])]);
  },
};
