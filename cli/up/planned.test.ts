import { describePlans, type Planned } from "./planned.ts";

const plan = (client: string, more: Partial<Planned> = {}): Planned => ({
  ...{ client, file: "", words: [], operations: {}, becomes: "unchanged" },
  ...more,
});

test("what cannot be planned is told first, then what gets wider, then the rest", () => {
  const lines = describePlans([
    plan("a"),
    plan("b", { words: ["narrows  egress  - x"], operations: { update: 1 }, becomes: "changed" }),
    plan("c", { words: ["neutral  gpu  ~ y\nWIDENS   egress  + x"], operations: { update: 1 }, becomes: "changed" }),
    plan("d", { cannot: ["no"] }),
  ]);
  expect(lines.filter((line) => /^\w$/.test(line))).toEqual(["d", "c", "b", "a"]);
});

test("clients of which the same is said are told together, and what is said of every client once", () => {
  const words = ["WIDENS   egress  + x", "mtu: too large"];
  const lines = describePlans([
    plan("a", { words, operations: { update: 1 }, becomes: "changed" }),
    plan("b", { words, operations: { update: 1 }, becomes: "changed" }),
    plan("c", { words: ["mtu: too large"] }),
  ]);
  expect(lines).toEqual([
    ...["a, b", "  WIDENS   egress  + x", "  resources: 1 to update", ""],
    ...["c", "  nothing changes", ""],
    ...["of each", "  mtu: too large", ""],
  ]);
});

test("what changes is never told once for all: each client has its own line of it", () => {
  const words = ["WIDENS   egress  + x"];
  const lines = describePlans([
    plan("a", { words }),
    plan("b", { words, operations: { update: 1 }, becomes: "changed" }),
  ]);
  expect(lines.filter((line) => line.includes("WIDENS"))).toHaveLength(2);
});
