import fc from "fast-check";
import { declare } from "../../plan/declare.ts";
import { topics } from "../../plan/posture.ts";
import { compare } from "../../plan/review/compare.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { declared, specOf } from "../../test/declared.ts";
import { covers, isDeclared } from "./domain.ts";
import { authFacts, domainsOf } from "./facts.ts";

const problems = (domains: unknown) =>
  parseSpec({ workspace: "/srv/acme", auth: { domains } }).problems.map(({ path, message }) => `${path} ${message}`);

test("without the key there is no domain, and what is declared is what a posture says", () => {
  expect(specOf().auth).toEqual({ domains: [] });
  const domains = ["claude.ai", "*.acme.example", "claude.ai"];
  expect(domainsOf(authFacts(specOf({ auth: { domains } })))).toEqual(["claude.ai", "*.acme.example"]);
});

test("one domain more is wider, one less narrower", () => {
  const facts = (...domains: string[]) => authFacts({ auth: { domains } });
  const effect = (before: string[], after: string[]) =>
    compare(facts(...before), facts(...after), topics).map((change) => change.class);
  expect(effect([], ["claude.ai"])).toEqual(["widens"]);
  expect(effect(["claude.ai", "*.acme.example"], ["claude.ai"])).toEqual(["narrows"]);
});

test.each([
  ["claude.ai", "claude.ai", true],
  ["claude.ai", "api.claude.ai", false],
  ["claude.ai", "notclaude.ai", false],
  ["claude.ai", "claude.ai.", false],
  ["*.acme.example", "login.acme.example", true],
  ["*.acme.example", "a.b.acme.example", true],
  ["*.acme.example", "acme.example", false],
  ["*.acme.example", "evilacme.example", false],
])("%s has %s: %j", (domain, host, yes) => {
  expect(isDeclared(host, [domain])).toBe(yes);
});

test("what one domain has is an order", () => {
  const domain = fc.constantFrom("x.example", "a.x.example", "*.x.example", "*.a.x.example", "*.b.a.x.example");
  fc.assert(
    fc.property(domain, domain, domain, (a, b, c) => {
      expect(covers(a, a)).toBe(true);
      if (covers(a, b) && covers(b, c)) expect(covers(a, c)).toBe(true);
      if (covers(a, b) && covers(b, a)) expect(a).toBe(b);
    }),
  );
});

test.each([
  [
    "https://claude.ai",
    /^auth.domains\[0\] "https:\/\/claude.ai" is not a domain; write the name alone, like claude.ai/,
  ],
  ["claude.ai:8443", /is not a domain/],
  ["127.0.0.1", /is not a domain/],
  ["localhost", /is not a domain/],
  ["*", /is not a domain/],
  ["*.example", /is not a domain/],
  ["a.*.example", /is not a domain/],
  ["Claude.ai", /has capitals; write "claude.ai"/],
  ["bücher.example", /has letters besides a-z; write it as DNS has it: "xn--bcher-kva.example"/],
  ["", /is empty; write a domain like claude.ai/],
  [1, /1 is not a domain/],
])("%j is refused with its sentence", (domain, says) => {
  expect(problems([domain])).toEqual([expect.stringMatching(says)]);
});

test("a wildcard over a domain below which strangers have names is refused", () => {
  const spec = specOf({ auth: { domains: ["claude.ai", "*.okta.example"] } });
  const { catalogue } = declared();
  const judged = declare("acme", spec, {
    ...catalogue,
    whyShared: (domain) => (domain === "okta.example" ? "hosted accounts" : undefined),
  });
  expect(judged.problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
    'auth.domains[1] "*.okta.example" is a wildcard over a domain below which anybody can have a name (hosted accounts); list the names that are needed',
  ]);
});
