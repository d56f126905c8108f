import { Steps } from "../pulumi/steps.ts";
import { describeEnd, describeUp } from "./report.ts";

const outputs = { walls: "proven at 2026-11-30 05:23 UTC", agents: "claude, codex" };

test("a person reads what changed, the walls, how to get in and what to look at", () => {
  const words = ["WIDENS   egress  + x", "mtu: too large\nand why"];
  expect(describeUp({ client: "acme", words, becomes: "changed" }, outputs, 3.21)).toEqual([
    "acme: changed in 3.2 s",
    "  changed  WIDENS   egress  + x",
    "  walls    proven at 2026-11-30 05:23 UTC",
    "  enter    agentbox enter acme claude",
    "  look at  mtu: too large",
  ]);
});

test("it is never longer than 15 lines, and says how much of it stands above", () => {
  const many = Array.from({ length: 40 }, (_, at) => `WIDENS   egress  + ${at}`).join("\n");
  const warnings = Array.from({ length: 40 }, (_, at) => `warning ${at}`);
  const lines = describeUp({ client: "acme", words: [many, ...warnings], becomes: "created" }, outputs, 1);
  expect(lines).toHaveLength(15);
  expect(lines.filter((line) => line.endsWith("more, above"))).toEqual([
    "           … and 34 more, above",
    "           … and 36 more, above",
  ]);
});

test("a stack that put nothing out is told without", () => {
  expect(describeUp({ client: "acme", words: [], becomes: "changed" }, {}, 1)).toEqual([
    "acme: changed in 1.0 s",
    "  enter    agentbox enter acme",
  ]);
});

test("one that somebody interrupted ends on what goes on, and one that failed on why", () => {
  const plan = { client: "acme", words: [], becomes: "changed" } as const;
  const steps = new Steps("acme");
  const said = { text: "half of all that pulumi printed", stderr: "" };
  expect(describeEnd(plan, steps, 3.94, said, true)).toEqual([
    "acme: interrupted after 3.9 s; `agentbox up acme` goes on from there",
  ]);
  expect(describeEnd(plan, steps, 3.94, said, false)).toEqual(["acme: failed after 3.9 s", said.text]);
  // What failed before somebody asked is said all the same.
  const message = "no room";
  steps.take(JSON.stringify({ diagnosticEvent: { severity: "error", message } }), 1);
  expect(describeEnd(plan, steps, 3.94, said, true)[0]).toBe(message);
});
