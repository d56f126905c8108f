import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { atMoment, sections } from "../test/bundle-reader.ts";
import { ENDS, policyWithGrants } from "../test/policies.ts";
import { type AuditLine, parseAuditLine } from "./audit-line.ts";
import { renderBundle } from "./bundle.ts";
import { GO_CONTRACT, renderGoContract } from "./gatewayd-contract.ts";
import { planDatagrams, planProbes } from "./probes.ts";

const ROOT = join(__dirname, "..");

test("gatewayd has the contract as it is (DOCS=write writes it)", () => {
  const file = join(ROOT, GO_CONTRACT);
  if (process.env.DOCS === "write") writeFileSync(file, renderGoContract());
  expect(readFileSync(file, "utf8")).toBe(renderGoContract());
});

test("gatewayd speaks each word that it is given", () => {
  const folder = join(ROOT, "images/gateway/gatewayd");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /(?<!_test)\.go$/.test(path) && !path.startsWith("contract/"))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
  const words = [...renderGoContract().matchAll(/^(?:\t|var )([A-Z]\w*) += /gm)].map(([, word]) => word);
  expect(words).toContain("UserProxy");
  expect(words.filter((word) => !new RegExp(`\\bcontract\\.${word}\\b`).test(sources))).toEqual([]);
});

test("gatewayd's own test reads probes as they are planned (DOCS=write writes them)", () => {
  const input = {
    ...{ client: "acme", grants: [], endpoints: [], inbound: [], resolvers: [], hostAddresses: [] },
    web: true,
    destinations: [{ host: "allowed.test", subdomains: false, ports: [443], origin: "client" as const }],
    addresses: { gateway: "10.208.0.2", agent: "10.208.0.3", vips: "10.208.0.128/25", host: "10.208.1.1" },
  };
  const datagrams = planDatagrams(input.addresses).map((probe) => `${probe} 20001 5ca1ab1e`);
  const planned = [...planProbes(input), ...datagrams, ""].join("\n");
  const file = join(ROOT, "images/gateway/gatewayd/canary/testdata/planned");
  if (process.env.DOCS === "write") writeFileSync(file, planned);
  expect(readFileSync(file, "utf8")).toBe(planned);
});

/** What gatewayd writes of what it was given: its own test (audit/line_test.go) holds it to the same corpus. */
const corpus: { given: Partial<AuditLine>; line: string }[] = JSON.parse(
  readFileSync(join(ROOT, "images/gateway/gatewayd/audit/testdata/lines.json"), "utf8"),
);

test.each(corpus)("a line of gatewayd's is one of the audit's: $given.kind $given.reason", ({ given, line }) => {
  expect(parseAuditLine(line)).toEqual({
    ...{ time: "2026-11-29T09:05:06.007Z", name: "", address: "", port: 0, up: 0, down: 0, ms: 0 },
    ...given,
  });
});

/** Policies with grants, and what each of their files has at some moments. gatewayd's own test (policy/bundle_test.go) holds it to them: both sides read one corpus. */
const BUNDLES = join(ROOT, "images/gateway/gatewayd/policy/testdata/bundles.json");

/** @param count how many policies; the same each time */
function renderBundles(count: number): string {
  const policies = fc.sample(policyWithGrants(), { numRuns: count, seed: 14 });
  const moments = ["2026-12-01T00:00:00Z", ...ENDS];
  const bundles = policies.map((input) => {
    const { text, hash } = renderBundle(input);
    return {
      text,
      hash,
      moments: moments.map((moment) => ({
        moment,
        period:
          [...input.grants.map(({ until }) => until), input.expires ?? ""]
            .map((until) => (input.expires && until > input.expires ? input.expires : until))
            .filter((until) => until <= moment)
            .sort()
            .at(-1) ?? "",
        // Of each file its sha256.
        files: Object.fromEntries(
          Object.entries(sections(atMoment(text, moment)))
            .filter(([name]) => name !== "end")
            .map(([name, lines]) => [
              name,
              createHash("sha256")
                .update(lines.map((line) => `${line}\n`).join(""))
                .digest("hex"),
            ]),
        ),
      })),
    };
  });
  return `${JSON.stringify(bundles, null, 2)}\n`;
}

test("gatewayd's corpus of policies is what the planner writes (DOCS=write writes it)", () => {
  const text = renderBundles(2);
  if (process.env.DOCS === "write") writeFileSync(BUNDLES, text);
  expect(readFileSync(BUNDLES, "utf8")).toBe(text);
});
