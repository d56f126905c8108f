import { labels } from "../plan/names.ts";
import { readBelongings } from "./engine/belongings.ts";
import { type Belonging, describeStrays, judgeOwnership, madeElsewhere, maker, writtenByOthers } from "./ownership.ts";

const here = { state: "aaaa", path: "/srv/here" };
const there = { state: "bbbb", path: "/srv/there" };
const thing = (kind: Belonging["kind"], client: string, more: Partial<Belonging> = {}): Belonging => ({
  kind,
  id: `${client}-${kind}`,
  name: `${client}-${kind}`,
  client,
  writes: [],
  ...more,
});
const judged = (...things: Belonging[]) => judgeOwnership("acme", here, things);

describe("a client is placed by the state that has it", () => {
  test("which is this one, or nobody yet", () => {
    expect(judged()).toEqual({ problems: [], warnings: [] });
    expect(judged(thing("network", "acme", here), thing("container", "acme", here))).toEqual({
      problems: [],
      warnings: [],
    });
  });

  test.each(["network", "container"] as const)("and not where another one has a %s of it", (kind) => {
    const { problems } = judged(thing(kind, "acme", there), thing("volume", "acme", there));
    expect(problems).toEqual([
      {
        path: "",
        message: `acme lives on this engine already: its ${kind}s were made from the checkout /srv/there. Run pulumi there, or take it over here: agentbox take-over acme`,
      },
    ]);
  });

  test("also where that one's folder is this one, and its state is gone", () => {
    const [problem] = judged(thing("network", "acme", { state: "cccc", path: here.path })).problems;
    expect(problem!.message).toContain("were made from this checkout, with a state that is gone");
  });

  test("what an older version made is nobody's, and another client's is no matter", () => {
    expect(judged(thing("network", "acme"), thing("network", "globex", there))).toEqual({ problems: [], warnings: [] });
  });

  test("volumes alone are taken over, which is told until something of this state stands beside them", () => {
    const volume = thing("volume", "acme", there);
    expect(judged(volume)).toEqual({
      problems: [],
      warnings: [
        "volumes of acme are on this engine already, made from the checkout /srv/there: what is in them is taken over. For empty ones: agentbox wipe acme",
      ],
    });
    expect(judged(volume, thing("network", "acme", here))).toEqual({ problems: [], warnings: [] });
  });

  test("and nothing is judged where no state is known", () => {
    expect(judgeOwnership("acme", undefined, [thing("network", "acme", there)])).toEqual({
      problems: [],
      warnings: [],
    });
  });
});

test("who made things is told as far as it is known", () => {
  expect(maker([thing("volume", "acme", there), thing("network", "acme", there)], here)).toBe(
    "from the checkout /srv/there",
  );
  expect(maker([thing("network", "acme", { state: "s3://states/ours" })], here)).toBe(
    "with the state s3://states/ours",
  );
  expect(maker([thing("network", "acme", { state: "bbbb" })], here)).toBe("from another checkout");
  expect(maker([thing("network", "acme")], here)).toBe("by a version that did not write down from where");
});

describe("another checkout made a client", () => {
  const made = (...things: Belonging[]) => madeElsewhere("acme", here, things, true).map(({ kind }) => kind);

  test("whose containers or networks have another state, begun in another folder", () => {
    expect(made(thing("network", "acme", there), thing("container", "acme", there))).toEqual(["network", "container"]);
    // The state lies at an address, or an older version wrote no folder down.
    expect(made(thing("network", "acme", { state: "s3://states/theirs" }))).toEqual(["network"]);
    // Of a client that is half made anew.
    expect(made(thing("network", "acme", here), thing("container", "acme", there))).toEqual(["container"]);
  });

  test("and not one of this state, of this folder with a state that is gone, or of nobody's", () => {
    expect(made(thing("network", "acme", here))).toEqual([]);
    expect(made(thing("network", "acme", { state: "cccc", path: here.path }))).toEqual([]);
    expect(made(thing("network", "acme"), thing("network", "globex", there))).toEqual([]);
    expect(madeElsewhere("acme", undefined, [thing("network", "acme", there)], true)).toEqual([]);
  });

  test("of which volumes alone are left, where these count, and not of one whose volumes were taken over", () => {
    const volume = thing("volume", "acme", there);
    expect(made(volume)).toEqual(["volume"]);
    expect(madeElsewhere("acme", here, [volume], false)).toEqual([]);
    expect(made(volume, thing("network", "acme", here))).toEqual([]);
  });
});

test("a client that nobody declares is told: this state's, and one of a folder that is gone", () => {
  const gone = (path: string) => path === "/srv/gone";
  const all = [
    thing("network", "acme", here),
    thing("network", "globex", here),
    thing("network", "hooli", there),
    thing("volume", "initech", { state: "dddd", path: "/srv/gone" }),
    // A volume keeps the labels of who made it first.
    thing("volume", "umbrella", { state: "dddd", path: "/srv/gone" }),
    thing("network", "umbrella", there),
  ];
  expect(describeStrays(here, ["acme"], all, gone).map((line) => line.split(" ")[0])).toEqual(["globex", "initech"]);
  expect(describeStrays(here, ["acme"], all, gone)[0]).toContain(
    "there is no stacks/Pulumi.globex.yaml: put its file back, or remove it: make destroy STACK=globex",
  );
  // A destroy of what another checkout made is refused.
  expect(describeStrays(here, ["acme"], all, gone)[1]).toMatch(/or remove it: agentbox wipe initech$/);
});

test("what the engine has is read with its maker and with what it may write, also where the list has no mounts", async () => {
  const mounts = [
    { Type: "bind", Source: "/srv/code", Destination: "/workspace", RW: true },
    { Type: "bind", Source: "/srv/docs", Destination: "/docs", RW: false },
    { Type: "volume", Source: "/var/lib/x", Destination: "/home/dev", RW: true },
  ];
  const container = { Id: "1", Names: ["/acme-agent"], Labels: labels("acme", "agent", here) };
  const looked: string[] = [];
  const inspect = async (id: string) => {
    looked.push(id);
    return { Mounts: mounts } as never;
  };
  const network = { Id: "2", Name: "acme-inner", Labels: labels("acme", "inner", here) };
  const others = [{ Id: "3", Name: "bridge", Labels: null }];
  const read = (listed: object) =>
    readBelongings([network, ...others], [], [{ ...container, ...listed }], inspect, false);
  const expected = [
    { kind: "network", id: "2", name: "acme-inner", client: "acme", ...here, writes: [] },
    {
      kind: "container",
      id: "1",
      name: "acme-agent",
      client: "acme",
      ...here,
      writes: [{ source: "/srv/code", at: "/workspace" }],
    },
  ];
  expect(await read({ Mounts: mounts })).toEqual(expected);
  expect(looked).toEqual([]);
  expect(await read({})).toEqual(expected);
  expect(looked).toEqual(["1"]);
  expect(writtenByOthers("globex", await read({}))).toEqual([{ client: "acme", what: "workspace", path: "/srv/code" }]);
  expect(writtenByOthers("acme", await read({}))).toEqual([]);
});
