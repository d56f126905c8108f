import { isProven, type Verdict } from "./judge.ts";

/** What all looks and probes came to, in a sentence. What does not answer outside is no wall, and is counted by itself. */
export function describeProof(verdicts: readonly Verdict[]): string {
  const count = (word: Verdict["verdict"]) => verdicts.filter(({ verdict }) => verdict === word).length;
  const [held, down] = [count("ok"), count("down")];
  const walls =
    held > 0 && isProven(verdicts)
      ? `${held} looks and probes: all walls hold`
      : `${held} of ${verdicts.length - down} looks and probes found what they look at as planned`;
  return `${walls}${down > 0 ? `; ${down} ${down === 1 ? "way" : "ways"} out gave no answer` : ""}`;
}
