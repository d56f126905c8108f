import { UserError } from "../stack-file/user-error.ts";
import type { Command } from "./command.ts";
import { goIn, openDoor, readWords, START_HELP } from "./ways/way-in.ts";

export const command: Command = {
  usage: "resume CLIENT [AGENT [-- ARGUMENT…]] [--start [--yes]]",
  help: `Goes on with the last session of an agent, by the agent's own words for it. A client with one agent needs none named. What is after -- is handed to
the agent. It ends with the agent's exit code.

${START_HELP}

  agentbox resume acme claude`,

  async run(args) {
    const words = readWords(args, command.usage);
    const [named, ...more] = words.named;
    if (more.length > 0)
      throw new UserError(2, `one agent, and what it is handed after \`--\`: agentbox ${command.usage}`);
    const { engine, door } = await openDoor(words);
    return goIn(engine, "resume", words.client, [
      named ?? theOne(words.client, door.agents),
      "--",
      ...(words.after ?? []),
    ]);
  },
};

/** The agent that is meant where none is named. @throws UserError 2 when there are several */
export function theOne(client: string, agents: readonly string[]): string {
  // A shell has no sessions of its own.
  const coders = agents.filter((agent) => agent !== "shell");
  const [one, ...others] = coders.length > 0 ? coders : agents;
  if (one !== undefined && others.length === 0) return one;
  const there =
    agents.length > 0 ? `${client} has ${agents.join(", ")}` : `the image of ${client} does not say which it has`;
  throw new UserError(2, `which agent? ${there}: agentbox resume ${client} AGENT`);
}
