import { type Declaration, readDeclarations } from "../../host/declarations.ts";
import { inProject } from "../../host/in-project.ts";
import { atRevision, changedFiles, type Revision, renamed, uncommitted } from "../../host/revision.ts";
import { declaredTopics } from "../../plan/posture.ts";
import type { ReviewDocument } from "../../plan/review/document.ts";
import { reviewClient } from "../../plan/review/review-client.ts";
import { suggest } from "../../stack-file/problem.ts";
import { UserError } from "../../stack-file/user-error.ts";
import { approvedChange, newApprovals } from "./approved.ts";
import type { Asked } from "./asked.ts";
import { endedGrants } from "./ended-grants.ts";
import { asksApproval, reviewRules, rulesIn } from "./organisation.ts";
import { describeProgram } from "./program.ts";
import { reviewDocument, reviewed } from "./reviewed.ts";
import { declaredSide, writtenIn } from "./sides.ts";
import { addTraffic } from "./traffic.ts";
import { describeUpgrade } from "./upgrade.ts";

/** Folders whose files say what clients declare. */
const FOLDERS = ["stacks", "policies", "images"];

/** Reviews what a revision declares against another, or against the working tree. @param since adds traffic from then on */
export async function reviewRevisions(
  root: string,
  { from, to, clients: named, notes: given }: Asked & { from: Revision },
  since: number | undefined,
): Promise<ReviewDocument> {
  const [changed, names, files] = await Promise.all([
    uncommitted(root, FOLDERS),
    renamed(root, from, to),
    changedFiles(root, from, to),
  ]);
  const notes = [...given, ...describeUncommitted(changed, to)];
  const of = named.length > 0 ? { clients: named } : {};
  return atRevision(root, from, async (before) => {
    const [old, rulesBefore] = await Promise.all([readDeclarations(before, { ...of, here: false }), rulesIn(before)]);
    const compareWith = async (after: string) => {
      const [now, rules] = await Promise.all([readDeclarations(after, { ...of, here: false }), rulesIn(after)]);
      mustKnow(named, [...old, ...now]);
      const clients = [...new Set([...old, ...now].map(({ client }) => client))].sort();
      const all = clients.map((client) => {
        const [was, is] = [old, now].map((side) => side.find((one) => one.client === client));
        const compared = reviewClient(client, was && declaredSide(was), is && declaredSide(is), declaredTopics);
        const outside = [...new Set([was, is].flatMap(filesOutside))];
        return reviewed(client, `stacks/Pulumi.${client}.yaml`, compared, {
          before: was && writtenIn(before, was),
          after: is && writtenIn(after, is),
          ...(is?.declared &&
            is.facts &&
            (!was || was.facts) && {
              approval: approvedChange(
                { client, approvals: is.declared.spec.approvals, asked: asksApproval(rules) },
                [was?.facts ?? [], is.facts],
                declaredTopics,
              ),
            }),
          notes: [
            ...newApprovals(was?.declared?.spec.approvals, is?.declared?.spec.approvals),
            ...endedGrants(is?.declared, was?.facts ?? []),
            ...names.flatMap(([a, b]) => describeRename(a, b, client)),
            ...outside.map((file) => `${file} is outside of the project: its lines are those of today on both sides`),
          ],
        });
      });
      const told = [...notes, ...describeUpgrade(before, after), ...describeProgram(after, files)];
      const document = {
        ...reviewDocument(from.name, to?.name ?? "the working tree", told, all),
        organisation: reviewRules(rulesBefore, rules),
      };
      return since === undefined ? document : addTraffic(document, now, since);
    };
    return to ? atRevision(root, to, compareWith) : compareWith(root);
  });
}

function describeUncommitted(files: readonly string[], to: Revision | undefined): string[] {
  if (files.length === 0) return [];
  const few = `${files.slice(0, 5).join(", ")}${files.length > 5 ? ` and ${files.length - 5} more` : ""}`;
  return to
    ? [`the working tree has uncommitted changes, which are in neither revision: ${few}`]
    : [`the working tree has uncommitted changes, which are in this review: ${few}`];
}

function describeRename(from: string, to: string, client: string): string[] {
  const [before, after] = [from, to].map((file) => /^stacks\/Pulumi\.(.+)\.yaml$/.exec(file)?.[1]);
  if (!before || !after) return [];
  if (client === before) return [`its file is ${to} now: that is another client, ${after}, with a sandbox of its own`];
  if (client === after)
    return [
      `its file was ${from}: ${before} is another client, and nothing of its sandbox (volumes, logins, audit) comes along`,
    ];
  return [];
}

/** Policy files that no revision has. */
function filesOutside(declaration: Declaration | undefined): string[] {
  const { declared, absent = [] } = declaration ?? {};
  return declared?.spec.egress.from.filter((file) => !inProject(file) && !absent.includes(file)) ?? [];
}

function mustKnow(named: readonly string[], declarations: readonly Declaration[]): void {
  const known = declarations.map(({ client }) => client);
  const unknown = named.find((client) => !known.includes(client));
  if (unknown !== undefined)
    throw new UserError(
      2,
      `there is no stacks/Pulumi.${unknown}.yaml on either side.${suggest(unknown, known)} Two revisions are written as one word, A..B`,
    );
}
