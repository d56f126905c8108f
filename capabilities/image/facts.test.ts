import { compare } from "../../plan/review/compare.ts";
import { parseSpec } from "../../stack-file/spec.ts";
import { AgentSchema } from "./agent.ts";
import { imageFacts, imageTopics } from "./facts.ts";

const agent = (more: object = {}) => AgentSchema.parse({ name: "bot", description: "a bot", run: ["bot"], ...more });

function facts(image: object, agents = [agent()], fragment?: { instructions: string[]; hash: string }) {
  const { spec } = parseSpec({ workspace: "/srv/acme", image });
  if (!spec) throw new Error("the stack file is wrong");
  const lock = { base: { registry: null, suite: "trixie", epoch: 0 }, packages: {} };
  const host = {
    ...(fragment && { extension: { packages: [], fragment: { ...fragment, sources: [], folder: "/" } } }),
  };
  return imageFacts({ spec, agents, tools: [], catalogue: { lock } as never }, host);
}
const classes = (before: ReturnType<typeof facts>, after: ReturnType<typeof facts>) => [
  ...new Set(compare(before, after, imageTopics).map((change) => change.class)),
];
const ref = (digit: string) => ({ ref: `acme/box@sha256:${digit.repeat(64)}` });

test("an image of one's own always counts as wider: another one, one instead of this project's, and back", () => {
  expect(classes(facts(ref("1")), facts(ref("2")))).toEqual(["unordered"]);
  for (const [before, after] of [
    [facts({}), facts(ref("1"))],
    [facts(ref("1")), facts({})],
  ] as const)
    expect(classes(before, after)).toEqual(["unordered"]);
});

test("a fragment always counts as wider: a line more, a line less, and other files that it copies", () => {
  const extend = { extend: "images/acme.Dockerfile" };
  const of = (instructions: string[], hash = "1") => facts(extend, [agent()], { instructions, hash });
  expect(classes(of(["RUN a"]), of(["RUN a", "RUN b"]))).toEqual(["unordered"]);
  expect(classes(of(["RUN a", "RUN b"]), of(["RUN a"]))).toEqual(["unordered"]);
  expect(classes(of(["COPY a /a"]), of(["COPY a /a"], "2"))).toEqual(["unordered"]);
  expect(classes(of(["RUN a"]), facts({}))).toEqual(["unordered"]);
});

test("whatever an agent's file says of how it behaves is a setting: what is empty, too", () => {
  const settings = (more: object) =>
    facts({}, [agent(more)]).flatMap(({ topic, about, says }) => (topic === "settings" ? [`${about} ${says}`] : []));
  expect(
    settings({
      flags: { unattended: ["--yes"] },
      environment: { QUIET: "1", NONE: "" },
      settings: {
        "/etc/bot.json": '{"hooks": [], "allow": ["a"], "deep": {"x": null}}',
        "/etc/bot.toml": "a = 1\n\n b = 2\n",
      },
      before: "export X=1\n",
    }),
  ).toEqual([
    "bot run bot",
    "bot unattended --yes",
    "bot QUIET 1",
    "bot NONE ",
    "bot /etc/bot.json hooks []",
    'bot /etc/bot.json allow.0 "a"',
    "bot /etc/bot.json deep.x null",
    "bot /etc/bot.toml 001 a = 1",
    "bot /etc/bot.toml 003 b = 2",
    "bot before it 001 export X=1",
  ]);
});
