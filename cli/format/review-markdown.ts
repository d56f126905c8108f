import { topics } from "../../plan/posture.ts";
import { describeWhole, reviewRows } from "../../plan/review/describe.ts";
import type { ReviewDocument, ReviewedClient } from "../../plan/review/document.ts";
import { printable, writtenOut } from "../../stack-file/printable.ts";
import {
  describeChangeId,
  describePlace,
  describeTraffic,
  fewNames,
  isTold,
  notCompared,
  STATE,
  summary,
} from "./review.ts";

/** The first line of each review, by which a job finds the comment that it wrote before. */
export const MARK = "<!-- agentbox review -->";

/** Characters that a comment has room for: GitHub takes 65,536 and GitLab a million. */
const MOST = 60_000;

/**
 * A review as a comment of a pull request: a table a client. Whatever somebody else wrote stands between backticks, with none in it: it is no markup, mentions
 * nobody, and ends no cell.
 */
export function markdownOf(document: ReviewDocument): string {
  const { from, to, notes, organisation, clients } = document;
  const told = [
    ...(isTold(organisation) ? [organisation] : []),
    ...clients.filter(({ state, traffic, notes }) => state !== "same" || traffic || notes.length > 0),
    // What somebody has to look at has its place before what a pull request may have any number of.
  ].sort((a, b) => Number(isQuiet(a)) - Number(isQuiet(b)));
  const head = [
    MARK,
    `### Review: ${code(from)} → ${code(to)}`,
    "",
    summary(document),
    ...notes.map((note) => `\n${code(note)}`),
  ].join("\n");
  const left = notCompared(clients).map((line, index) => (index === 0 ? `${line}\n` : `- ${code(line.trim())}`));
  const end = [
    ...(left.length > 0 ? ["", "<details><summary>Not compared</summary>", "", ...left, "", "</details>"] : []),
    "",
  ].join("\n");
  const fitting: string[] = [];
  const cut: string[] = [];
  let room = MOST - head.length - end.length;
  for (const client of told) {
    const part = section(client);
    if (part.length <= room) fitting.push(part);
    else cut.push(client.client);
    room -= part.length <= room ? part.length : 0;
  }
  const more =
    cut.length > 0
      ? [
          `\n**Not shown, for a comment has no room: ${cut.length} clients** (${code(fewNames(cut))}). \`agentbox review\` shows them.\n`,
        ]
      : [];
  return [head, ...fitting, ...more, end].join("\n");
}

function isQuiet({ state, unapproved }: ReviewedClient): boolean {
  return state !== "unsaid" && unapproved === 0;
}

function section(client: ReviewedClient): string {
  const { changes, facts, state, notes, traffic } = client;
  const rows = reviewRows(changes, topics).map(({ word, topic, text, changes: [first] }) => [
    word === word.toUpperCase() ? `**${word}**` : word,
    code(topic),
    code(text),
    (first?.origin ?? []).map((place) => code(describePlace(place))).join(" "),
  ]);
  return [
    "",
    `#### ${code(client.client)}${STATE[state]}`,
    "",
    ...notes.map((note) => `- ${code(note)}`),
    ...(notes.length > 0 ? [""] : []),
    ...(facts ? describeWhole(facts, topics).map((line) => `- ${code(line.replace(/ {2,}/g, " "))}`) : []),
    ...(!facts && rows.length > 0
      ? [
          "| class | what | from → to | where |",
          "| --- | --- | --- | --- |",
          ...rows.map((row) => `| ${row.join(" | ")} |`),
        ]
      : []),
    ...(client.approval ? ["", `- ${code(describeChangeId(client.approval))}`] : []),
    ...(traffic ? ["", ...describeTraffic(traffic).map((line) => `- traffic: ${code(line)}`)] : []),
  ].join("\n");
}

/** Text as it is: no backtick ends it, and no bar ends its cell. */
function code(text: string): string {
  return text === "" ? "" : `\`${printable(text).replace(/[`|]/g, writtenOut)}\``;
}
