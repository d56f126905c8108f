import { parseSpec } from "../../stack-file/spec.ts";
import { declared, judged, told } from "../../test/declared.ts";
import { declaredPosture, topics } from "../posture.ts";
import { compare } from "../review/compare.ts";
import { judgeByRules } from "./judge.ts";
import type { Judged } from "./kind.ts";
import { judgeByOrganisation } from "./organisation.ts";
import { RuleSchema } from "./rule.ts";

const rule = (name: string, level: string, rule: Record<string, unknown>) =>
  RuleSchema.parse({ name, why: `Why ${name} is there.`, level, rule });
const rules = [
  rule("no-web", "mandatory", { profiles: ["standard"] }),
  rule("few-ports", "advisory", { mostPorts: 0 }),
  rule("no-gpu", "off", { gpuClients: [] }),
];
const everything = { profile: "web", ports: [8080], gpu: "all" };
const ruling = (config: Record<string, unknown>, of = rules) => {
  const { problems, warnings } = judgeByRules(of, judged(config));
  return { problems: told(problems), warnings: told(warnings) };
};

test("what a mandatory guardrail finds stops, what an advisory one finds warns, and one that is off says nothing", () => {
  expect(ruling(everything)).toEqual({
    problems: ['profile: "web" is not one of standard; write one of these. Why no-web is there. (guardrail no-web)'],
    warnings: [
      "ports: publishes 1 ports, and at most 0 are allowed; write fewer. Why few-ports is there. (guardrail few-ports)",
    ],
  });
  expect(ruling({})).toEqual({ problems: [], warnings: [] });
});

test("a client has another level where its stack file says so, and says why", () => {
  const guardrails = {
    "no-web": { level: "off", why: "It tests a search engine." },
    "few-ports": { level: "mandatory", why: "It is on a shared machine." },
    "no-gpu": { level: "advisory", why: "Nobody knows yet." },
  };
  const { problems, warnings } = ruling({ ...everything, guardrails });
  expect(problems).toEqual([expect.stringMatching(/^ports: .*guardrail few-ports/)]);
  expect(warnings).toEqual([expect.stringMatching(/^gpu: .*guardrail no-gpu/)]);
});

test("another level is a fact of the posture: a lower one is wider, whatever the organisation's own is", () => {
  const facts = (guardrails: Record<string, unknown>) => declaredPosture(declared({ guardrails })).facts;
  const of = (level: string, why = "x") => ({ "no-web": { level, why } });
  const classes = (before: Record<string, unknown>, after: Record<string, unknown>) =>
    compare(facts(before), facts(after), topics).map((change) => change.class);
  expect(classes({}, of("off"))).toEqual(["widens"]);
  expect(classes({}, of("advisory"))).toEqual(["unordered"]);
  expect(classes({}, of("mandatory"))).toEqual(["narrows"]);
  expect(classes(of("advisory"), of("off"))).toEqual(["widens"]);
  expect(classes(of("off"), of("advisory"))).toEqual(["narrows"]);
  expect(classes(of("mandatory"), of("advisory"))).toEqual(["widens"]);
  expect(classes(of("off"), {})).toEqual(["narrows"]);
  expect(classes(of("off"), of("off", "another reason"))).toEqual(["neutral"]);
});

test("a reason is one line: it is one in a review, and in the posture's text", () => {
  const { problems } = parseSpec({ workspace: "/w", guardrails: { x: { level: "off", why: "x\nneutral  nothing" } } });
  expect(told(problems)).toEqual([
    'guardrails.x.why: "x\\nneutral  nothing" is not one line; write why this client has another level in one line, like The site under test is found by its search engine.',
  ]);
  const folded = RuleSchema.parse({ name: "x", why: "One\nand two\n", level: "mandatory", rule: { mostPorts: 0 } });
  expect(told(judgeByRules([folded], judged({ ports: [8000] })).problems)).toEqual([
    expect.stringMatching(/; write fewer\. One and two\. \(guardrail x\)$/),
  ]);
});

test("a level for what is no guardrail is refused, and a wall of every sandbox has none", () => {
  const guardrails = { "no-wb": { level: "off", why: "x" }, "no-engine-socket": { level: "off", why: "x" } };
  expect(ruling({ guardrails }).problems).toEqual([
    'guardrails.no-wb: "no-wb" is not a guardrail. Did you mean "no-web"?',
    'guardrails.no-engine-socket: "no-engine-socket" is a wall of every sandbox, which no stack file takes down; remove the line',
  ]);
  expect(ruling({ guardrails: { x: { level: "off", why: "x" } } }, []).problems).toEqual([
    'guardrails.x: "x" is not a guardrail. Guardrails: none; remove the line, or write one of these',
  ]);
});

test.each([
  ["2026-12-12", "in 14 days"],
  ["2026-11-29", "in 1 day"],
  ["2026-12-13", undefined],
])(
  "a credential that expires on %s is told two weeks before, whatever the guardrails are, and stops nothing",
  (expires, when) => {
    const soon = { git: { tokens: { "github.com": { env: "A", expires } } }, egress: { allow: ["github.com"] } };
    for (const level of ["off", "mandatory"]) {
      const rules = [rule("tokens-expire", level, { expiring: ["git"] })];
      const { problems, warnings } = judgeByOrganisation(
        { rules, require: "none", approvals: [] },
        judged(soon, { today: "2026-11-28" }),
      );
      expect(told(problems)).toEqual([]);
      expect(told(warnings)).toEqual(
        when
          ? [`git.tokens.github.com: expires on ${expires}, ${when}; take a new one in time, and write its own day`]
          : [],
      );
    }
  },
);

test("a credential that has expired is told, once, and refused where a guardrail says so", () => {
  const late = { secrets: { A: { env: "A", expires: "2026-11-27", export: true } } };
  const around: Partial<Judged> = { today: "2026-11-28" };
  const expiring = (level: string) => [rule("tokens-expire", level, { expiring: ["secrets"] })];
  const standing = (level: string) => {
    const { problems, warnings } = judgeByOrganisation(
      { rules: expiring(level), require: "none", approvals: [] },
      judged(late, around),
    );
    return { problems: told(problems), warnings: told(warnings) };
  };
  expect(standing("off")).toEqual({
    problems: [],
    warnings: ["secrets.A: expired on 2026-11-27; take a new one, and write its own day"],
  });
  expect(standing("mandatory")).toEqual({ problems: [expect.stringMatching(/^secrets.A: expired/)], warnings: [] });
  expect(standing("advisory")).toEqual({ problems: [], warnings: [expect.stringMatching(/^secrets.A: expired/)] });
});
