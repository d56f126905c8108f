import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { built } from "../../test/built.ts";
import {
  agentImage,
  type ImageChoice,
  type ImagePlan,
  type ImagePlans,
  type ImageSources,
  lockProblems,
  planImages,
} from "./image.ts";
import { dataNames, readImageSources } from "./look/sources.ts";

const everything = (root: string) =>
  readImageSources(root, { agents: dataNames(root, "agents"), tools: dataNames(root, "tools") });
const sources = everything(process.cwd());
const plan = (names: readonly string[], more: Partial<ImageChoice> = {}) => {
  const agents = names.map((name) => sources.agents.find((agent) => agent.name === name)!);
  return planImages({
    agents,
    tools: [],
    uid: 1000,
    gid: 1000,
    platform: "linux-x64",
    sources,
    ...more,
  }) as ImagePlans & Record<"runtime" | "agent", ImagePlan>;
};
const tags = (plans: ImagePlans) => Object.fromEntries(Object.entries(plans).map(([name, { tag }]) => [name, tag]));
const everyone = sources.agents.map(({ name }) => name);

test("an image's tag is its name and the hash of what goes in", () => {
  for (const [name, { tag }] of Object.entries(plan(everyone)))
    expect(tag).toMatch(new RegExp(`^agent-sandbox/${name}:[0-9a-f]{40}$`));
});

test("the order of agents is no difference, the set of them is", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(everyone), fc.shuffledSubarray(everyone), (one, other) => {
      const same = [...one].sort().join() === [...other].sort().join();
      expect(plan(one).agent.tag === plan(other).agent.tag).toBe(same);
    }),
  );
});

test("clients with the same agents and owner share every image; another owner, only the last layer apart", () => {
  expect(tags(plan(["claude"]))).toEqual(tags(plan(["claude"])));
  const [mine, other] = [plan(["claude"]), plan(["claude"], { uid: 501, gid: 20 })];
  expect({ ...tags(mine), agent: "" }).toEqual({ ...tags(other), agent: "" });
  const different = (a: string, b: string) => {
    const lines = a.split("\n");
    return lines.findIndex((line, index) => line !== b.split("\n")[index]);
  };
  const at = different(built(mine.agent).dockerfile, built(other.agent).dockerfile);
  expect(built(mine.agent).dockerfile.split("\n").slice(at).join("\n")).not.toMatch(/COPY|fetch-/);
});

test("an agent's version changes its image and no other; the base changes all", () => {
  const change = (edit: (lock: ImageSources["lock"]) => void): ImageSources => {
    const lock = structuredClone(sources.lock);
    edit(lock);
    return { ...sources, lock };
  };
  const before = tags(plan(["claude"]));
  const bumped = tags(
    plan(["claude"], { sources: change((lock) => (lock.packages.claude!["linux-x64"]!.version = "9.9.9")) }),
  );
  expect({ ...bumped, agent: before.agent }).toEqual(before);
  expect(bumped.agent).not.toBe(before.agent);
  expect(plan(["codex"]).agent.tag).toBe(
    plan(["codex"], { sources: change((lock) => (lock.packages.claude!["linux-x64"]!.version = "9.9.9")) }).agent.tag,
  );
  const rebased = tags(plan(["claude"], { sources: change((lock) => (lock.base.epoch += 1)) }));
  for (const name of Object.keys(before)) expect(rebased[name]).not.toBe(before[name]);
});

