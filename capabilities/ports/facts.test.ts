import fc from "fast-check";
import { compare, isWider } from "../../plan/review/compare.ts";
import { published } from "../../test/facts.ts";
import { portFacts, portTopics } from "./facts.ts";

const changes = (before: { port: number; to: number }[], after: { port: number; to: number }[]) =>
  compare(portFacts({ ports: before }), portFacts({ ports: after }), portTopics);

test("a change is wider exactly when a port is offered that was not, or leads to another of the agent's", () => {
  const ports = (all: { port: number; to: number }[]) => all.map(({ port, to }) => `${port} ${to}`);
  fc.assert(
    fc.property(published, published, (before, after) => {
      const [was, is] = [ports(before), ports(after)];
      const [more, less] = [is.some((one) => !was.includes(one)), was.some((one) => !is.includes(one))];
      const found = changes(before, after).map((change) => change.class);
      expect([before, after, changes(before, after).some(isWider)]).toEqual([before, after, more]);
      expect(found.includes("narrows") || found.includes("unordered")).toBe(less);
    }),
    { numRuns: 500 },
  );
});

test("ports that follow each other are one line, whatever their order", () => {
  const ports = Array.from({ length: 100 }, (_, at) => ({ port: 8000 + at, to: 8000 + at })).reverse();
  const says = (of: { port: number; to: number }[]) =>
    portFacts({ ports: of }).map(({ about, says }) => `${about} ${says}`);
  expect(says(ports)).toEqual(["127.0.0.1:8000-8099 to 8000-8099"]);
  expect(
    says([
      { port: 13000, to: 3000 },
      { port: 13001, to: 3001 },
      { port: 13002, to: 3000 },
    ]),
  ).toEqual(["127.0.0.1:13000-13001 to 3000-3001", "127.0.0.1:13002 to 3000"]);
});

test("the address is the one that the gateway's container publishes on", () => {
  const ports = [8080, 8081, 8082].map((port) => ({ port, to: port }));
  const at = ["127.0.0.1", "0.0.0.0", "0.0.0.0"];
  const placed = ports.map(({ port }, index) => ({ port, address: at[index]! }));
  const found = portFacts({ ports }, placed);
  expect(found.map(({ about }) => about)).toEqual(["127.0.0.1:8080", "0.0.0.0:8081-8082"]);
  expect(compare(portFacts({ ports }), found, portTopics).map((change) => `${change.class} ${change.sign}`)).toEqual([
    "widens +",
    "narrows -",
    "neutral +",
  ]);
});
