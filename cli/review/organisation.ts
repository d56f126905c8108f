import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GUARDRAILS, readOrganisation } from "../../host/organisation.ts";
import type { Change } from "../../plan/review/compare.ts";
import type { Place, ReviewedClient } from "../../plan/review/document.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { reviewClient, type Side, whyNot } from "../../plan/review/review-client.ts";
import type { Organisation } from "../../plan/rules/organisation.ts";
import { organisationSides, organisationTopics } from "../../plan/rules/organisation-facts.ts";
import { cataloguesOf } from "../../setup/places.ts";
import { keyLines } from "../../stack-file/key-line.ts";
import { approvedChange, newApprovals } from "./approved.ts";
import { reviewed } from "./reviewed.ts";

/** An organisation's files, or why they cannot be read, a line each. */
export type Rules = ({ organisation: Organisation } | { why: string[] }) & { places: (change: Change) => Place[] };

/** The organisation's files as they are for any client. @param root a folder with the project's files */
export async function rulesIn(root: string): Promise<Rules> {
  // Revisions of before there were any have none; a working tree without them is told by all that judges it.
  const places = placesIn(root);
  if (!cataloguesOf(root).some((place) => existsSync(join(place, GUARDRAILS))))
    return { organisation: { rules: [], require: "none", approvals: [] }, places };
  const { organisation, problems } = await readOrganisation(root, ANY, []);
  return { ...(problems.length > 0 ? { why: whyNot(GUARDRAILS, problems) } : { organisation }), places };
}

/** The line that says so, of the file that has this kind of fact: read now, for a revision's folder is there no longer than it is looked at. */
function placesIn(root: string): (change: Change) => Place[] {
  const texts = new Map<string, string>();
  const folder = join(root, GUARDRAILS);
  for (const name of existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".yaml")) : [])
    texts.set(name, readFileSync(join(folder, name), "utf8"));
  return ({ topic, about, key, from, to }) => {
    const name = `${topic === "guardrails" ? about : topic === "approvals" ? topic : "ceiling"}.yaml`;
    const text = texts.get(name);
    const line = text === undefined || key === undefined ? undefined : keyLines(text)(key, [about, to ?? from ?? ""]);
    return line === undefined ? [] : [{ file: `${GUARDRAILS}/${name}`, line }];
  };
}

/** Where the ceiling has {client}: a name that a client may have, and that no file has. */
const ANY = `c${randomBytes(12).toString("hex")}`;

/** What stands for a client's name, said as the ceiling says it. */
function forAnyClient(facts: readonly PostureFact[]): PostureFact[] {
  const said = (text: string) => text.replaceAll(ANY, "{client}");
  return facts.map((fact) => ({ ...fact, about: said(fact.about), says: said(fact.says) }));
}

/** Whether a change that gives more needs an approval. Where nobody can say, it does. */
export function asksApproval(rules: Rules): boolean {
  return !("organisation" in rules) || rules.organisation.require !== "none";
}

/** What changes of the guardrails and the ceiling between two revisions: a guardrail that goes lets every client be more, also where none of them is more yet. */
export function reviewRules(before: Rules, after: Rules): ReviewedClient {
  const of = (facts: Side["facts"], rules: Rules): Side => ({
    ...{ why: "why" in rules ? rules.why : [], unseen: [], encrypted: [] },
    ...("organisation" in rules && facts && { facts }),
  });
  const both = "organisation" in before && "organisation" in after;
  const [was, is] = both ? organisationSides(before.organisation, after.organisation) : [[], []];
  const sides = [forAnyClient(was), forAnyClient(is)] as const;
  const compared = reviewClient(GUARDRAILS, of(sides[0], before), of(sides[1], after), organisationTopics);
  const approvals = "organisation" in after ? after.organisation.approvals : [];
  const asked = asksApproval(before) || asksApproval(after);
  return reviewed(GUARDRAILS, GUARDRAILS, compared, {
    notes: newApprovals("organisation" in before ? before.organisation.approvals : [], approvals),
    origins: (change) =>
      change.to !== undefined
        ? after.places(change)
        : before.places(change).map((place) => ({ ...place, before: true as const })),
    ...(both && { approval: approvedChange({ client: GUARDRAILS, approvals, asked }, sides, organisationTopics) }),
  });
}
