import { type Declaration, readDeclarations } from "../../host/declarations.ts";
import { asKnownTo } from "../../plan/deployed.ts";
import { declaredTopics } from "../../plan/posture.ts";
import type { ReviewDocument, ReviewedClient } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { reviewClient, type Side } from "../../plan/review/review-client.ts";
import { inSameTerms } from "../../plan/review/terms.ts";
import { knownClients } from "../client.ts";
import { inTurns } from "../in-turns.ts";
import { lookAtOutputs, NEVER_UP } from "../pulumi/outputs.ts";
import { stacksThere } from "../pulumi/stacks.ts";
import { approvedChange } from "./approved.ts";
import type { Asked } from "./asked.ts";
import { endedGrants } from "./ended-grants.ts";
import { asksApproval, rulesIn } from "./organisation.ts";
import { reviewDocument, reviewed } from "./reviewed.ts";
import { declaredSide, encryptedFacts, type Unknown, writtenIn } from "./sides.ts";
import { addTraffic } from "./traffic.ts";

/** How many stacks are asked for at once: each is a pulumi of its own, which takes 0.4 s of one processor. */
const AT_ONCE = 4;

/** Reviews what the last `up` of each client left against the working tree. @param since adds traffic from then on */
export async function reviewDeployed(
  root: string,
  { clients: named, notes }: Asked,
  since: number | undefined,
): Promise<ReviewDocument> {
  const clients = knownClients(root, named);
  const [declarations, stacks, rules] = await Promise.all([
    readDeclarations(root, { clients, here: false }),
    stacksThere(root),
    rulesIn(root),
  ]);
  const asked = asksApproval(rules);
  const all = await inTurns(declarations, AT_ONCE, async (declaration) => {
    const { client } = declaration;
    // Without a stack there is nothing to ask for.
    const none = "seen" in stacks && !stacks.seen.includes(client);
    const look = none ? { seen: undefined } : await lookAtOutputs(root, client);
    return reviewPlaced(root, declaration, look, asked);
  });
  const gone = "seen" in stacks && named.length === 0 ? stacks.seen.filter((client) => !clients.includes(client)) : [];
  const document = reviewDocument(
    "what the last up left",
    "the working tree",
    [
      ...notes,
      ...("unseen" in stacks ? [`whether a stack has no file any more could not be seen: ${stacks.unseen}`] : []),
    ],
    [
      ...all,
      ...gone.map((client) =>
        reviewed(client, `stacks/Pulumi.${client}.yaml`, reviewClient(client, NOTHING, undefined, declaredTopics), {}),
      ),
    ].sort((a, b) => (a.client < b.client ? -1 : 1)),
  );
  return since === undefined ? document : addTraffic(document, declarations, since);
}

const NOTHING: Side = { why: [], unseen: [], encrypted: [] };

/** By what the files said that the last `up` was given: what an engine, the workspace and the values make of it is a preview's to compare, and is named. */
function reviewPlaced(
  root: string,
  declaration: Declaration,
  look: Awaited<ReturnType<typeof lookAtOutputs>>,
  asked: boolean,
): ReviewedClient {
  const { client, file, declared } = declaration;
  const side = declaredSide(declaration);
  const after = writtenIn(root, declaration);
  const told = (before: Side | undefined, now: Side, known?: readonly PostureFact[]) =>
    reviewed(client, file, reviewClient(client, before, now, declaredTopics), {
      after,
      notes: endedGrants(declared, known ?? []),
      ...(declared &&
        declaration.facts &&
        known && {
          approval: approvedChange(
            { client, approvals: declared.spec.approvals, asked },
            [known, declaration.facts],
            declaredTopics,
          ),
        }),
    });
  const cannot = (why: string) => told({ ...NOTHING, why: [why] }, side);
  if (!("seen" in look)) return cannot(`what the last up left could not be seen: ${look.unseen}`);
  const { seen } = look;
  if (seen === undefined || ("unread" in seen && seen.unread === NEVER_UP)) return told(undefined, side, []);
  if ("unread" in seen) return cannot(`what the last up left cannot be read: ${seen.unread}`);
  if (!seen.declared) return cannot("what the last up left cannot be read: another version of this program placed it");
  const placed = seen.facts.filter(({ topic }) => !(topic in declaredTopics));
  const terms = inSameTerms([...seen.declared, ...placed], side.facts ?? [], declaredTopics, [
    ...encryptedFacts(declaration),
    ...absentLines(seen.declared, declaration.absent),
    ...asKnownTo(seen, side.facts ?? []).fresh.map((topic) => ({
      topic,
      why: `${topic}, of which the program of the last up knew nothing`,
    })),
  ]);
  // What was encrypted at the last `up` is not in what it left: encryptedFacts names it as not compared.
  const { encrypted } = side;
  return told(
    { ...NOTHING, facts: terms.before, unseen: [...terms.left, ONLY_HERE], encrypted },
    { ...side, ...(side.facts && { facts: terms.after }) },
    seen.declared,
  );
}

const ONLY_HERE =
  "where paths lead on this machine, and whether secrets, logins and files outside of the project were replaced";

/** Names that a policy file opened which is not here: whether it still does is not known. */
function absentLines(deployed: readonly PostureFact[], files: readonly string[]): Unknown[] {
  return deployed.flatMap(({ topic, about, says }) => {
    const file = topic === "egress" && files.find((one) => says.includes(`file ${one}`));
    return file ? [{ topic, about, why: `lines of ${file}, which is not on this machine` }] : [];
  });
}
