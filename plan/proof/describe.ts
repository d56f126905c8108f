import { REASONS, type Reason, type ReasonWord } from "../../gateway/reasons.ts";
import { isProven, type Verdict } from "./judge.ts";

/** What all looks and probes came to, in a sentence. What does not answer outside is no wall, and is counted by itself. */
export function describeProof(verdicts: readonly Verdict[]): string {
  const count = (word: Verdict["verdict"]) => verdicts.filter(({ verdict }) => verdict === word).length;
  const [held, down, told] = [count("ok"), count("down"), count("told")];
  const walls =
    held > 0 && isProven(verdicts)
      ? `${held} looks and probes: all walls ${told > 0 ? "that can be seen " : ""}hold`
      : `${held} of ${verdicts.length - down} looks and probes found what they look at as planned`;
  return `${walls}${told > 0 ? `; ${BY_WORD}` : ""}${down > 0 ? `; ${down} ${down === 1 ? "way" : "ways"} out gave no answer` : ""}`;
}

const BY_WORD = "mounts and rights are by the engine's word alone";

/** When the walls were proven; of a container whose mounts and rights nobody can look at, that these were not. @param time in words */
export function describeWhen(verdicts: readonly Verdict[], time: string): string {
  return verdicts.some(({ verdict }) => verdict === "told")
    ? `the network's walls proven at ${time}; ${BY_WORD}`
    : `proven at ${time}`;
}

/** What is said behind a proof of the ways out that gave no answer: the audit's reason for each, or that it is down where there is none. */
export function describeSilent(verdicts: readonly Verdict[]): string {
  const silent = verdicts.filter(({ verdict }) => verdict === "down");
  if (silent.length === 0) return "";
  const told = silent.map(({ what, ...of }) => `${what.split(" ").at(-1)}: ${reasonOf(of)}`);
  return `; no answer from ${told.join("; ")}; the walls hold`;
}

/** Reasons by which nothing was refused: the gateway dialled and got nowhere, or was still looking the name up when the probe gave up. */
const DIALLED: readonly (string | undefined)[] = [undefined, "aborted", "allowed", "unreachable"] satisfies (
  | ReasonWord
  | undefined
)[];

function reasonOf({ why, dialled }: Pick<Verdict, "why" | "dialled">): string {
  const reason: Reason | undefined = REASONS.find(({ word }) => word === why);
  if (DIALLED.includes(why) || !reason)
    return `it is down, or the way to it${why === "unreachable" ? ` (unreachable${dialled ? `: the gateway dialled ${dialled}` : ""})` : ""}`;
  return `refused by the gateway (${reason.word}): ${reason.means.replace(/\.$/, "")}`;
}
