import { topics } from "../posture.ts";
import { compare } from "./compare.ts";
import { withoutDeparted } from "./departed.ts";
import type { PostureFact } from "./fact.ts";

const of = (name: string): PostureFact[] => [
  { topic: "helpers", about: name, says: "" },
  { topic: "helper-images", about: name, says: "redis" },
  { topic: "helper-settings", about: `${name} ports`, says: "6379" },
  { topic: "containers", about: `helper-${name}`, says: "", mark: "1" },
  { topic: "networks", about: `helper-${name} acme-inner`, says: "" },
  { topic: "per-process", about: `helper-${name}`, says: "core 0" },
];
const OTHERS: PostureFact[] = [
  { topic: "per-process", about: "agent", says: "core 0" },
  { topic: "hosts", about: "cache", says: "" },
];

test("a helper that goes is told in one line, and that line narrows", () => {
  const changes = compare([...OTHERS, ...of("cache"), ...of("db")], [...OTHERS, ...of("db")], topics);
  expect(changes).toMatchObject([{ class: "narrows", topic: "helpers", sign: "-", about: "cache" }]);
});

test("all else is judged as ever: other helpers, one whose name begins alike, other containers' walls, a name that a helper had", () => {
  const before = [...OTHERS, ...of("cache"), ...of("cache-2")];
  expect(withoutDeparted(before, of("cache-2"))).toEqual([...OTHERS, of("cache")[0], ...of("cache-2")]);
  expect(withoutDeparted(before, before)).toEqual(before);
  const lost = compare(of("cache"), of("cache").slice(0, 5), topics);
  expect(lost).toMatchObject([{ class: "widens", topic: "per-process", sign: "-" }]);
});

test.each(["guards", "agents", "tools", "packages", "secrets", "guardrails", "unmasked", "environment", "wormholes"])(
  "what is called as its container is, and is of %s, is told besides",
  (topic) => {
    const namesakes = ["helper-db", "helper-db of"].map((about) => ({ topic, about, says: "" }));
    const told = compare([...OTHERS, ...of("db"), ...namesakes], OTHERS, topics).map(({ about }) => about);
    expect(told.sort()).toEqual(["db", "helper-db", "helper-db of"]);
    expect(compare([...of("db"), ...namesakes], namesakes, topics)).toMatchObject([{ topic: "helpers", about: "db" }]);
  },
);

test("one that comes is told with all that it is given", () => {
  const told = compare([], of("cache"), topics).map(({ class: of, topic }) => `${of} ${topic}`);
  expect(told).toEqual(expect.arrayContaining(["widens helpers", "widens networks"]));
});
