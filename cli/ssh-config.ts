import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../host/say.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { sshName } from "./ssh/include.ts";
import { includeLine, makeKeys, writeInclude } from "./ssh/keys.ts";

export const command: Command = {
  usage: "ssh-config [CLIENT…]",
  help: `Makes keys for ssh to these clients' sandboxes, or to all of the project, and writes the settings to include: then \`ssh CLIENT.sandbox\`, scp, sftp, rsync and
the editors that work by ssh go in, through the engine's own exec. No port is opened, nothing listens, the stack file says nothing of it. A session may forward ports
of the sandbox itself to this machine (-L), and nothing else, in no direction. Keys are this checkout's, for this user alone; a destroy removes them.

  agentbox ssh-config acme`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    for (const client of knownClients(ROOT, positionals)) {
      const fresh = await makeKeys(ROOT, client);
      say(`ssh ${sshName(client)}${fresh ? "  (its keys are new)" : ""}`);
    }
    writeInclude(ROOT);
    const line = includeLine(ROOT);
    if (!includes(line)) {
      say("The first line of ~/.ssh/config has to be this one, before any Host:");
      say(`  ${line}`);
    }
    return 0;
  },
};

/** Whether the person's own settings begin with it: after a `Host` it would be of that host alone. */
function includes(line: string): boolean {
  const file = join(homedir(), ".ssh/config");
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, "utf8").split("\n");
  const first = lines.findIndex((one) => /^\s*(host|match)\b/i.test(one));
  return lines.slice(0, first < 0 ? undefined : first).some((one) => one.trim() === line);
}
