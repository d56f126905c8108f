import { declaredPosture, topics } from "../plan/posture.ts";
import { compare, describeChange } from "../plan/review/compare.ts";
import { declared } from "../test/declared.ts";

const forge = { egress: { allow: ["forge"] } };
const bot = { agents: ["bot"] };

describe.each<[what: string, config: (of: Record<string, unknown>) => Record<string, unknown>]>([
  ["a secret", (of) => ({ secrets: { A: { env: "A", ...of } } })],
  ["an exported secret", (of) => ({ secrets: { A: { env: "A", export: true, ...of } } })],
  ["a key", (of) => ({ ...bot, credentials: { bot: { apiKey: { file: "~/k", ...of } } } })],
  ["a token", (of) => ({ ...forge, git: { tokens: { "forge.example.com": { env: "A", ...of } } } })],
])("when %s expires", (_what, config) => {
  const facts = (of: Record<string, unknown>) => declaredPosture(declared(config(of))).facts;
  const [sooner, later] = [{ expires: "2027-01-31" }, { expires: "2027-06-30" }];
  const classes = (before: Record<string, unknown>, after: Record<string, unknown>) =>
    compare(facts(before), facts(after), topics).map((change) => change.class);

  test("is told, and later or never is wider", () => {
    expect(facts(sooner).filter(({ says }) => says.endsWith(" until 2027-01-31"))).toHaveLength(1);
    expect(classes(sooner, later)).toEqual(["widens"]);
    expect(classes(sooner, {})).toEqual(["widens"]);
    expect(classes(later, sooner)).toEqual(["narrows"]);
    expect(classes({}, sooner)).toEqual(["narrows"]);
    expect(classes(sooner, { ...sooner })).toEqual([]);
  });

  test("is part of nothing that is delivered", () => {
    const places = (of: Record<string, unknown>) => declared(config(of)).files.map(({ source }) => source);
    expect(places(sooner)).toEqual(places({}));
  });

  test("is read as Pulumi hands over a day without quotes", () => {
    expect(facts({ expires: "2027-01-31 00:00:00 +0000 UTC" })).toEqual(facts(sooner));
    expect(facts({ expires: "2027-01-31T00:00:00Z" })).toEqual(facts(sooner));
  });
});

test("another source is no order, whatever its day", () => {
  const facts = (env: string, expires?: string) =>
    declaredPosture(declared({ secrets: { A: { env, ...(expires && { expires }) } } })).facts;
  const [change] = compare(facts("A", "2027-01-31"), facts("B", "2027-01-31"), topics);
  expect(change && describeChange(change)).toBe(
    "A (env A) until 2027-01-31 → (env B) until 2027-01-31 (another source)",
  );
});