test("an edit of any file of a context changes what is built from it", () => {
  const root = mkdtempSync(join(tmpdir(), "agent-sandbox-images-"));
  try {
    cpSync("images", join(root, "images"), { recursive: true });
    const read = () => tags(plan(["pi"], { sources: everything(root) }));
    const before = read();
    expect(before).toEqual(tags(plan(["pi"])));
    writeFileSync(join(root, "images/agents/pi/package.json"), "{}\n");
    expect({ ...read(), agent: "" }).toEqual({ ...before, agent: "" });
    expect(read().agent).not.toBe(before.agent);
    writeFileSync(join(root, "images/runtime/etc/gitconfig"), "\n");
    expect({ ...read(), runtime: "", agent: "" }).toEqual({ ...before, runtime: "", agent: "" });
    expect(read().runtime).not.toBe(before.runtime);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("the Dockerfiles use what every supported builder knows, and lines no builder refuses", () => {
  const { runtime, gateway, agent } = plan(everyone);
  for (const { dockerfile } of [runtime, gateway, agent].map(built)) {
    const instructions = dockerfile.replaceAll(/^#(?! *syntax).*$/gm, "");
    expect(instructions).not.toMatch(/^# *syntax=|<<|--link|--network|--checksum|^HEALTHCHECK|^SHELL/m);
    for (const line of dockerfile.split("\n")) expect(Buffer.byteLength(line)).toBeLessThan(60_000);
  }
});

test("programs come before settings: an edit of a setting fetches and copies nothing again", () => {
  const { dockerfile } = built(plan(everyone).agent);
  const last = dockerfile.slice(dockerfile.lastIndexOf("FROM "));
  expect(last.lastIndexOf("COPY ")).toBeLessThan(last.indexOf("ENV "));
  expect(last.lastIndexOf("COPY ")).toBeLessThan(last.indexOf("RUN "));
});

test("what the lock lacks for a platform is told at its key, all at once, with what there is and what to write", () => {
  const lock = structuredClone(sources.lock);
  delete lock.packages.claude!["linux-x64"];
  delete lock.packages.node;
  const of = { tools: [], platform: "linux-x64" as const, sources: { ...sources, lock } };
  const fix = (name: string) =>
    `Write package, version, integrity and released of one that the registry has for it, or leave out what needs ${name}`;
  expect(lockProblems({ ...of, agents: sources.agents.filter(({ name }) => name === "claude") })).toEqual([
    {
      file: "images/lock.yaml",
      path: "packages.node.linux-x64",
      message: `is missing, and the engine runs linux-x64. ${fix("node")}`,
    },
    {
      file: "images/lock.yaml",
      path: "packages.claude.linux-x64",
      message: `is missing, and the engine runs linux-x64: the lock has claude for linux-arm64. ${fix("claude")}`,
    },
  ]);
  expect(lockProblems({ ...of, agents: [], ref: "acme/box" })).toEqual([]);
  expect(lockProblems({ ...of, agents: [], sources })).toEqual([]);
});

describe("a client's own layers", () => {
  const fragment = { instructions: ["RUN true"], sources: [], folder: "/home/ann/acme", hash: "a" };
  const extended = (more: Partial<typeof fragment> = {}, packages: string[] = []) =>
    plan(["claude"], { extension: { packages, fragment: { ...fragment, ...more } } });

  test("are an image of their own on top of the shared one", () => {
    const plans = extended({}, ["tree", "graphviz"]);
    expect({ ...tags(plans), extended: "" }).toEqual({ ...tags(plan(["claude"])), extended: "" });
    expect(built(plans.extended!).arguments).toEqual({ AGENT_IMAGE: plans.agent.tag });
    expect(built(plans.extended!).dockerfile).toMatch(/apt-install graphviz tree\nRUN true\n/);
    expect(agentImage(plans)).toBe(plans.extended);
    expect(agentImage(plan(["claude"])).name).toBe("agent");
  });

  test("have a tag by what they say, not by where they lie: two clients that say the same share it", () => {
    const tag = extended().extended!.tag;
    expect(extended({ folder: "/srv/globex" }).extended!.tag).toBe(tag);
    expect(extended({ hash: "b" }).extended!.tag).not.toBe(tag);
    expect(extended({ instructions: ["RUN false"] }).extended!.tag).not.toBe(tag);
    expect(extended({}, ["tree"]).extended!.tag).not.toBe(tag);
  });
});

test("an image of one's own stands for the agent's, under a tag that says it was checked for this owner and these agents", () => {
  const ref = `registry.example/acme/box@sha256:${"0".repeat(64)}`;
  const given = planImages({ agents: [], tools: [], uid: 1000, gid: 1000, platform: "linux-x64", sources, ref });
  expect(Object.keys(given).sort()).toEqual(["base", "gateway", "given"]);
  expect(agentImage(given).words).toMatchObject({ ref, needs: { owner: "1000:1000" } });
  const other = planImages({ agents: [], tools: [], uid: 501, gid: 20, platform: "linux-x64", sources, ref });
  expect(other.given!.tag).not.toBe(given.given!.tag);
});
