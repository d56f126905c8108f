import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../stack-file/user-error.ts";
import { type Command, ROOT } from "./command.ts";
import { sshFolder } from "./ssh/keys.ts";
import { goIn, openDoor, readWords } from "./ways/way-in.ts";

export const command: Command = {
  usage: "ssh-proxy CLIENT",
  help: `Carries one connection of ssh into a client's sandbox, on stdin and stdout. ssh calls it; \`agentbox ssh-config\` writes that.`,

  async run(args) {
    const words = readWords(args, command.usage);
    const { client, named, after, start } = words;
    if (named.length > 0 || after || start) throw new UserError(2, `one client: agentbox ${command.usage}`);
    const { engine } = await openDoor(words);
    if (!existsSync(join(sshFolder(ROOT), client, "host")))
      throw new UserError(
        2,
        `there are no keys for ${client} in this checkout; make them: agentbox ssh-config ${client}`,
      );
    return goIn(engine, "ssh-proxy", client, []);
  },
};
