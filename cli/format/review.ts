import { topics } from "../../plan/posture.ts";
import { isWider } from "../../plan/review/compare.ts";
import { describeRow, describeWhole, reviewRows } from "../../plan/review/describe.ts";
import type { Place, ReviewDocument, ReviewedClient, Traffic } from "../../plan/review/document.ts";

/** A review for a person, a line each. Clients of which nothing changes are one line. */
export function describeDocument(document: ReviewDocument): string[] {
  const { from, to, notes, organisation, clients } = document;
  const told = clients.filter(({ state }) => state !== "same");
  const same = clients.filter(({ state }) => state === "same");
  return [
    `${from} → ${to}`,
    ...notes,
    ...(isTold(organisation) ? ["", ...describeClient(organisation)] : []),
    ...told.flatMap((client) => ["", ...describeClient(client)]),
    ...same.flatMap((client) => (client.traffic || client.notes.length > 0 ? ["", ...describeClient(client)] : [])),
    "",
    ...(same.length > 0 ? [`the same: ${fewNames(same.map(({ client }) => client))}`] : []),
    summary(document),
    ...notCompared(clients),
  ];
}

/** What changes for one client, its name first. */
export function describeClient(client: ReviewedClient): string[] {
  const { changes, facts, state, notes, traffic } = client;
  return [
    `${client.client}${STATE[state]}`,
    ...notes.map((note) => `  ${note}`),
    ...(facts
      ? describeWhole(facts, topics).map((line) => `  ${line}`)
      : reviewRows(changes, topics).map((row) => `  ${describeRow(row)}${places(row.changes[0]?.origin ?? [])}`)),
    ...(client.approval ? [`  ${describeChangeId(client.approval)}`] : []),
    ...(traffic ? describeTraffic(traffic).map((line) => `  traffic  ${line}`) : []),
  ];
}

/** Whether there is something to tell of what all clients may be. */
export function isTold(organisation: ReviewedClient | undefined): organisation is ReviewedClient {
  return organisation !== undefined && (organisation.state !== "same" || organisation.notes.length > 0);
}

/** Who has approved it, or what an approval has to name. */
export function describeChangeId({
  change,
  asked,
  approved,
  refused,
}: NonNullable<ReviewedClient["approval"]>): string {
  if (approved !== undefined) return approved;
  return asked
    ? `not approved, for ${refused}: an approval of it names change ${change}`
    : `no approval is asked for (policies/guardrails/approvals.yaml: require: none); one of it would name change ${change}`;
}

export const STATE: Readonly<Record<ReviewedClient["state"], string>> = {
  same: ": the same",
  changed: "",
  new: ": a new sandbox",
  gone: ": its stack file is gone",
  unsaid: ": what changes cannot be said",
};

function places(origin: readonly Place[]): string {
  return origin.length === 0 ? "" : `  [${origin.map(describePlace).join(", ")}]`;
}

/** `stacks/Pulumi.acme.yaml:6`. */
export function describePlace({ file, line, before }: Place): string {
  return `${file}:${line}${before ? " before" : ""}`;
}

/** What the audit says of the new policy. */
export function describeTraffic({ since, reaches, connections, untold, refused, unused }: Traffic): string[] {
  const count = refused.reduce((sum, one) => sum + one.count, 0);
  const time = `since ${day(reaches ?? since)}`;
  const judged =
    count === 0
      ? `nothing that was let through ${time} would be refused`
      : `would refuse ${count} connection${count === 1 ? "" : "s"} that ${count === 1 ? "was" : "were"} let through ${time}: ${fewNames(refused.map(({ name, count }) => `${name} (${count})`))}`;
  return [
    // Of nothing that was seen nothing is judged, and no name was used.
    ...(connections === 0
      ? [`no connection that was let through ${time} is in the audit: nothing is judged by it`]
      : [judged, ...(unused.length === 0 ? [] : [`not used ${time}: ${fewNames(unused)}`])]),
    ...(reaches === undefined
      ? []
      : [`the audit has no connection before ${reaches.slice(0, 16).replace("T", " ")} UTC`]),
    ...(untold === 0 ? [] : [`${untold} connections were too many to be told singly: of them nothing is known`]),
  ];
}

function day(time: string): string {
  return time.slice(0, 10);
}

/** As many as a person reads. */
export function fewNames(names: readonly string[], most = 12): string {
  return names.length <= most ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${names.length - most} more`;
}

export function summary({ organisation, clients }: Pick<ReviewDocument, "organisation" | "clients">): string {
  const count = (what: (client: ReviewedClient) => boolean, text: string) => {
    const number = clients.filter(what).length;
    return number === 0 ? [] : [`${number} ${text}`];
  };
  const isWide = ({ changes, facts }: ReviewedClient) => facts !== undefined || changes.some(isWider);
  const isChanged = ({ state }: ReviewedClient) => state !== "same" && state !== "unsaid";
  return [
    ...(isTold(organisation) ? [`what the organisation lets clients be ${RULES[rulesEnd(organisation)]}`] : []),
    `${clients.length === 1 ? "1 client" : `${clients.length} clients`}: ${
      [
        ...count(
          (client) => client.unapproved > 0 && client.approval?.asked !== false,
          "with something wider that nobody has approved",
        ),
        ...count(
          (client) => client.unapproved > 0 && client.approval?.asked === false,
          "with something wider, for which no approval is asked",
        ),
        ...count(({ state }) => state === "unsaid", "of which it cannot be said"),
        ...count(
          (client) => isChanged(client) && client.unapproved === 0 && isWide(client),
          "with something wider that is approved",
        ),
        ...count(
          (client) => isChanged(client) && client.unapproved === 0 && !isWide(client),
          "changed without getting wider",
        ),
        ...count(({ state }) => state === "same", "the same"),
      ].join(", ") || "none"
    }`,
  ].join("; ");
}

const RULES = {
  unsaid: "cannot be compared",
  unapproved: "gets wider, and nobody has approved it",
  wider: "gets wider, which is approved",
  narrower: "changes without getting wider",
} as const;

function rulesEnd({ state, changes, unapproved }: ReviewedClient): keyof typeof RULES {
  if (state === "unsaid") return "unsaid";
  if (unapproved > 0) return "unapproved";
  return changes.some(isWider) ? "wider" : "narrower";
}

/** What was not compared: what holds of all is told once. */
export function notCompared(clients: readonly ReviewedClient[]): string[] {
  const by = new Map<string, string[]>();
  for (const { client, notCompared } of clients)
    for (const what of notCompared) by.set(what, [...(by.get(what) ?? []), client]);
  if (by.size === 0) return [];
  const of = (names: readonly string[]) => (names.length === clients.length ? "" : ` (${fewNames(names, 5)})`);
  return [
    "not compared; a preview looks at it where it runs:",
    ...[...by].map(([what, names]) => `  ${what}${of(names)}`),
  ];
}
