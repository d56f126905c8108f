import fc from "fast-check";
import type { Facts } from "../../plan/facts.ts";
import { compare, describeChange } from "../../plan/review/compare.ts";
import { describeReview, renderPosture } from "../../plan/review/describe.ts";
import type { PostureFact } from "../../plan/review/fact.ts";
import { describeMoment } from "../../stack-file/moment.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { planBriefing } from "../briefing/briefing.ts";
import type { Declared } from "../capability.ts";
import { planEgress } from "../egress/egress.ts";
import { egressFacts, egressTopics } from "../egress/facts.ts";
import { grants } from "./plan.ts";

const names = ["api.forge.example", "forge.example"];
const forge = {
  name: "forge",
  description: "forge",
  hosts: names.map((host) => ({ host, ports: [443], why: "test", source: "test", seen: "2026-11-21" })),
};
const catalogue = { services: [forge], serviceNames: ["forge"], files: [], whyShared: () => undefined };
const UNTIL = "2026-12-01T18:00Z";
const grant = (more: object = {}) => ({ allow: "docs.acme.example", until: UNTIL, why: "reads the API", ...more });
const NOW = Date.parse("2026-12-01T12:00Z");

const read = (config: object) => {
  const { spec, problems } = parseSpec({ workspace: "/w", ...config });
  const egress = planEgress(spec!, [], catalogue);
  const of = { client: "acme", spec: spec!, policy: egress.problems.length > 0 ? undefined : egress.policy };
  return { of: of as unknown as Declared, problems: [...problems, ...egress.problems] };
};
const told = (...list: object[]) => {
  const { of, problems } = read({ grants: list });
  return [...problems, ...(grants.check?.(of) ?? [])].map(({ path, message }) => `${path}: ${message}`);
};
const ends = (list: object[], more: Partial<Facts> = {}) => {
  const { problems, warnings } = grants.plan!(read({ grants: list }).of, { now: NOW, deployed: [], ...more } as Facts);
  const lines = (all: typeof problems = []) => all.map(({ path, message }) => `${path}: ${message}`);
  return { problems: lines(problems), warnings: lines(warnings) };
};
const facts = (config: object): PostureFact[] => {
  const { of } = read(config);
  return [...egressFacts(of), ...(grants.posture?.(of) ?? [])];
};
const topics = { ...egressTopics, ...grants.topics };
const review = (before: object, after: object) => describeReview(compare(facts(before), facts(after), topics), topics);

