import fc from "fast-check";
import { postures } from "../../test/facts.ts";
import { topics } from "../posture.ts";
import { compare } from "./compare.ts";
import { describeNew, describeReview, describeWhole, renderPosture } from "./describe.ts";
import type { PostureFact } from "./fact.ts";

const fact = (topic: string, about: string, says = "", mark = ""): PostureFact => ({
  ...{ topic, about, says },
  ...(mark && { mark }),
});
const review = (before: PostureFact[], after: PostureFact[]) => describeReview(compare(before, after, topics), topics);

test("widening comes first, and what both sides end with is said once", () => {
  const before = [
    fact("mounts", "/docs", "ro (/srv/docs)"),
    fact("egress", "old.example", "443 (client)"),
    fact("secrets", "TOKEN", "(env TOKEN)", "1"),
    fact("endpoints", "db:5432", "192.168.1.2 (client)"),
  ];
  const after = [
    fact("mounts", "/docs", "rw (/srv/docs)"),
    fact("egress", "new.example", "80,443 (client)"),
    fact("secrets", "TOKEN", "(env TOKEN)", "2"),
    fact("endpoints", "db:5432", "192.168.1.3 (client)"),
  ];
  expect(review(before, after)).toEqual([
    "WIDENS   egress        + new.example 80,443 (client)",
    "WIDENS   mounts        ~ /docs ro → rw (/srv/docs)",
    "WIDENS?  endpoints     ~ db:5432 192.168.1.2 → 192.168.1.3 (client) (another machine)",
    "narrows  egress        - old.example 443 (client)",
    "neutral  secrets       ~ TOKEN (env TOKEN): rotated",
  ]);
});

test("a service that comes is one line, and a name that it gets later is its own", () => {
  const of = (...names: string[]) => names.map((name) => fact("egress", name, "443 (client: github)"));
  expect(review([], of("api.github.com", "github.com"))).toEqual([
    "WIDENS   egress        + client: github: api.github.com, github.com",
  ]);
  expect(review(of("api.github.com"), of("api.github.com", "github.com"))).toEqual([
    "WIDENS   egress        + client: github: github.com",
  ]);
});

test("no name that somebody gave a file makes a line of its own, or steers a terminal", () => {
  const forged = "/workspace/.env\nWIDENS   egress        - all\u{1b}[2J\u{202e}";
  const [line, ...more] = review([], [fact("masks", forged, "empty")]);
  expect(more).toEqual([]);
  expect(line).toMatch(/^narrows {2}masks {9}\+ \/workspace\/\.env\\u\{a\}WIDENS .*\\u\{1b\}\[2J\\u\{202e\} empty$/);
  expect(renderPosture([fact("masks", forged, "empty")], topics).split("\n")).toHaveLength(1);
});

test("a posture has each fact, in lines that Pulumi does not cut, whatever the order it came in", () => {
  fc.assert(
    fc.property(postures, (facts) => {
      const text = renderPosture(facts, topics);
      expect(renderPosture([...facts].reverse(), topics)).toBe(text);
      for (const line of text.split("\n")) expect(line.length).toBeLessThan(150);
      for (const { topic } of facts) expect(text).toMatch(new RegExp(`^${topic} `, "m"));
    }),
  );
});

test("a new sandbox is told on one screen: with how much more there is, and without what gives nothing", () => {
  const names = Array.from({ length: 40 }, (_, number) => `host-${number}.example`);
  const lines = describeNew(
    [...names.map((name) => fact("egress", name, "443 (client)")), fact("git-identity", "name", "ann")],
    topics,
  );
  const [, shown = "", left] = /^new {6}egress {8}(.*), and (\d+) more$/.exec(lines[0] ?? "") ?? [];
  expect([lines.length, shown.split(", ").length + Number(left)]).toEqual([1, 40]);
  const everything = Object.keys(topics).map((topic) => fact(topic, "x", "y"));
  expect(describeNew(everything, topics).length).toBeLessThanOrEqual(23);
  expect(describeNew([fact("mounts", "/x", `ro (/${"x".repeat(300)})`)], topics)[0]!.length).toBeLessThan(150);
});

test("whoever approves a new sandbox is told each name", () => {
  const names = Array.from({ length: 40 }, (_, number) => `host-${number}.example`);
  const text = describeWhole(
    names.map((name) => fact("egress", name, "443 (client: big)")),
    topics,
  ).join("\n");
  for (const name of names) expect(text).toContain(name);
  expect(describeWhole([], topics)).toEqual([]);
});
