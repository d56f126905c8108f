import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describeUnused } from "../host/engine-of.ts";
import { complain, say, sayLines } from "../host/say.ts";
import { readOwnStackFile } from "../stack-file/look/stack-files.ts";
import { quoted } from "../stack-file/quoted.ts";
import { StackFileError } from "../stack-file/stack-file-error.ts";
import { UserError } from "../stack-file/user-error.ts";
import { count } from "../target/ownership.ts";
import type { InIt } from "../target/sessions.ts";
import { target } from "../target/target.ts";
import { belongingsOf, confirmed } from "./belongings.ts";
import { noSuchClient } from "./client.ts";
import { type Command, ROOT } from "./command.ts";
import { Interrupts } from "./interrupts.ts";
import { refuseMadeElsewhere, refuseProtected, refuseProtectedByState } from "./protection.ts";
import { destroyStack } from "./pulumi/destroy.ts";
import { engineLivedOn, mayHaveStack, stateResources } from "./pulumi/state.ts";
import { tellSteps, whyFailed } from "./pulumi/told.ts";

export const command: Command = {
  usage: "destroy CLIENT [--yes] [--raw]",
  help: `Removes all of a client from the engine, with all that is in its volumes, and proves it: at the end stands what there was and what became of each, by asking the engine. Its
workspace and its stack file stay. Pulumi does it, and its command is shown; where the client has no stack, what carries its label goes. A client with \`protect: true\` is refused, and one that another checkout
made, with that one's folder and the ways.
\`agentbox export CLIENT\` keeps its audit and history before.

  --yes       does not ask
  --raw       shows all that pulumi prints, as it prints it

Exit codes: 0 all of it is gone; 1 something is left, or nothing was done; 2 bad usage; 3 there is no engine.

  agentbox destroy acme`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { yes: { type: "boolean", default: false }, raw: { type: "boolean", default: false } },
    });
    const [client, ...more] = positionals;
    if (client === undefined || more.length > 0) throw new UserError(2, `one client: agentbox ${command.usage}`);
    if (!/^[a-z][a-z0-9-]*$/.test(client)) throw new UserError(2, `${quoted(client)} is not a client's name`);
    refuseProtected(ROOT, client);
    refuseUnreadable(client);
    const resources = await stateResources(ROOT, client);
    refuseProtectedByState(client, resources);
    const address = engineLivedOn(ROOT, client, resources);
    const unused = describeUnused(client, address);
    if (unused) complain(`agentbox: ${unused}`);
    const { engine, clients, things } = await belongingsOf(client, address);
    const placed = "seen" in resources && resources.seen.length > 0;
    refuseMadeElsewhere(client, things, "destroy", !placed);
    if (things.length === 0 && !placed && !isDeclared(client) && !(await mayHaveStack(ROOT, client)))
      throw noSuchClient(client, clients);
    const { sessions, unseen } = things.length > 0 ? await target.runState.sessions(engine, client, "agent") : NOBODY;
    const within = [
      ...(sessions.length > 0 ? [`; in it: ${sessions.join(", ")}`] : []),
      ...(unseen.length > 0 ? [`; nobody could look who is in it: ${unseen.join("; ")}`] : []),
    ].join("");
    const what =
      things.length > 0 ? `${count(things)}, with all that is in the volumes${within}` : "the engine has nothing of it";
    if (!(await confirmed(`Destroy ${client} (${what})?`, values.yes))) {
      say("nothing was changed");
      return 1;
    }
    return destroy(client, values.raw);
  },
};

function isDeclared(client: string): boolean {
  return existsSync(join(ROOT, `stacks/Pulumi.${client}.yaml`));
}

/** Pulumi reads a client's file before it destroys anything, and answers in words of its own where that is no YAML. @throws UserError */
function refuseUnreadable(client: string): void {
  try {
    readOwnStackFile(ROOT, client);
  } catch (error) {
    if (!(error instanceof StackFileError)) throw error;
    throw new UserError(
      2,
      `${client} was not destroyed, for Pulumi reads its file first: ${error.file} ${error.why}; or remove what the engine has of it without its stack: agentbox wipe ${client}`,
    );
  }
}

const NOBODY: InIt = { sessions: [], unseen: [] };

async function destroy(client: string, raw: boolean): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-destroy-"));
  const interrupts = new Interrupts();
  // What there was of the client, and what became of it: bin/pulumi asks the engine once pulumi has ended. Of one without a stack it is all.
  const proof = join(folder, "proof");
  say(`$ pulumi destroy --stack ${client}`);
  try {
    const { end, steps } = await tellSteps(client, { folder, raw }, (words, shown) => {
      const env = { ...shown.env, AGENT_SANDBOX_PROOF: proof };
      return destroyStack(client, words, { ...shown, env, interrupts });
    });
    // Nothing is in it where the question to the engine was refused.
    const proven = existsSync(proof) ? readFileSync(proof, "utf8").trimEnd() : "";
    if (proven) sayLines(proven);
    if (end.code === 0) return 0;
    // Of a client that is nobody's, or a word that is none, nothing was begun.
    if (end.code !== 2) say(`${client}: the destroy did not come to its end; run it again`);
    for (const line of whyFailed(end, steps)) say(line);
    return end.code === 2 ? 2 : 1;
  } finally {
    interrupts.done();
    rmSync(folder, { recursive: true, force: true });
  }
}