describe("what a grant may say", () => {
  test("a service, a name, names below one, both, or a host with its ports, each with its end in UTC", () => {
    const list = [
      grant({ allow: "forge" }),
      grant({ until: "2026-12-01T19:00+01:00" }),
      grant({ allow: "*.wild.example", until: "2026-12-01T18:00:30Z" }),
      grant({ allow: ".both.example" }),
      grant({ allow: { host: "git.acme.example", ports: [443, 22] } }),
    ];
    const { of, problems } = read({ grants: list });
    expect(problems).toEqual([]);
    const shown = of.policy!.grants.map(({ name, until, destinations }) => [
      ...[name, until],
      ...destinations.map((d) => `${d.subdomains ? "*." : ""}${d.host} ${d.ports} (${d.origin})`),
    ]);
    expect(shown).toEqual([
      ["forge", "2026-12-01T18:00:00Z", "api.forge.example 443 (grant: forge)", "forge.example 443 (grant: forge)"],
      ["docs.acme.example", "2026-12-01T18:00:00Z", "docs.acme.example 80,443 (grant)"],
      ["*.wild.example", "2026-12-01T18:00:30Z", "*.wild.example 80,443 (grant)"],
      [".both.example", "2026-12-01T18:00:00Z", "both.example 80,443 (grant)", "*.both.example 80,443 (grant)"],
      ["git.acme.example 22,443", "2026-12-01T18:00:00Z", "git.acme.example 22,443 (grant)"],
    ]);
    expect(of.policy!.destinations).toEqual([]);
  });

  test.each([
    [
      { until: "2026-12-01T18:00" },
      /^grants\[0\]\.until: "2026-12-01T18:00" has no zone, and is another moment in each; write 2026-12-01T18:00Z for UTC/,
    ],
    [
      { until: "2026-12-01 18:00:30 +0000 UTC" },
      /^grants\[0\]\.until: was read as a time, .* write it in quotes \("2026-12-01T18:00:30Z"\), or without seconds/,
    ],
    [
      { until: "2026-02-30T18:00Z" },
      /^grants\[0\]\.until: "2026-02-30T18:00Z" is not a moment; write it like 2026-12-01T18:00Z/,
    ],
    [{ until: "2026-12-01T25:00Z" }, /is not a moment/],
    [{ until: "tomorrow" }, /is not a moment/],
    [{ until: 20261201 }, /^grants\[0\]\.until: 20261201 is not a moment/],
    [{ until: undefined }, /^grants\[0\]\.until: is missing: it is a moment/],
    [{ why: undefined }, /^grants\[0\]\.why: is missing: it is what it is for/],
    [{ why: "a\negress  b" }, /^grants\[0\]\.why: .* is no line of up to 200 letters/],
    [
      { allow: "docs" },
      /^grants\[0\]\.allow: "docs" is not a service or a host name\. All services: agentbox services/,
    ],
    [{ allow: ["docs.acme.example"] }, /^grants\[0\]\.allow: .* is not a destination; write/],
    [
      { allow: { host: "*.acme.example", ports: [22] } },
      /^grants\[0\]\.allow\.host: .* is a wildcard, which cannot open port 22/,
    ],
    [{ allow: "192.168.1.2" }, /^grants\[0\]\.allow: .* is an address, not a name/],
    [{ for: "30m" }, /^grants\[0\]\.for: is not a key here/],
  ])("%j is refused in a sentence", (more, message) => {
    const all = told(grant(more));
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(message);
  });

  test("one name has one end", () => {
    expect(told(grant(), grant({ until: "2026-12-02T18:00Z" }))).toEqual([
      "grants[1].allow: opens docs.acme.example, as grants[0] does; leave one of them out, or give one all that is needed",
    ]);
    expect(
      told(grant({ allow: "forge" }), grant({ allow: "*.forge.example" }), grant({ allow: "forge.example" })),
    ).toEqual([
      "grants[2].allow: opens forge.example, as grants[0] does; leave one of them out, or give one all that is needed",
    ]);
  });

  test("profile offline has no use for one", () => {
    expect(read({ profile: "offline", grants: [grant()] }).of.policy!.grants).toEqual([]);
  });
});

describe("the end of a grant", () => {
  test("that is over when it is declared first is a mistake", () => {
    const problem =
      "grants[0].until: 2026-12-01 11:00 UTC is over, by this machine's clock (2026-12-01 12:00 UTC); give it a later end, or take the line out";
    expect(ends([grant({ until: "2026-12-01T11:00Z" })])).toEqual({ problems: [problem], warnings: [] });
    expect(ends([grant({ until: "2026-12-01T12:00Z" })]).problems).toHaveLength(1);
    expect(ends([grant({ until: "2026-12-01T12:01Z" })])).toEqual({ problems: [], warnings: [] });
  });

  test("that came since an earlier `up` is told, and stops nothing", () => {
    const over = [grant({ until: "2026-12-01T11:00Z" })];
    const warning = "grants[0]: docs.acme.example: ended 2026-12-01 11:00 UTC, and stays shut; take the line out";
    expect(ends(over, { deployed: facts({ grants: over }) })).toEqual({ problems: [], warnings: [warning] });
    // What was handed over had another end, or was for another name.
    for (const other of [{ until: "2026-12-01T11:30Z" }, { allow: "other.acme.example", until: "2026-12-01T11:00Z" }])
      expect(ends(over, { deployed: facts({ grants: [grant(other)] }) }).problems).toHaveLength(1);
  });

  test("is thirty days ahead at most", () => {
    expect(ends([grant({ until: "2026-12-31T12:00Z" })])).toEqual({ problems: [], warnings: [] });
    expect(ends([grant({ until: "2026-12-31T12:01Z" })]).problems).toEqual([
      "grants[0].until: 2026-12-31 12:01 UTC is more than 30 days ahead; a grant is for less, and what is needed for longer is a line of egress.allow",
    ]);
  });

  test("reads so that the later of two is the greater text", () => {
    const moment = fc.date({ min: new Date(0), max: new Date("9999-01-01"), noInvalidDate: true }).map((date) => {
      const seconds = Math.floor(date.getTime() / 1000);
      return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
    });
    fc.assert(
      fc.property(moment, moment, (a, b) => {
        expect(describeMoment(a) < describeMoment(b)).toBe(a < b);
      }),
    );
  });

  test.each([
    ["2026-11-30T19:00:00Z", "2026-11-30 19:00 UTC"],
    ["2026-11-30T19:00Z", "2026-11-30 19:00 UTC"],
    ["2026-11-30T19:05:30Z", "2026-11-30 19:05:30 UTC"],
  ])("%s is read as %s", (moment, read) => {
    expect(describeMoment(moment)).toBe(read);
  });
});

