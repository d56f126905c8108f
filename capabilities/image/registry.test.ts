import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ImagePlans, planImages } from "./image.ts";
import { readRegistryLock } from "./look/registry.ts";
import { readImageSources } from "./look/sources.ts";
import {
  afterPush,
  contentTag,
  isShared,
  Registry,
  type RegistryLock,
  refuseRegistry,
  renderRegistryLock,
} from "./registry.ts";

const sources = readImageSources(process.cwd(), { agents: ["shell"], tools: [] });
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const from = "registry.example/agent-sandbox";
const planned = (registry: RegistryLock, more: { from?: string; ref?: string } = { from }): ImagePlans => {
  const of = { agents: sources.agents, tools: [], uid: 1000, gid: 1000, platform: "linux-x64" as const };
  return planImages({ ...of, ...more, sources: { ...sources, registry } });
};
const tags = (plans: ImagePlans) => Object.values(plans).map(({ tag }) => tag);
const pulls = (plans: ImagePlans) => Object.values(plans).map(({ pull }) => pull);
const { base, agent } = planned({}) as Required<Pick<ImagePlans, "base" | "agent">>;

test("an image is pulled by the digest that the lock has for its content and the engine's platform, and every other is built", () => {
  const lock = { "linux-x64": { [agent!.tag]: digest("a") }, "linux-arm64": { [base.tag]: digest("b") } };
  const plans = planned(lock);
  expect(plans.agent).toMatchObject({ pull: `${from}/agent@${digest("a")}`, program: "build-image" });
  expect(pulls(plans)).toEqual([undefined, undefined, undefined, `${from}/agent@${digest("a")}`]);
});

test("what is pulled, and what is made on it, has a tag that no client has without that digest", () => {
  const lines = (of: string[], letter: string) => ({
    "linux-x64": Object.fromEntries(of.map((tag) => [tag, digest(letter)])),
  });
  const built = planned({}, {});
  const ways = [
    built,
    planned(lines([base.tag], "a")),
    planned(lines([base.tag], "b")),
    planned(lines(tags(built), "a")),
  ];
  // The images of each way are its own, those that are built on a pulled base as well.
  const all = ways.flatMap(tags);
  expect(new Set(all).size).toBe(4 * tags(built).length - 1);
  expect(tags(ways[1]!)[0]).toBe(tags(ways[3]!)[0]);
  expect(ways[1]!.runtime).toMatchObject({ words: { arguments: { BASE_IMAGE: ways[1]!.base.tag } } });
  // Without the key, or without the line, all is as it was.
  for (const plans of [
    planned(lines(tags(built), "a"), {}),
    planned({}),
    planned(lines([`agent-sandbox/base:${"0".repeat(40)}`], "a")),
  ])
    expect(plans).toEqual(built);
});

test("the lock knows each image by its content, whatever it is made on here", () => {
  const built = planned({}, {});
  const plans = planned({ "linux-x64": { [base.tag]: digest("a") } });
  expect(Object.values(plans).map(contentTag)).toEqual(tags(built));
  const next = planned({ "linux-x64": { [base.tag]: digest("a"), [built.runtime!.tag]: digest("b") } });
  expect(pulls(next)).toEqual([`${from}/base@${digest("a")}`, undefined, `${from}/runtime@${digest("b")}`, undefined]);
});

test("an image of the client's own is pulled from where the client says, whatever a line says of its tag", () => {
  const ref = `acme/box@${digest("c")}`;
  const { given } = planned({}, { from, ref });
  expect(planned({ "linux-x64": { [given!.tag]: digest("a") } }, { from, ref }).given).toEqual(given);
});

test.each(["registry.example/agent-sandbox", "localhost:5000/x", "build:5000/a/b-c", "localhost/x", "a.b.c:443/x"])(
  "%s is a place in a registry",
  (text) => expect(Registry.parse(text)).toBe(text),
);

test.each([
  "registry.example",
  "agent-sandbox",
  "acme/agent-sandbox",
  "https://registry.example/x",
  "a.b/x:latest",
  `a.b/x@${digest("a")}`,
  "A.b/x",
  "a.b/x/",
  "a:b@c.d/x",
  "--all.x/y",
])("%s is none", (text) => expect(refuseRegistry(text)).toMatch(/write it like registry\.example\/agent-sandbox$/));

test("what holds something of a client is pushed by its name alone", () => {
  const all = ["base", "gateway", "runtime", "agent", "extended", "given", "helper"];
  expect(all.filter((name) => isShared(`agent-sandbox/${name}:1`))).toEqual(["base", "gateway", "runtime", "agent"]);
});

test("a push of all keeps the lines of what stacks want, pushed or not, and the other platform's; one of named images keeps all", () => {
  const before = { "linux-x64": { a: "1", b: "2", c: "3" }, "linux-arm64": { d: "4" } };
  const after = (lines: object) => ({ ...before, "linux-x64": lines });
  expect(afterPush(before, "linux-x64", { b: "5" }, ["a", "b"])).toEqual(after({ a: "1", b: "5" }));
  expect(afterPush(before, "linux-x64", { b: "5" })).toEqual(after({ a: "1", b: "5", c: "3" }));
});

describe("images/registry.lock.yaml", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "agent-sandbox-registry-"));
    mkdirSync(join(root, "images"));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const write = (text: string) => writeFileSync(join(root, "images/registry.lock.yaml"), text);

  test("is read as it was written, and written the same whatever the order", () => {
    const [one, two] = ["1", "2"].map((digit) => `agent-sandbox/base:${digit.repeat(40)}`) as [string, string];
    const lock = { "linux-x64": { [one]: digest("a"), [two]: digest("b") }, "linux-arm64": { [one]: digest("c") } };
    const text = renderRegistryLock(lock);
    write(text);
    expect(readRegistryLock(root)).toEqual(lock);
    expect(renderRegistryLock({ ...lock, "linux-x64": { [two]: digest("b"), [one]: digest("a") } })).toBe(text);
  });

  test("is not there: nothing was pushed", () => expect(readRegistryLock(root)).toEqual({}));

  test("is refused with each line that is no image of ours or no digest", () => {
    write("linux-x64:\n  agent-sandbox/base:latest: sha256:1\nlinux-x86: {}\n");
    expect(() => readRegistryLock(root)).toThrow(
      /registry\.lock\.yaml\n[\s\S]*linux-x64\.agent-sandbox\/base:latest[\s\S]*tag of an image[\s\S]*linux-x86/,
    );
    write(`linux-x64:\n  ${base.tag}: sha256:1\n`);
    expect(() => readRegistryLock(root)).toThrow(/"sha256:1" is not a digest, sha256:… \(`agentbox images push`/);
  });
});
