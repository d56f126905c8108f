import { SANDBOX } from "../../gateway/contract.ts";
import { names } from "../../plan/names.ts";
import { isStopped, type Reach, runClient } from "./client.ts";

/** Nothing where the program is not there: a container of an older image is about to be replaced, and one of this image makes its bundle at its start. */
const RENEW = `[ ! -e ${SANDBOX.programs}/prepare-trust ] || exec /usr/bin/timeout --kill-after=1 10 ${SANDBOX.programs}/prepare-trust`;

/**
 * Has a running agent container make its bundle of certificates anew of what was delivered, as the agent's own user: an agent that holds it up keeps itself from what
 * is new, and nobody else. One that does not run makes it at its start.
 * @returns a sentence for the person where it was not done
 */
export async function renewTrust(engine: Reach, client: string): Promise<string | undefined> {
  const said = await runClient(engine, ["exec", names(client).agent, "/bin/bash", "-c", RENEW], { seconds: 20 });
  if (said.ok || isStopped(said)) return undefined;
  return `programs in the sandbox trust the certificates of \`ca\` as of the next \`enter\`: ${said.why}`;
}
