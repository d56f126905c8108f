import { WORD } from "../../plan/review/describe.ts";
import { NEW, NOT_COMPARED, UNREAD } from "../../plan/review/tell.ts";
import type { Interrupts } from "../interrupts.ts";
import { stacksIn, stateFiles } from "../pulumi/files.ts";
import { readPreview, savePlan } from "../pulumi/plan.ts";
import { removeStack } from "../pulumi/stacks.ts";

/** What an `up` of a client would do, by its own preview: in the program's words, and as a plan in a file. */
export interface Planned {
  client: string;
  file: string;
  /** What the program says, a text each: what changes, widening first, and warnings after it. */
  words: readonly string[];
  /** Resources by what becomes of them, without those that stay: `{"create": 31}`. */
  operations: Readonly<Record<string, number>>;
  /** What it comes to once it is carried out. */
  becomes: "created" | "changed" | "unchanged";
  /** Why there is no plan, a line each. */
  cannot?: readonly string[];
  /** Whether its preview made a stack for what is planned: one whose plan nobody carries out goes again. */
  madeStack?: boolean;
}

/** Previews one client. @param next with `up` one follows here: what that would refuse is refused, a secret that is not there, say. A reviewer has none of the secrets */
export async function planClient(client: string, file: string, interrupts: Interrupts, next?: "up"): Promise<Planned> {
  const madeStack = !hasStack(client);
  const env = next === "up" ? { env: { AGENT_SANDBOX_BEFORE_UP: "1" } } : {};
  const { code, text, stdout } = await savePlan(client, file, ["--json"], { show: false, interrupts, ...env });
  const preview = readPreview(stdout);
  const said = (of: (severity: string) => boolean) =>
    (preview?.diagnostics ?? []).filter(({ severity }) => of(severity)).map(({ message }) => message);
  const errors = said((severity) => severity === "error").flatMap((message) => asWord(message).split("\n"));
  // One that ended without a word of why, or with words that are no preview, is no plan either.
  const why = errors.length > 0 ? errors : text.split("\n").filter((line) => line.trim() !== "");
  const { same = 0, ...operations } = preview?.changeSummary ?? {};
  const words = said((severity) => severity !== "error")
    .map(asWord)
    .sort((a, b) => Number(isReview(b)) - Number(isReview(a)));
  // What changes and moves no resource, a range that the client's networks are in already, is what the next review compares with: an `up` writes it down.
  const stays = Object.keys(operations).length === 0 && !words.some(isReview);
  return {
    ...{ client, file, words, operations, madeStack },
    becomes: stays ? "unchanged" : same === 0 ? "created" : "changed",
    ...((code !== 0 || !preview) && { cannot: why.length > 0 ? why : [`its preview ended with status ${code}`] }),
  };
}

/** Where stacks are files; of another backend nobody asks, for 0.3 s each, and a stack stays there. */
function hasStack(client: string): boolean {
  const files = stateFiles();
  return !files || stacksIn(files).includes(client);
}

/** Takes away the stacks that previews made for plans that nobody carries out, and their salts. */
export async function dropPlans(plans: readonly Planned[]): Promise<void> {
  for (const { client, madeStack, cannot } of plans) if (madeStack && !cannot) await removeStack(client);
}

/** What the program said, as a person reads it. @param message as Pulumi has it */
export function asWord(message: string): string {
  return message.replace(/^(warning|error|info): /, "").trimEnd();
}

/** Whether a text tells what changes. */
export function isReview(text: string): boolean {
  return REVIEW.some((begin) => text.startsWith(begin));
}

const REVIEW = [...Object.values(WORD), ...[NEW, UNREAD, NOT_COMPARED]];

/**
 * All plans for a person, who answers for them at once: what cannot be planned first, then what gets wider. Clients of which the same is said are told together, and what is
 * said of every client once, at the end: of fifty that a new version changes alike there is one text to read.
 */
export function describePlans(plans: readonly Planned[]): string[] {
  const ofAll =
    plans.length < 2
      ? []
      : (plans[0]?.words ?? []).filter((text) => !isReview(text) && plans.every(({ words }) => words.includes(text)));
  const together = new Map<string, { clients: string[]; lines: string[]; rank: number }>();
  for (const plan of plans) {
    const lines = linesOf(plan, ofAll);
    const key = lines.join("\n");
    const same = together.get(key) ?? { clients: [], lines, rank: rankOf(plan) };
    same.clients.push(plan.client);
    together.set(key, same);
  }
  const groups = [
    ...[...together.values()].sort((a, b) => a.rank - b.rank),
    ...(ofAll.length > 0 ? [{ clients: ["of each"], lines: ofAll.flatMap((text) => text.split("\n")) }] : []),
  ];
  return groups.flatMap(({ clients, lines }) => [clients.join(", "), ...lines.map((line) => `  ${line}`), ""]);
}

function linesOf(plan: Planned, ofAll: readonly string[]): string[] {
  const { words, becomes, cannot } = plan;
  return [
    ...(cannot ? ["CANNOT BE PLANNED", ...cannot.map((line) => `  ${line}`)] : []),
    ...words.filter((text) => !ofAll.includes(text)).flatMap((text) => text.split("\n")),
    ...(cannot ? [] : [becomes === "unchanged" ? "nothing changes" : describeOperations(plan)]),
  ];
}

/** `resources: 1 to create, 2 to update`. */
export function describeOperations({ operations }: Pick<Planned, "operations">): string {
  const resources = Object.entries(operations).map(([operation, count]) => `${count} to ${operation}`);
  return `resources: ${resources.join(", ") || "none changes"}`;
}

/** What a person has to see first. */
function rankOf({ cannot, words, becomes }: Planned): number {
  if (cannot) return 0;
  if (words.some((text) => isReview(text) && /^WIDENS/m.test(text))) return 1;
  return { created: 2, changed: 3, unchanged: 4 }[becomes];
}
