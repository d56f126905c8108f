import { type Held, judgeOthers, type ListedContainer } from "./others.ts";

const container = (name: string, more: Partial<ListedContainer> = {}): ListedContainer => ({
  name,
  running: true,
  atRest: false,
  holds: [],
  ...more,
});
const judge = (listed: ListedContainer[], members: Record<string, string[]> = {}) =>
  judgeOthers("acme", {
    ...{ workspace: "/srv/acme", volumes: ["acme-home", "acme-history"], root: "/var/lib/docker" },
    ...{ listed, members },
  });
const path = (path: string, writes = true): Held => ({ path, writes });
const volume = (volume: string): Held => ({ volume, writes: false });
const nobody = { strangers: [], doubles: [], guests: [] };
const of = (role: string, client = "acme") => ({ client, role });

test("a client's own containers, and those that an up has set aside, are nobody else's", () => {
  const own = ["agent", "gateway", "lock"].flatMap((role) => [
    container(`acme-${role}`, { ...of(role), holds: [path("/srv/acme"), volume("acme-home")] }),
    container(`acme-${role}.before`, { ...of(role), running: false }),
  ]);
  expect(
    judge(own, { "acme-inner": ["acme-agent", "acme-gateway", "acme-agent.before", "acme-gateway.before"] }),
  ).toEqual(nobody);
});

test("who is on one of the client's networks besides is a stranger, whatever it is", () => {
  const members = { "acme-inner": ["acme-agent", "globex-agent", "acme-lock2"], "acme-outer": ["acme-gateway", "x"] };
  expect(judge([], members).strangers).toEqual([
    { name: "globex-agent", network: "acme-inner" },
    { name: "acme-lock2", network: "acme-inner" },
    { name: "x", network: "acme-outer" },
  ]);
});

test.each<[string, ListedContainer, boolean]>([
  ["renamed", container("old", of("agent")), true],
  ["copied and stopped", container("copy", { ...of("gateway"), running: false }), true],
  ["set aside, and started again", container("acme-agent.before", of("agent")), true],
  ["set aside", container("acme-agent.before", { ...of("agent"), running: false }), false],
  ["another client's", container("globex-agent", of("agent", "globex")), false],
  ["a step of the client's, of another role", container("acme-x", of("step")), false],
])("a container that was %s", (_what, one, double) => {
  expect(judge([one]).doubles).toEqual(double ? [one.name] : []);
});

test.each<[string, Partial<ListedContainer>, boolean]>([
  ["the workspace", { holds: [path("/srv/acme", false)] }, true],
  ["a part of the workspace", { holds: [path("/srv/acme/src")] }, true],
  ["a directory that holds the workspace, to write", { holds: [path("/srv")] }, true],
  ["a directory that holds the workspace, to read", { holds: [path("/srv", false)] }, false],
  ["the agent's home", { holds: [volume("acme-home")] }, true],
  [
    "the shell's history by its place on the engine",
    { holds: [path("/var/lib/docker/volumes/acme-history/_data")] },
    true,
  ],
  ["a directory of a name that begins the same", { holds: [path("/srv/acme2")] }, false],
  ["another client's volume", { holds: [volume("globex-home")] }, false],
  ["the workspace, and does not run", { holds: [path("/srv/acme")], running: false }, false],
  [
    "the workspace, as another client's agent, which guardrails judge",
    { holds: [path("/srv/acme")], role: "agent" },
    false,
  ],
])("a container that holds %s", (_what, more, guest) => {
  expect(judge([container("x", more)]).guests).toEqual(guest ? ["x"] : []);
});

test("our own helper at work in an agent's places is no guest", () => {
  const helper = container("acme-agent-look-1", { ...of("helper"), holds: [path("/srv/acme")] });
  expect(judge([helper])).toEqual(nobody);
});
