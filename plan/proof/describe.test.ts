import { VERDICTS, type VerdictWord } from "../../gateway/contract.ts";
import { describeProof, describeSilent } from "./describe.ts";
import type { Verdict } from "./judge.ts";

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

test("a way out that gave no answer is told with the audit's reason, and only what was dialled is down", () => {
  const down = (name: string, why?: string): Verdict => ({
    verdict: "down",
    what: `open tls 10.0.0.2 ${name}`,
    ...(why && { why }),
  });
  expect(describeSilent([{ verdict: "ok", what: "x" }])).toBe("");
  expect(describeSilent([down("a.test", "no-dns")])).toBe(
    "; no answer from a.test: refused by the gateway (no-dns): The gateway's own resolver has no IPv4 address for the name; the walls hold",
  );
  expect(describeSilent([down("a.test", "private-address")])).toMatch(/refused by the gateway \(private-address\)/);
  for (const why of [undefined, "allowed", "aborted", "a word of an older gateway"])
    expect(describeSilent([down("a.test", why)])).toBe(
      "; no answer from a.test: it is down, or the way to it; the walls hold",
    );
  expect(describeSilent([down("a.test", "unreachable"), down("b.test")])).toMatch(
    /a\.test: it is down, or the way to it \(unreachable\); b\.test: /,
  );
  expect(describeSilent([{ ...down("a.test", "unreachable"), dialled: "10.77.0.4" }])).toContain(
    "a.test: it is down, or the way to it (unreachable: the gateway dialled 10.77.0.4)",
  );
});