describe("in posture and review a grant", () => {
  test("is told with its end", () => {
    const posture = renderPosture(facts({ grants: [grant(), grant({ allow: "forge" })] }), topics);
    expect(posture.split("\n")).toEqual([
      "egress        grant until 2026-12-01 18:00 UTC: forge: api.forge.example, forge.example",
      "egress        docs.acme.example 80,443 until 2026-12-01 18:00 UTC (grant)",
      "resolvers     those of the engine's host for every name",
      "grants        docs.acme.example until 2026-12-01 18:00 UTC (reads the API)",
      "grants        forge until 2026-12-01 18:00 UTC (reads the API)",
    ]);
  });

  test("widens when it comes, and narrows when it goes", () => {
    const line = "egress        + docs.acme.example 80,443 until 2026-12-01 18:00 UTC (grant)";
    expect(review({}, { grants: [grant()] })[0]).toBe(`WIDENS   ${line}`);
    expect(review({ grants: [grant()] }, {})[0]).toBe(`narrows  ${line.replace("+", "-")}`);
  });

  const later = grant({ until: "2026-12-01T19:00Z" });
  const open = { egress: { allow: ["docs.acme.example"] } };
  test.each([
    ["a later end", { grants: [grant()] }, { grants: [later] }, "widens"],
    ["an earlier end", { grants: [later] }, { grants: [grant()] }, "narrows"],
    ["for good instead", { grants: [grant()] }, open, "widens"],
    ["for a while, and no more for good", open, { grants: [grant()] }, "narrows"],
    ["of what is open for good", open, { ...open, grants: [grant()] }, "neutral"],
    [
      "below what is granted as long",
      { grants: [grant({ allow: "*.acme.example" })] },
      { grants: [grant({ allow: "*.acme.example" }), grant()] },
      "neutral",
    ],
    [
      "below what is granted shorter",
      { grants: [grant({ allow: "*.acme.example" })] },
      { grants: [grant({ allow: "*.acme.example" }), later] },
      "widens",
    ],
    [
      "with one more port",
      { grants: [grant()] },
      { grants: [grant({ allow: { host: "docs.acme.example", ports: [22, 80, 443] } })] },
      "widens",
    ],
    [
      "a port more for a while",
      open,
      { ...open, grants: [grant({ allow: { host: "docs.acme.example", ports: [22] } })] },
      "widens",
    ],
    [
      "more ports for less time",
      { grants: [later] },
      { grants: [grant({ allow: { host: "docs.acme.example", ports: [22, 80, 443] } })] },
      "unordered",
    ],
  ])("%s: %#", (_what, before, after, expected) => {
    const changes = compare(facts(before), facts(after), topics).filter(({ topic }) => topic === "egress");
    expect([changes.length, changes[0]?.class]).toEqual([1, expected]);
  });

  test("beside what is open for good is one line with both", () => {
    const more = { ...open, grants: [grant({ allow: { host: "docs.acme.example", ports: [22, 443] } })] };
    const [change] = compare(facts(open), facts(more), topics);
    expect(describeChange(change!)).toBe(
      "docs.acme.example 80,443 (client) → 80,443, 22 until 2026-12-01 18:00 UTC (client, grant)",
    );
  });

  test("is told to the agent", () => {
    const { of } = read({ ...open, grants: [grant({ allow: "*.wild.example" })] });
    const file = planBriefing("acme", of.spec, of.policy!, []).find(({ role }) => role === "policy")!;
    expect(JSON.parse((file.source as { text: string }).text)).toMatchObject({
      allow: [{ name: "docs.acme.example", ports: [80, 443] }],
      granted: [{ name: "*.wild.example", ports: [80, 443], until: "2026-12-01T18:00:00Z" }],
    });
  });
});
