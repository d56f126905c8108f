import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How `.ci/fuzz` ends where Go says these lines and ends so. */
const ends = (status: number, ...lines: string[]) => {
  const go = join(folder, "go");
  writeFileSync(join(folder, "said"), lines.map((line) => `${line}\n`).join(""));
  writeFileSync(go, `#!/bin/sh\ncat '${join(folder, "said")}'\nexit ${status}\n`);
  chmodSync(go, 0o755);
  return spawnSync(join(import.meta.dirname, "../.ci/fuzz"), [go, "./netlink", "FuzzRead"], { stdio: "ignore" }).status;
};

const runs = [
  "fuzz: elapsed: 0s, gathering baseline coverage: 0/16 completed",
  "fuzz: elapsed: 30s, execs: 381391 (0/sec)",
];
const failed = (seconds: string) => `--- FAIL: FuzzRead (${seconds}s)`;
const deadline = "    context deadline exceeded";
const end = ["FAIL", "exit status 1", "FAIL\tgatewayd/netlink\t30.053s"];

describe("a fuzz test of Go, as .ci/fuzz judges it", () => {
  it("passes when Go says so", () => {
    expect(ends(0, ...runs, "PASS", "ok  \tgatewayd/netlink\t30.053s")).toBe(0);
  });

  it("passes when its half minute ended and Go's own clock is all that failed", () => {
    expect(ends(1, ...runs, failed("30.04"), deadline, ...end)).toBe(0);
    expect(ends(1, ...runs, failed("131.20"), deadline, ...end)).toBe(0);
  });

  it.each([
    [
      "an input that fails",
      [...runs, failed("30.04"), "    --- FAIL: FuzzRead (0.00s)", "        read.go:1: wrong", ...end],
    ],
    [
      "an input that is written down",
      [...runs, failed("30.04"), deadline, "    Failing input written to testdata/fuzz/FuzzRead/1", ...end],
    ],
    [
      "an input that fails with the same words",
      [...runs, failed("30.04"), "    --- FAIL: FuzzRead (0.00s)", deadline, ...end],
    ],
    ["a worker that hangs", [...runs, failed("30.04"), "    fuzzing process hung or terminated unexpectedly", ...end]],
    ["a line before it", ["panic: oh", ...runs, failed("30.04"), deadline, ...end]],
    ["a line after it", [...runs, failed("30.04"), deadline, ...end, "FAIL"]],
    ["an end before its time", [...runs, failed("3.04"), deadline, ...end]],
    ["another test's end", [...runs, "--- FAIL: FuzzOther (30.04s)", deadline, ...end]],
    [
      "what cannot be compiled",
      ["# gatewayd/netlink", "read.go:1: syntax error", "FAIL\tgatewayd/netlink [build failed]"],
    ],
    ["nothing said", []],
  ])("fails for %s", (_, lines) => {
    expect(ends(1, ...lines)).toBe(1);
  });
});
