import { type Declaration, readDeclarations } from "../../host/declarations.ts";
import { asKnownTo } from "../../plan/deployed.ts";
import { declaredTopics } from "../../plan/posture.ts";
import type { ReviewDocument, ReviewedClient } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { reviewClient, type Side } from "../../plan/review/review-client.ts";
import { inSameTerms } from "../../plan/review/terms.ts";
import { knownClients } from "../client.ts";
import { lookAtOutputs, NEVER_UP, stacksThere } from "../stack-outputs.ts";
import { approvalOf } from "./approved.ts";
import type { Asked } from "./asked.ts";
import { endedGrants } from "./ended-grants.ts";
import { asksApproval, rulesIn } from "./organisation.ts";
import { reviewDocument, reviewed } from "./reviewed.ts";
import { placedSide, type Unknown, writtenIn } from "./sides.ts";
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

function reviewPlaced(
  root: string,
  declaration: Declaration,
  look: Awaited<ReturnType<typeof lookAtOutputs>>,
  asked: boolean,
): ReviewedClient {
  const { client, file } = declaration;
  const { side, unknown } = placedSide(declaration, root);
  const after = writtenIn(root, declaration);
  if (!("seen" in look))
    return reviewed(
      client,
      file,
      reviewClient(
        client,
        { ...NOTHING, why: [`what the last up left could not be seen: ${look.unseen}`] },
        side,
        declaredTopics,
      ),
      { after },
    );
  const { seen } = look;
  if (seen === undefined || ("unread" in seen && seen.unread === NEVER_UP))
    return reviewed(client, file, reviewClient(client, undefined, side, declaredTopics), {
      after,
      notes: endedGrants(declaration.declared, []),
      ...(declaration.declared && { approval: approvalOf([], declaration.declared, asked) }),
    });
  if ("unread" in seen)
    return reviewed(
      client,
      file,
      reviewClient(
        client,
        { ...NOTHING, why: [`what the last up left cannot be read: ${seen.unread}`] },
        side,
        declaredTopics,
      ),
      { after },
    );
  const {
    before,
    after: now,
    left,
  } = inSameTerms(seen.facts, side.facts ?? [], declaredTopics, [
    ...unknown,
    ...absentLines(seen.facts, declaration.absent),
    ...asKnownTo(seen, side.facts ?? []).fresh.map((topic) => ({
      topic,
      why: `${topic}, of which the program of the last up knew nothing`,
    })),
  ]);
  const compared = reviewClient(
    client,
    { ...NOTHING, facts: before, unseen: left },
    { ...side, ...(side.facts && { facts: now }) },
    declaredTopics,
  );
  const approval =
    declaration.declared && seen.declared ? approvalOf(seen.declared, declaration.declared, asked) : undefined;
  const notes = endedGrants(declaration.declared, seen.facts);
  return reviewed(client, file, compared, { after, notes, ...(approval && { approval }) });
}

/** Names that a policy file opened which is not here: whether it still does is not known. */
function absentLines(deployed: readonly PostureFact[], files: readonly string[]): Unknown[] {
  return deployed.flatMap(({ topic, about, says }) => {
    const file = topic === "egress" && files.find((one) => says.includes(`file ${one}`));
    return file ? [{ topic, about, why: `lines of ${file}, which is not on this machine` }] : [];
  });
}

/** Does as many at once as that, and keeps the order. */
async function inTurns<Item, Done>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  let next = 0;
  const turn = async () => {
    for (let at = next++; at < items.length; at = next++) done[at] = await work(items[at] as Item);
  };
  await Promise.all(Array.from({ length: most }, turn));
  return done;
}
