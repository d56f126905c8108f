import type { Declaration } from "../../host/declarations.ts";
import { hostPorts } from "../../plan/host-ports.ts";
import type { ReviewDocument } from "../../plan/review/document.ts";
import { judgeTraffic } from "../../plan/review/traffic.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { target } from "../../target/target.ts";
import { ROOT } from "../command.ts";
import { surveyEach } from "../on-engines.ts";

/**
 * Adds what the audit says of the policies that are to be.
 * @param declarations of what is to be
 * @param since milliseconds since 1970
 * @throws UserError 3 where there is no engine
 */
export async function addTraffic(
  document: ReviewDocument,
  declarations: readonly Declaration[],
  since: number,
): Promise<ReviewDocument> {
  const engines = await surveyEach(
    ROOT,
    document.clients.map(({ client }) => client),
  );
  const clients: ReviewDocument["clients"] = [];
  for (const of of document.clients) {
    const { declared, facts } = declarations.find(({ client }) => client === of.client) ?? {};
    const say = (why: string) => clients.push({ ...of, notCompared: [...of.notCompared, `traffic: ${why}`] });
    const survey = engines.find(({ clients }) => clients.includes(of.client))?.survey ?? { unseen: "nobody was asked" };
    if ("unseen" in survey) say(survey.unseen);
    else if (!survey.seen.clients.includes(of.client)) say("nothing on this engine belongs to it");
    else if (!declared?.policy || !facts) say("what its policy is to be is not known");
    else
      try {
        const { lines, broken } = await target.logs.read(survey.seen.engine, of.client);
        if (broken > 0) of.notes.push(`${broken} lines of the audit are cut off, and left out`);
        clients.push({ ...of, traffic: judgeTraffic(lines, declared.policy, hostPorts(declared.spec), since) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        say(error.message);
      }
  }
  return { ...document, clients };
}
