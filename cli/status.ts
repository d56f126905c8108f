import { parseArgs } from "node:util";
import { say } from "../host/say.ts";
import { names } from "../plan/names.ts";
import { UserError } from "../stack-file/user-error.ts";
import { knownClients } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { sayJson, VERSION } from "./json.ts";
import { surveyEach } from "./on-engines.ts";
import { describeStatus } from "./status/describe.ts";
import { lookBriefly } from "./status/runs.ts";
import { isAmiss } from "./status/status.ts";

export const command: Command = {
  usage: "status [CLIENT… | --all] [--brief] [--json]",
  help: `Shows whether these clients run, or all of the project, and since when, how their agents are logged in, and until when their keys, tokens and secrets
last, where the stack file says that, until when what is granted is open, whether its helpers run, and whether this host reaches other machines (by a VPN, say) where its networks are. A line each: ok; none (no login); unknown (no file of it is known); SOON (it ends in 14 days or less); ENDED; OVER (something of this host is over its networks);
UNSEEN (nobody could look, and nothing is said of it: of each client whose engine does not answer, too).
How an agent is logged in is read from the file that it keeps its login in: the agent writes that, so it is the agent's word. Nothing of the agent's is run, and no
login is shown. Exit code 1 when of an agent and its gateway one runs without the other (NOT WHOLE, as while an \`up\` is at work), something has ended, ends soon, is over its networks, or could not be looked at.

  --brief  whether each runs, and no more: one question to each engine, for lists and prompts
  --all    looks closer at each client that is up: its gateway's health, who is in it, whether the policy of the last \`up\` is in force and of when that was, and how what runs
           differs (DIFFERS); and names clients on the engine without a file in stacks/. It takes seconds for each
  --json   for programs, in the shape of docs/json.schema.json

  agentbox status --brief
  agentbox status --all`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { all: { type: "boolean" }, brief: { type: "boolean" }, json: { type: "boolean" } },
    });
    if (values.all && positionals.length > 0) throw new UserError(2, "name clients, or say --all, not both");
    if (values.all && values.brief)
      throw new UserError(2, "--all looks closer, and --brief does not look: say one of them");
    const clients = knownClients(ROOT, positionals);
    const [engines, look] = await Promise.all([
      surveyEach(ROOT, clients, (of) => ({
        containers: of.flatMap((client) => [names(client).agent, names(client).gateway]),
      })),
      // The modules that judge a stack file take half of the time of a look, and a prompt waits for it.
      values.brief
        ? lookBriefly
        : import("./status/look.ts").then(({ lookBy }) => lookBy(ROOT, clients, values.all ?? false)),
    ]);
    const stands = (await Promise.all(engines.map(look)))
      .flat()
      .sort((a, b) => clients.indexOf(a.client) - clients.indexOf(b.client));
    // Of each engine that was asked: a client that lives on another one is none of these.
    const strays = engines.flatMap(({ clients: own, survey }) =>
      values.all && "seen" in survey
        ? survey.seen.clients.filter((client) => !own.includes(client) && !clients.includes(client))
        : [],
    );
    if (values.json) sayJson("status", { version: VERSION, clients: stands, ...(values.all && { strays }) });
    else {
      for (const line of stands.flatMap(describeStatus)) say(line);
      for (const stray of strays)
        say(
          `${stray} has no file in stacks/, and this engine has something of it, which may be another checkout's: \`agentbox take-over ${stray}\`, or \`agentbox wipe ${stray}\``,
        );
    }
    if (!values.json && stands.length === 0) say("There is no client: no file in stacks/");
    return stands.some(isAmiss) ? 1 : 0;
  },
};
