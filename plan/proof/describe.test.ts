import { VERDICTS, type VerdictWord } from "../../gateway/contract.ts";
import { describeProof } from "./describe.ts";

const of = (...words: VerdictWord[]) => describeProof(words.map((verdict) => ({ verdict, what: "x" })));

test("walls that hold are told as that, and what gave no answer outside by itself", () => {
  expect(of("ok", "ok")).toBe("2 looks and probes: all walls hold");
  expect(of("ok", "ok", "down")).toBe("2 looks and probes: all walls hold; 1 way out gave no answer");
  expect(of("ok", "down", "down")).toMatch(/: all walls hold; 2 ways out gave no answer$/);
});

test("no other verdict, and none at all, says that walls hold", () => {
  expect(of("ok", "LEAK", "down")).toBe(
    "1 of 2 looks and probes found what they look at as planned; 1 way out gave no answer",
  );
  const bad = Object.keys(VERDICTS).filter((word) => word !== "ok" && word !== "down") as VerdictWord[];
  for (const words of [[], ["down"], ...bad.map((word) => ["ok", word])] as VerdictWord[][])
    expect(of(...words)).not.toContain("hold");
});
