import { describeMoment } from "../../stack-file/moment.ts";
import type { Status } from "./status.ts";

/** A client's status for a person. */
export function describeStatus(status: Status): string[] {
  const { client, helpers = [], agents = [], ends = [], networks, unseen, closer = [] } = status;
  return [
    `${client} ${describeState(status)}`,
    ...closer.map(({ about, word, says }) => `  ${word.padEnd(WIDTH)}${about}: ${says}`),
    ...helpers.map(({ helper, word, says }) => `  ${word.padEnd(WIDTH)}helper ${helper}: ${says}`),
    ...agents.map(({ agent, word, says }) => `  ${word.padEnd(WIDTH)}${agent}: ${says}`),
    ...ends.map(({ key, word, says }) => `  ${word.padEnd(WIDTH)}${key}: ${says}`),
    ...(networks ? [`  ${networks.word.padEnd(WIDTH)}${networks.says}`] : []),
    ...(unseen === undefined ? [] : [`  ${"UNSEEN".padEnd(WIDTH)}${unseen}`]),
  ];
}

function describeState({ runs, since, helpers, unseen }: Status): string {
  // Of a stack file with mistakes the engine was asked all the same.
  if (runs === undefined && unseen !== undefined && helpers === undefined) return "could not be looked at";
  if (runs === undefined) return "is not up";
  if (runs !== "running") return `does not run: its agent's container is ${JSON.stringify(runs)}`;
  return `runs${since === undefined ? "" : ` since ${describeMoment(since)}`}`;
}

const WIDTH = 9;
