import { join } from "node:path";
import { parseArgs } from "node:util";
import { engineOf } from "../host/engine-of.ts";
import { say } from "../host/say.ts";
import { UserError } from "../stack-file/user-error.ts";
import { target } from "../target/target.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { writeDevcontainer } from "./devcontainer/files.ts";

export const command: Command = {
  usage: "devcontainer CLIENT",
  help: `Writes a devcontainer.json for a client's sandbox, and says how devcontainer tools go in by it: into the container that runs, as dev, behind the same
walls. Nothing is made, started or changed for it. It is written into this checkout (.state/devcontainer), never into the workspace: what an
agent can write there would run on your side. A destroy removes it.

  agentbox devcontainer acme`,

  async run(args) {
    const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    knownClients(ROOT, [client]);
    const { engine } = await target.survey(engineOf(ROOT, client));
    const folder = writeDevcontainer(ROOT, client, engine);
    say(`${join(folder, ".devcontainer/devcontainer.json")}`);
    say("The devcontainer CLI goes in by it, with the engine that is beside it:");
    say(`  devcontainer exec --workspace-folder '${folder}' --docker-path '${join(folder, "engine")}' COMMAND`);
    return 0;
  },
};
