import { describeMoment } from "../../stack-file/moment.ts";
import { isHalf, type Status } from "./status.ts";

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

function describeState(status: Status): string {
  const { client, runs, gateway, since, helpers, unseen } = status;
  // Of a stack file with mistakes the engine was asked all the same.
  if (runs === undefined && unseen !== undefined && helpers === undefined) return "could not be looked at";
  if (runs === undefined && gateway === undefined)
    return `is not up${unseen === undefined ? `; \`agentbox up ${client}\` brings it up` : ""}`;
  const is = `its agent's container is ${inWords(runs)}`;
  if (isHalf(status)) {
    // An agent that is stopped beside its gateway may be one whose walls had a hole: an `up` proves them, and says why where they have.
    const mend = runs === "running" && gateway !== undefined ? "restart" : "up";
    const out = runs === "running" ? ", so nothing gets out" : "";
    return `is NOT WHOLE: ${is}, and its gateway's ${inWords(gateway)}${out}; \`agentbox ${mend} ${client}\` mends it`;
  }
  if (runs !== "running")
    return `does not run: ${is}; \`agentbox ${runs === "paused" ? "restart" : "start"} ${client}\` starts it`;
  return `runs${since === undefined ? "" : ` since ${describeMoment(since)}`}`;
}

function inWords(status: string | undefined): string {
  return status === undefined ? "not there" : JSON.stringify(status);
}

const WIDTH = 9;
