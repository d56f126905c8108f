import fc from "fast-check";
import { declared, declaredOf } from "../../test/declared.ts";
import { compare, isWider } from "../review/compare.ts";
import { describeReview } from "../review/describe.ts";
import { parseCeiling } from "./ceiling.ts";
import type { Judged } from "./kind.ts";
import { judgeByOrganisation, type Organisation } from "./organisation.ts";
import { organisationSides, organisationTopics } from "./organisation-facts.ts";
import { type Rule, RuleSchema } from "./rule.ts";

interface Files {
  rules?: object[];
  ceiling?: Record<string, unknown>;
  require?: Organisation["require"];
}

const rule = (more: object): Rule => RuleSchema.parse({ why: "It does.", ...more });
function organisation({ rules = [], ceiling, require = "none" }: Files): Organisation {
  const { bounds, written } = ceiling ? parseCeiling(ceiling, "acme") : { written: [] };
  return {
    ...{ rules: rules.map(rule), require, approvals: [] },
    ...(bounds && { ceiling: { written, declared: declaredOf("acme", bounds) } }),
  };
}
const changes = (before: Files, after: Files) =>
  compare(...organisationSides(organisation(before), organisation(after)), organisationTopics);
const told = (before: Files, after: Files) => describeReview(changes(before, after), organisationTopics);

const NO_WEB = { name: "no-web", level: "mandatory", rule: { profiles: ["standard"] } };
const BOUNDS = { egress: { allow: ["docs.acme.example"] }, limits: { memory: "4GiB", pids: 100 } };

test.each<[what: string, before: Files, after: Files, says: string[]]>([
  [
    "a guardrail that only warns",
    { rules: [NO_WEB] },
    { rules: [{ ...NO_WEB, level: "advisory" }] },
    ['WIDENS   guardrails    ~ no-web mandatory {"profiles":["standard"]} → advisory {"profiles":["standard"]}'],
  ],
  [
    "one that is off",
    { rules: [NO_WEB] },
    { rules: [{ ...NO_WEB, level: "off" }] },
    ['WIDENS   guardrails    - no-web mandatory {"profiles":["standard"]}'],
  ],
  [
    "one that is gone",
    { rules: [NO_WEB] },
    {},
    ['WIDENS   guardrails    - no-web mandatory {"profiles":["standard"]}'],
  ],
  [
    "one that forbids something else",
    { rules: [NO_WEB] },
    { rules: [{ ...NO_WEB, rule: { profiles: ["standard", "web"] } }] },
    [
      'WIDENS?  guardrails    ~ no-web mandatory {"profiles":["standard"]} → mandatory {"profiles":["standard","web"]} (neither has all of the other)',
    ],
  ],
  [
    "one with another name",
    { rules: [NO_WEB] },
    { rules: [{ ...NO_WEB, name: "other" }] },
    [
      'WIDENS   guardrails    - no-web mandatory {"profiles":["standard"]}',
      'narrows  guardrails    + other mandatory {"profiles":["standard"]}',
    ],
  ],
  [
    "two that change places, of which a client has another level for one",
    { rules: [NO_WEB, { name: "few", level: "mandatory", rule: { mostHosts: 3 } }] },
    {
      rules: [
        { ...NO_WEB, rule: { mostHosts: 3 } },
        { ...NO_WEB, name: "few" },
      ],
    },
    [
      'WIDENS?  guardrails    ~ few mandatory {"mostHosts":3} → mandatory {"profiles":["standard"]} (neither has all of the other)',
      'WIDENS?  guardrails    ~ no-web mandatory {"profiles":["standard"]} → mandatory {"mostHosts":3} (neither has all of the other)',
    ],
  ],
  ["approvals that nobody asks for", { require: "widening" }, {}, ["WIDENS   approvals     - of what is widening"]],
  [
    "a ceiling that is gone",
    { ceiling: BOUNDS },
    {},
    [
      "WIDENS   ceiling bounds - egress",
      "WIDENS   ceiling bounds - limits.memory",
      "WIDENS   ceiling bounds - limits.pids",
    ],
  ],
  [
    "one that bounds less",
    { ceiling: BOUNDS },
    { ceiling: { limits: BOUNDS.limits } },
    ["WIDENS   ceiling bounds - egress"],
  ],
  [
    "one that bounds more",
    { ceiling: { limits: BOUNDS.limits } },
    { ceiling: BOUNDS },
    ["narrows  ceiling bounds + egress"],
  ],
  [
    "one with a name more, and more memory",
    { ceiling: BOUNDS },
    { ceiling: { egress: { allow: ["docs.acme.example", "paste.example"] }, limits: { memory: "8GiB", pids: 64 } } },
    [
      "WIDENS   ceiling egress + paste.example 80,443 (client)",
      "WIDENS   ceiling limits ~ memory 4096MiB → 8192MiB",
      "narrows  ceiling limits ~ pids 100 → 64",
    ],
  ],
  [
    "one that bounds the same by another key, and has a name more",
    { ceiling: { profile: "standard", mounts: [], masks: [{ path: ".env", as: "empty" }] } },
    { ceiling: { profile: "web", mounts: [], masks: [] } },
    ["WIDENS   ceiling masks - /workspace/.env empty", "WIDENS   ceiling profile ~ standard → web"],
  ],
  ["nothing", { rules: [NO_WEB], ceiling: BOUNDS }, { rules: [NO_WEB], ceiling: BOUNDS }, []],
])("a change of what an organisation says is told by what it lets its clients be: %s", (_what, before, after, says) => {
  expect(told(before, after)).toEqual(says);
});

