import type { Deployed } from "../deployed.ts";
import { topics } from "../posture.ts";
import type { PostureFact } from "./fact.ts";
import { endsIn, tellReview } from "./tell.ts";

const fact = (topic: string, about: string, says = ""): PostureFact => ({ topic, about, says });
/** What an `up` left, as far as a review reads it. */
const left = (...facts: PostureFact[]) => ({ facts }) as unknown as Deployed;

test("a new sandbox is told in 25 lines at most, the last of which says where each name is", () => {
  const everything = Object.keys(topics).map((topic) => fact(topic, "x", "y"));
  for (const last of [undefined, { unread: "another version\nplaced it" }]) {
    const lines = tellReview("acme", last, everything).split("\n");
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(lines.at(-1)).toContain("agentbox posture acme --declared");
  }
});

test("other clients are told after one's own review, each once, and what they are called makes no line of its own", () => {
  const others = ["globex is on this engine", "a\nWIDENS\u{1b}[2J"];
  const own = "WIDENS   egress        + x.example 443 (client)";
  const told = ["other clients on this engine:", "  globex is on this engine", "  a; WIDENS\\u{1b}[2J"];
  const after = [fact("egress", "x.example", "443 (client)")];
  expect(tellReview("acme", left(), after, { others }).split("\n")).toEqual([own, ...told]);
  expect(tellReview("acme", left(...after), after, { others }).split("\n")).toEqual(told);
  expect(tellReview("acme", left(...after), after)).toBe("");
});

test("another script of the project's own is told, whether what it prints reads as before or as rotated", () => {
  const secret = (mark: string): PostureFact => ({ ...fact("secrets", "T", "(command sh x)"), mark });
  const script = (mark: string): PostureFact => ({ ...secret(mark), ofProject: true });
  const last = { facts: [secret("v1")], declared: [script("1")] } as unknown as Deployed;
  const row = "WIDENS?  secrets       ~ T (command sh x): its files in the project changed";
  for (const value of ["v1", "v2"])
    expect(tellReview("acme", last, [secret(value)], { declared: [script("2")] })).toBe(row);
  expect(tellReview("acme", last, [secret("v1")], { declared: [script("1")] })).toBe("");
  expect(tellReview("acme", last, [secret("v2")], { declared: [script("1")] })).toMatch(/^neutral .*rotated$/);
});

test("an agent that is replaced while it runs is said to be, after what changes, and also where nothing does", () => {
  const anew = "neutral  containers    ~ agent is made anew: what runs in it ends";
  const after = [fact("mounts", "/x", "ro (/x)")];
  const own = "WIDENS   mounts        + /x ro (/x)";
  expect(tellReview("acme", left(), after, { agentAnew: true, others: ["globex"] }).split("\n")).toEqual([
    ...[own, anew, "other clients on this engine:", "  globex"],
  ]);
  expect(tellReview("acme", left(...after), after, { agentAnew: true })).toBe(anew);
});

test("whose sessions an up ends is told in a row, which a question can repeat, and so is that nobody could look", () => {
  const ends = { sessions: ["1 terminal", 'tmux "main"'], unseen: ["the engine\nis away"] };
  const told = tellReview("acme", left(), [], { agentAnew: true, ends });
  expect(told.split("\n")).toEqual([
    "neutral  containers    ~ agent is made anew: what runs in it ends",
    'ENDS     sessions      acme: 1 terminal, tmux "main"',
    "ENDS?    sessions      acme: nobody could look who is in it: the engine; is away",
  ]);
  expect(endsIn(told)).toEqual([
    'acme: 1 terminal, tmux "main"',
    "acme: nobody could look who is in it: the engine; is away",
  ]);
  expect(tellReview("acme", left(), [], { ends: { sessions: [], unseen: [] } })).toBe("");
});
