import { judgeDrift, judgeGateway, judgePolicy, judgeSessions } from "./closer.ts";

const gateway = (Status: string, health?: string) => ({
  State: { Status, ...(health && { Health: { Status: health } }) },
});

test.each([
  [gateway("running", "healthy"), "ok", "healthy"],
  [gateway("running", "starting"), "ok", "starting"],
  [gateway("running", "unhealthy"), "DIFFERS", "unhealthy"],
  [gateway("running"), "DIFFERS", "runs, and nobody tries its health"],
  [gateway("exited", "healthy"), "DIFFERS", 'is "exited"'],
  [undefined, "DIFFERS", "is not there"],
])("of a gateway %j is said %s", (found, word, says) => {
  expect(judgeGateway(found)).toEqual({ about: "gateway", word, says });
});

test.each([
  [{ sessions: [], unseen: [] }, "ok", "nobody is in it"],
  [{ sessions: ["1 terminal", "a tmux"], unseen: [] }, "ok", "1 terminal, a tmux"],
  [{ sessions: ["1 terminal"], unseen: ["away"] }, "UNSEEN", "1 terminal; away"],
])("of who is in it, %j, is said %s", (inIt, word, says) => {
  expect(judgeSessions(inIt)).toEqual({ about: "sessions", word, says });
});

const planned = { seen: { policyHash: "a" } };
const last = { seen: "2026-11-30T05:00:00Z" };

test.each([
  [{ seen: "a" }, planned, last, "ok", "in force, of the up of 2026-11-30 05:00 UTC"],
  [{ seen: "a" }, planned, { unseen: "no pulumi" }, "ok", "in force"],
  [
    { seen: "b" },
    planned,
    last,
    "DIFFERS",
    "another than that of the last up is in force, of the up of 2026-11-30 05:00 UTC",
  ],
  [{ seen: undefined }, planned, last, "DIFFERS", "none is in force"],
  [{ unseen: "no answer" }, planned, last, "UNSEEN", "no answer"],
  [{ seen: "a" }, { unseen: "no stack" }, last, "UNSEEN", "no stack"],
])("of a policy %j, with %j planned, nothing is said that nobody saw", (live, outputs, when, word, says) => {
  expect(judgePolicy(live, outputs, when)).toEqual({ about: "policy", word, says });
});

test("drift is counted, and what could not be looked at is no sign that nothing differs", () => {
  const difference = { class: "widens" as const, what: "containers", says: "a mount" };
  const dark = { what: "volumes", why: "no answer" };
  const judge = (differences: (typeof difference)[], unseen: (typeof dark)[]) =>
    judgeDrift({ differences, unseen, mended: [] }, "acme");
  expect(judge([], [])).toMatchObject({ word: "ok" });
  expect(judge([], [dark])).toMatchObject({ word: "UNSEEN", says: "volumes: no answer" });
  expect(judge([difference], [dark])).toMatchObject({
    word: "DIFFERS",
    says: "1 difference, 1 wider: agentbox drift acme",
  });
});
