import { judgeOthers, type ListedContainer } from "../../model/container/others.ts";

const container = (name: string, more: Partial<ListedContainer> = {}): ListedContainer => ({
  name,
  running: true,
  holds: [],
  ...more,
});
const judge = (listed: ListedContainer[], onNetwork: string[] = []) =>
  judgeOthers("acme", "/srv/acme", ["home", "history"], listed, onNetwork);
const nobody = { strangers: [], doubles: [], guests: [] };
const of = (role: string, client = "acme") => ({ client, role });

test("a client's own containers, and those that an up has set aside, are nobody else's", () => {
  const own = ["agent", "gateway", "lock"].flatMap((role) => [
    container(`acme-${role}`, { ...of(role), holds: ["/srv/acme", "acme-home"] }),
    container(`acme-${role}-before`, { ...of(role), running: false }),
  ]);
  expect(judge(own, ["acme-agent", "acme-gateway", "acme-agent-before", "acme-gateway-before"])).toEqual(nobody);
});

test("who is on the agent's network besides is a stranger, whatever it is", () => {
  expect(judge([], ["acme-agent", "globex-agent", "acme-lock2"]).strangers).toEqual(["globex-agent", "acme-lock2"]);
});

test.each<[string, ListedContainer, boolean]>([
  ["renamed", container("old", of("agent")), true],
  ["copied and stopped", container("copy", { ...of("gateway"), running: false }), true],
  ["set aside, and started again", container("acme-agent-before", of("agent")), true],
  ["set aside", container("acme-agent-before", { ...of("agent"), running: false }), false],
  ["another client's", container("globex-agent", of("agent", "globex")), false],
  ["a step of the client's, of another role", container("acme-x", of("step")), false],
])("a container that was %s", (_what, one, double) => {
  expect(judge([one]).doubles).toEqual(double ? [one.name] : []);
});

test.each<[string, Partial<ListedContainer>, boolean]>([
  ["the workspace", { holds: ["/srv/acme"] }, true],
  ["a part of the workspace", { holds: ["/srv/acme/src"] }, true],
  ["the agent's home", { holds: ["acme-home"] }, true],
  ["the shell's history", { holds: ["acme-history"] }, true],
  ["a directory of a name that begins the same", { holds: ["/srv/acme2"] }, false],
  ["another client's volume", { holds: ["globex-home"] }, false],
  ["the workspace, and does not run", { holds: ["/srv/acme"], running: false }, false],
  ["the workspace, as another client's agent, which guardrails judge", { holds: ["/srv/acme"], role: "agent" }, false],
])("a container that holds %s", (_what, more, guest) => {
  expect(judge([container("x", more)]).guests).toEqual(guest ? ["x"] : []);
});

test("our own look at an agent is no guest", () => {
  expect(judge([container("acme-agent-look-1", { holds: ["/srv/acme"] })])).toEqual(nobody);
});
