import fc from "fast-check";
import { type Approval, type Compared, changeId, judgeApproval } from "./approval.ts";
import { compare } from "./compare.ts";
import type { PostureFact } from "./fact.ts";
import { graded, neutral, open, rights, walls } from "./topic.ts";

const topics = {
  names: rights(),
  walls: walls(),
  trust: open("nobody knows"),
  secrets: rights({ marked: { word: "rotated", as: "neutral" } }),
  words: neutral(),
};
const fact = (topic: string, about: string, says = "", mark?: string): PostureFact => ({
  ...{ topic, about, says },
  ...(mark && { mark }),
});
const changes = (before: PostureFact[], after: PostureFact[]): Compared => ({
  ...{ before: { declared: before, placed: [] }, after: { declared: after, placed: [] } },
  topics,
});
const id = (before: PostureFact[], after: PostureFact[], client = "acme") => changeId(client, changes(before, after));
const [a, b] = [fact("names", "a"), fact("names", "b")];

describe("the id of a change", () => {
  test("is short enough to paste, and no number to YAML", () => {
    expect(id([], [a])).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{8}){3}$/);
  });

  test("is another for another client, another name, another text, and the other way round", () => {
    const ids = [
      id([], [a]),
      id([], [b]),
      id([], [a, b]),
      id([a], []),
      id([], [a], "globex"),
      id([], [fact("names", "a", "x")]),
      id([fact("names", "a", "x")], [a]),
      id([fact("names", "a", "x")], [fact("names", "a", "y")]),
      id([fact("walls", "a")], []),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("of a swap is not that of what the swap adds", () => {
    expect(id([a], [b])).not.toBe(id([], [b]));
    expect(id([a, b], [b, fact("names", "c")])).not.toBe(id([b], [b, fact("names", "c")]));
  });

  test("is the same whatever is neutral besides: another text, a rotated secret", () => {
    const secret = (mark: string) => fact("secrets", "S", "(env S)", mark);
    expect(id([fact("words", "x", "1"), secret("1")], [fact("words", "x", "2"), secret("2"), a])).toBe(id([], [a]));
    // A new secret is a change, and which value it has on this machine is none.
    expect(id([], [secret("1")])).toBe(id([], [secret("2")]));
  });

  test("has a place that is another one now, whatever a declaration takes of it", () => {
    const mounts = graded(
      (says, than) => says.slice(3) === than.slice(3) && (!says.startsWith("rw") || than.startsWith("rw")),
      {
        unordered: "something else is there",
      },
    );
    const side = (says: string, leads: string) => ({
      declared: [fact("mounts", "/docs", `${says} (docs)`)],
      placed: [fact("mounts", "/docs", `${says} (${leads})`)],
    });
    const of = (leads: string) => ({ before: side("rw", "/srv/a"), after: side("ro", leads), topics: { mounts } });
    const approvals: Approval[] = [];
    const judge = (leads: string) =>
      judgeApproval({ client: "acme", approvals, require: "widening" }, of(leads), "2026-11-28");
    expect(judge("/srv/a")).toEqual({ needed: false });
    expect(judge("/srv/b")).toMatchObject({ needed: true });
    expect(changeId("acme", of("/srv/b"))).not.toBe(changeId("acme", of("/srv/c")));
  });

  test("has a place that is another one now, where the declaration gives more of the one that was", () => {
    const side = (says: string, leads: string, from = "docs") => ({
      declared: [fact("mounts", "/docs", `${says} (${from})`)],
      placed: [fact("mounts", "/docs", `${says} (${leads})`)],
    });
    const mounts = graded((says, than) => says === than || than.startsWith("rw"));
    const of = (leads: string, from?: string) => ({
      ...{ before: side("ro", "/srv/a"), after: side("rw", leads, from), topics: { mounts } },
    });
    expect(changeId("acme", of("/srv/b"))).not.toBe(changeId("acme", of("/srv/a")));
    expect(changeId("acme", of("/srv/b"))).not.toBe(changeId("acme", of("/srv/c")));
    // Where the declaration names another one, it leads elsewhere on every machine.
    expect(changeId("acme", of("/srv/b", "other"))).toBe(changeId("acme", of("/home/ann/b", "other")));
  });

  test("has the mark of what the project's own files hold, which no rotation is", () => {
    const script = (mark: string): PostureFact => ({
      ...fact("secrets", "S", "(command sh x)", mark),
      ofProject: true,
    });
    expect(id([script("1")], [script("2")])).not.toBe(id([script("1")], [script("3")]));
    expect(id([], [script("1")])).not.toBe(id([], [script("2")]));
    expect(
      judgeApproval(
        { client: "acme", approvals: [], require: "widening" },
        changes([script("1")], [script("2")]),
        "2026-11-30",
      ),
    ).toMatchObject({ needed: true });
  });

  test("has the mark of what nobody can order: another content under the same name is another change", () => {
    const trust = (mark: string) => fact("trust", "corp.pem", "", mark);
    expect(id([trust("1")], [trust("2")])).not.toBe(id([trust("1")], [trust("3")]));
    expect(id([trust("1")], [trust("2")])).not.toBe(id([trust("0")], [trust("2")]));
    expect(id([], [trust("1")])).not.toBe(id([], [trust("2")]));
  });

  const anyFact = fc
    .record({
      topic: fc.constantFrom("names", "walls", "trust", "secrets", "words"),
      about: fc.constantFrom("a", "b", 'a","b', ""),
      says: fc.constantFrom("", "x", "null", "y"),
      mark: fc.option(fc.constantFrom("1", "2"), { nil: undefined }),
    })
    .map(({ topic, about, says, mark }) => fact(topic, about, says, mark));
  const anyFacts = fc.uniqueArray(anyFact, { selector: ({ topic, about }) => `${topic} ${about}`, maxLength: 6 });

  test("does not depend on any order, and two are the same exactly where all that counts is", () => {
    const counted = ({ before: { declared: before }, after: { declared: after } }: Compared) =>
      compare(before, after, topics)
        .filter((change) => change.class !== "neutral")
        .map(({ class: of, topic, about, from, to }) => {
          const marks = [before, after].map((facts) =>
            facts.filter((fact) => topic !== "secrets" && fact.topic === topic && fact.about === about),
          );
          return JSON.stringify({ of, topic, about, from, to, marks: marks.map((facts) => facts[0]?.mark ?? "none") });
        })
        .sort();
    fc.assert(
      fc.property(anyFacts, anyFacts, anyFacts, anyFacts, (one, two, three, four) => {
        const [first, second] = [changes(one, two), changes(three, four)];
        expect(id([...one].reverse(), [...two].reverse())).toBe(id(one, two));
        const same = JSON.stringify(counted(first)) === JSON.stringify(counted(second));
        expect(id(one, two) === id(three, four)).toBe(same);
      }),
      { numRuns: 500 },
    );
  });
});

describe("of what is placed", () => {
  const dir = (path: string) => fact("trust", "dir", path);
  const change = (placed: [PostureFact[], PostureFact[]], declared: [PostureFact[], PostureFact[]] = [[], []]) => ({
    before: { declared: declared[0], placed: placed[0] },
    after: { declared: declared[1], placed: placed[1] },
    topics: { ...topics, places: rights(), masks: walls() },
  });
  const of = (...sides: Parameters<typeof change>) => changeId("acme", change(...sides));
  const none = of([[], []]);

  test("the id has no part where a declaration says the same: it is one on every machine", () => {
    const declared: [PostureFact[], PostureFact[]] = [[dir("~/a")], [dir("~/b")]];
    expect(of([[dir("/home/ann/a")], [dir("/home/ann/b")]], declared)).toBe(of([[dir("/home/bob/a")], []], declared));
  });

  test("what no declaration says has to be approved: a name that leads elsewhere now, a wall that is gone", () => {
    const links: [PostureFact[], PostureFact[]] = [[dir("/srv/a")], [dir("/srv/b")]];
    expect(of(links)).not.toBe(none);
    expect(
      judgeApproval({ client: "acme", approvals: [], require: "widening" }, change(links), "2026-11-28"),
    ).toMatchObject({ needed: true });
    expect(of([[fact("walls", "host")], []])).not.toBe(none);
  });

  test("what follows from a declaration, or from what an agent does in its workspace, asks for nothing", () => {
    expect(of([[fact("masks", "/workspace/.env", "empty")], [fact("places", "agent /state/x", "rw (x)")]])).toBe(none);
  });
});

describe("an approval", () => {
  const TODAY = "2026-11-28";
  const wider = changes([], [a]);
  const approval = (change: string, until = "2026-12-05"): Approval => ({ change, by: "ann", why: "x", until });
  const judge = (approvals: Approval[], of = wider, require: "none" | "widening" = "widening") =>
    judgeApproval({ client: "acme", approvals, require }, of, TODAY);
  const refused = (approvals: Approval[], of = wider) => {
    const judgement = judge(approvals, of);
    return judgement.needed && "refused" in judgement ? judgement.refused : undefined;
  };
  const own = changeId("acme", wider);

  test("is asked for where the organisation asks for it, and something is wider", () => {
    expect(judge([], wider, "none")).toEqual({ needed: false });
    expect(judge([], changes([a], [a]))).toEqual({ needed: false });
    expect(judge([], changes([a], []))).toEqual({ needed: false });
    expect(judge([], changes([fact("trust", "x", "1")], [fact("trust", "x", "2")]))).toMatchObject({ needed: true });
    // A wall that goes is wider, too.
    expect(judge([], changes([fact("walls", "x")], []))).toMatchObject({ needed: true });
  });

  test("holds for exactly its change, through its last day", () => {
    expect(judge([approval(own)])).toEqual({ needed: true, approved: approval(own) });
    expect(judge([approval(own, TODAY)])).toMatchObject({ approved: { change: own } });
    expect(judge([approval(id([], [b])), approval(own)])).toMatchObject({ approved: { change: own } });
    expect(judge([approval(own, "2026-11-27"), approval(own)])).toMatchObject({ approved: { until: "2026-12-05" } });
  });

  test("that is missing is told with the lines to paste, which are not whole before somebody has a name and a reason", () => {
    expect(refused([])).toEqual([
      "this change gives the sandbox more (1 wider). By policies/guardrails/approvals.yaml a person has to approve such a change in the stack file, and there is no approval of it. Nothing is placed.",
      "Whoever approves it adds these lines to the stack file below config:, with their name and the reason:",
      "  agent-sandbox:approvals:",
      `    - change: ${own}`,
      '      by: ""',
      '      why: ""',
      "      until: 2026-12-05",
    ]);
  });

  test("that has ended, or is for another change, is told as that", () => {
    expect(refused([approval(own, "2026-11-27")])?.[0]).toContain("the approval of ann for it ended on 2026-11-27");
    const other = id([], [b]);
    expect(refused([approval(other)])?.[0]).toContain(`the approval of ann is for another change (${other})`);
    expect(refused([approval(other)])?.[1]).toContain("adds these lines to agent-sandbox:approvals");
    // One that is for a change of before, and over, has nothing to do with this one.
    expect(refused([approval(other, "2026-11-27")])?.[0]).toContain("there is no approval of it");
  });
});