test("whatever an organisation refused and refuses no more, its review has something wider", () => {
  const level = fc.constantFrom("off", "advisory", "mandatory");
  const kind = fc.oneof(
    fc.subarray(["standard", "web", "lockdown"], { minLength: 1 }).map((profiles) => ({ profiles })),
    fc.integer({ min: 0, max: 3 }).map((mostHosts) => ({ mostHosts })),
    fc.subarray(["a.test", "b.test"], { minLength: 1 }).map((deniedNames) => ({ deniedNames })),
  );
  const rules = fc.uniqueArray(fc.record({ name: fc.constantFrom("one", "two"), level, rule: kind }), {
    selector: ({ name }) => name,
  });
  const names = fc.subarray(["a.test", "*.a.test", "b.test", "c.test"]);
  const memory = fc.constantFrom("1GiB", "2GiB", "4GiB");
  const ceiling = fc.oneof(
    fc.constant(undefined),
    fc.record(
      { egress: names.map((allow) => ({ allow })), limits: memory.map((memory) => ({ memory })) },
      { requiredKeys: ["egress"] },
    ),
    fc.record({ limits: memory.map((memory) => ({ memory })) }),
  );
  const files = fc.record({ rules, ceiling }).map(({ ceiling, ...rest }) => ({ ...rest, ...(ceiling && { ceiling }) }));
  const client = fc.record({
    profile: fc.constantFrom("standard", "web", "lockdown"),
    egress: names.map((allow) => ({ allow })),
    limits: memory.map((memory) => ({ memory })),
  });
  const around: Omit<Judged, "declared"> = { lead: (path) => path, agentSockets: [], others: [], today: "2026-11-28" };
  let seen = 0;
  fc.assert(
    fc.property(files, files, client, (before, after, config) => {
      const of = { declared: declared(config), ...around };
      const [was, is] = [before, after].map((one) => judgeByOrganisation(organisation(one), of).problems.length);
      if (was === 0 || is !== 0) return;
      seen += 1;
      expect(changes(before, after).some(isWider)).toBe(true);
    }),
    { numRuns: 500 },
  );
  expect(seen).toBeGreaterThan(10);
});
