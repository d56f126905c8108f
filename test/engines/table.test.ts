import { PROMISES, type Promised } from "./promises.ts";
import { type Row, renderTable, verdictsOf } from "./table.ts";

const test1 = (name: Promised, status: string) => ({ status, ancestorTitles: [`${name}: ${PROMISES[name]}`, "dev"] });
const all = (status: string) => (Object.keys(PROMISES) as Promised[]).map((name) => test1(name, status));
const row = (engine: string, verdicts: Row["verdicts"]): Row => ({
  ...{ engine, version: "1.2", date: "2026-11-30", minutes: 5, verdicts, weaker: [] },
});
const line = (page: string, engine: string) => page.split("\n").find((line) => line.startsWith(`| ${engine} |`));

test("a promise of which no test ran has failed, and so has one whose tests were skipped", () => {
  const told = all("passed").filter(({ ancestorTitles: [group] }) => !group!.startsWith("destroy"));
  expect(verdictsOf(told).destroy).toEqual({ passed: 0, failed: 1 });
  expect(verdictsOf(all("pending")).converge).toEqual({ passed: 0, failed: 1 });
  expect(verdictsOf([...all("passed"), test1("canary", "failed")]).canary).toEqual({ passed: 1, failed: 1 });
});

test("a run changes the rows of its engines, and leaves the others as they are", () => {
  const order = ["docker-28", "podman-5.4-rootless"];
  const whole = verdictsOf(all("passed"));
  const first = renderTable("", [row("podman-5.4-rootless", whole)], order);
  const both = renderTable(
    first,
    [row("docker-28", verdictsOf([...all("passed"), test1("attacks", "failed")]))],
    order,
  );
  expect(line(both, "podman-5.4-rootless")).toBe(line(first, "podman-5.4-rootless"));
  expect(line(both, "docker-28")).toContain("**1 of 2**");
  expect(both.indexOf("docker-28 |")).toBeLessThan(both.indexOf("podman-5.4-rootless |"));
});

test("rows of other promises than today's are dropped, for their cells would stand below other headings", () => {
  const page = renderTable("", [row("podman-5.4", verdictsOf(all("passed")))], ["docker-28", "podman-5.4"]);
  const older = page.replace("| canary ", "");
  const after = renderTable(older, [row("docker-28", verdictsOf(all("passed")))], ["docker-28", "podman-5.4"]);
  expect(line(older, "podman-5.4")).toBeDefined();
  expect(line(after, "podman-5.4")).toBeUndefined();
  expect(line(after, "docker-28")).toBeDefined();
});
