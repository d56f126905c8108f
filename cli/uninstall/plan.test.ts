import { type Found, planUninstall } from "./plan.ts";

const HOST = "unix:///run/engine.sock";
const NOTHING: Found = { engines: [], unseen: [], recorded: [], paths: [], theirs: [], lines: [] };
const usual = { state: false, withoutEngine: false };
const standing = {
  client: "acme",
  has: "0 containers, 0 networks, 1 volume",
  made: "from this checkout",
  declared: true,
};

test("images and what can be made again go; the state stays, and lines of a person's files are told", () => {
  const plan = planUninstall(
    {
      engines: [{ host: HOST, images: ["agent-sandbox/agent:1"], clients: [] }],
      unseen: [],
      recorded: [],
      paths: [
        { path: "/c", what: "a cache", kind: "install" },
        { path: "/s", what: "the state", kind: "state" },
      ],
      theirs: [{ path: "/p/.cache/pip", what: "nothing of ours" }],
      lines: [{ file: "/h/.bashrc", line: 7, what: "names agentbox" }],
    },
    usual,
  );
  expect(plan).toMatchObject({
    refused: [],
    images: [{ host: HOST, tag: "agent-sandbox/agent:1" }],
    paths: [{ path: "/c" }],
  });
  expect(plan.stays.slice(0, 3)).toEqual([
    "/s: the state; --state removes it",
    "/p/.cache/pip: nothing of ours; remove it by hand, if you know it",
    "/h/.bashrc:7: names agentbox; take the line out by hand",
  ]);
});

test("with --state the state goes as well", () => {
  const paths = [{ path: "/s", what: "the state", kind: "state" as const }];
  expect(planUninstall({ ...NOTHING, paths }, { ...usual, state: true }).paths).toEqual([
    { path: "/s", what: "the state" },
  ]);
});

test.each([
  [standing, /^acme stands on unix:\S+ \(.*1 volume\), made from this checkout: agentbox destroy acme$/],
  [{ ...standing, declared: false }, /: agentbox wipe acme$/],
  [
    { ...standing, declared: false, made: "from the checkout /srv/other" },
    /made from the checkout \/srv\/other: agentbox wipe acme; or, in that checkout, agentbox destroy$/,
  ],
  // A destroy here would be refused, whether this checkout has a file of that name or not.
  [
    { ...standing, made: "from the checkout /srv/other" },
    /: agentbox wipe acme; or, in that checkout, agentbox destroy$/,
  ],
  [{ ...standing, made: "with the state s3://states/theirs" }, /: agentbox wipe acme$/],
])("a client that stands refuses it, with the command that destroys it", (client, says) => {
  const plan = planUninstall({ ...NOTHING, engines: [{ host: HOST, images: [], clients: [client] }] }, usual);
  expect(plan.refused).toEqual([expect.stringMatching(says)]);
  // What an engine has that answers is never passed over.
  expect(
    planUninstall(
      { ...NOTHING, engines: [{ host: HOST, images: [], clients: [client] }] },
      { state: true, withoutEngine: true },
    ).refused,
  ).toHaveLength(1);
});

test("an engine that gives no answer refuses it, unless its things are to stay", () => {
  const unseen = [{ clients: ["acme"], why: "no engine answers" }];
  expect(planUninstall({ ...NOTHING, unseen }, usual).refused).toEqual([
    expect.stringMatching(/^whether acme stands is not known: no engine answers\. With --without-engine/),
  ]);
  const plan = planUninstall({ ...NOTHING, unseen }, { ...usual, withoutEngine: true });
  expect([plan.refused, plan.stays[0]]).toEqual([[], "what the engine has: no engine answers"]);
});

test("the record of a client on an engine that gives no answer is not removed, whatever else is said", () => {
  const recorded = [{ clients: ["acme"], why: "nobody answers at tcp://10.0.0.7:2376" }];
  const found = { ...NOTHING, unseen: recorded, recorded };
  expect(planUninstall(found, { state: true, withoutEngine: true }).refused).toEqual([
    expect.stringMatching(/^the state is what knows where acme may stand: nobody answers at .* without --state/),
  ]);
  expect(planUninstall(found, { state: false, withoutEngine: true }).refused).toEqual([]);
  const unread = { ...NOTHING, recorded: [{ clients: [], why: "pulumi stack ls gives no answer" }] };
  expect(planUninstall(unread, { state: true, withoutEngine: true }).refused).toEqual([
    expect.stringMatching(/where clients may stand: pulumi stack ls/),
  ]);
});

test("what is mounted below a folder that goes is not removed", () => {
  const paths = [{ path: "/c", what: "a cache", kind: "install" as const, mounted: "/c/home" }];
  expect(planUninstall({ ...NOTHING, paths }, usual).refused).toEqual([
    expect.stringMatching(/^\/c\/home is a mount below \/c/),
  ]);
  const state = [{ path: "/s", what: "s", kind: "state" as const, mounted: "/s/x" }];
  expect(planUninstall({ ...NOTHING, paths: state }, usual).refused).toEqual([]);
});
