import { topics } from "../../plan/posture.ts";
import { describeNew, describeRow, reviewRows } from "../../plan/review/describe.ts";
import type { Place, ReviewDocument, ReviewedClient, Traffic } from "../../plan/review/document.ts";

/** A review for a person, a line each. Clients of which nothing changes are one line. */
export function describeDocument(document: ReviewDocument): string[] {
  const { from, to, notes, clients } = document;
  const told = clients.filter(({ state }) => state !== "same");
  const same = clients.filter(({ state }) => state === "same");
  return [
    `${from} → ${to}`,
    ...notes,
    ...told.flatMap((client) => ["", ...describeClient(client)]),
    ...same.flatMap((client) => (client.traffic || client.notes.length > 0 ? ["", ...describeClient(client)] : [])),
    "",
    ...(same.length > 0 ? [`the same: ${fewNames(same.map(({ client }) => client))}`] : []),
    summary(clients),
    ...notCompared(clients),
  ];
}

function describeClient(client: ReviewedClient): string[] {
  const { changes, facts, state, notes, traffic } = client;
  return [
    `${client.client}${STATE[state]}`,
    ...notes.map((note) => `  ${note}`),
    ...(facts
      ? describeNew(facts, topics).map((line) => `  ${line}`)
      : reviewRows(changes, topics).map((row) => `  ${describeRow(row)}${places(row.changes[0]?.origin ?? [])}`)),
    ...(client.approval ? [`  ${describeChangeId(client.approval)}`] : []),
    ...(traffic ? describeTraffic(traffic).map((line) => `  traffic  ${line}`) : []),
  ];
}

/** Who has approved it, or what an approval has to name. */
export function describeChangeId({ change, approved }: NonNullable<ReviewedClient["approval"]>): string {
  return approved ?? `not approved: an approval of it names change ${change}`;
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
export function describeTraffic({ since, reaches, untold, refused, unused }: Traffic): string[] {
  const count = refused.reduce((sum, one) => sum + one.count, 0);
  const time = `since ${day(reaches ?? since)}`;
  return [
    count === 0
      ? `nothing that was let through ${time} would be refused`
      : `would refuse ${count} connection${count === 1 ? "" : "s"} that ${count === 1 ? "was" : "were"} let through ${time}: ${fewNames(refused.map(({ name, count }) => `${name} (${count})`))}`,
    ...(unused.length === 0 ? [] : [`not used ${time}: ${fewNames(unused)}`]),
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

export function summary(clients: readonly ReviewedClient[]): string {
  const count = (what: (client: ReviewedClient) => boolean, text: string) => {
    const number = clients.filter(what).length;
    return number === 0 ? [] : [`${number} ${text}`];
  };
  return `${clients.length === 1 ? "1 client" : `${clients.length} clients`}: ${
    [
      ...count(({ unapproved }) => unapproved > 0, "with something wider that nobody has approved"),
      ...count(({ state }) => state === "unsaid", "of which it cannot be said"),
      ...count(
        ({ state, unapproved }) => state !== "same" && state !== "unsaid" && unapproved === 0,
        "changed without getting wider",
      ),
      ...count(({ state }) => state === "same", "the same"),
    ].join(", ") || "none"
  }`;
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
