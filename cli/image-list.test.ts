import { listImages } from "./image-list.ts";

const image = (tag: string, created: number, agents?: string) => ({
  tags: [`agent-sandbox/${tag}`],
  id: `sha256:${tag}`,
  created,
  size: 1,
  labels: { ...(agents && { "agent-sandbox.agents": agents }) },
});
const states = (...args: Parameters<typeof listImages>) =>
  Object.fromEntries(
    listImages(...args).map(({ tag, state, users }) => [tag.replace("agent-sandbox/", ""), [state, ...users]]),
  );

test("an image is current, in use, the last good one, or unused", () => {
  const images = [
    image("agent:new", 30, "claude"),
    image("agent:used", 20, "claude"),
    image("agent:old", 10, "claude"),
    image("agent:other-old", 4, "codex"),
    image("agent:other-older", 3, "codex"),
    image("base:one", 1),
  ];
  const containers = [
    { name: "globex-agent", image: "sha256:agent:used", client: "globex" },
    { name: "somebody", image: "sha256:agent:used" },
    { name: "db", image: "sha256:postgres" },
  ];
  expect(states(images, containers, { acme: ["agent-sandbox/agent:new", "agent-sandbox/base:one"], ann: [] })).toEqual({
    "agent:new": ["current", "acme"],
    "agent:used": ["in use", "globex", "somebody"],
    "agent:old": ["unused"],
    // Nobody wants it, and it is the only one to go back to.
    "agent:other-old": ["last good"],
    "agent:other-older": ["unused"],
    "base:one": ["current", "acme"],
  });
});

test("a build that failed leaves the newest good one, though no plan wants it", () => {
  const images = [image("extended:two", 2, "claude"), image("extended:one", 1, "claude")];
  expect(states(images, [], { acme: ["agent-sandbox/extended:broken"] })).toEqual({
    "extended:two": ["last good"],
    "extended:one": ["unused"],
  });
});

test("Podman's names are the same images", () => {
  const images = [{ ...image("base:one", 1), tags: ["localhost/agent-sandbox/base:one"] }];
  expect(listImages(images, [], { acme: ["agent-sandbox/base:one"] })).toMatchObject([
    { tag: "localhost/agent-sandbox/base:one", role: "base", state: "current" },
  ]);
});
