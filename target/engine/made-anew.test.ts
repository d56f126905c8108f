import { LABELS } from "../../gateway/contract.ts";
import type { Workload } from "../../plan/workload.ts";
import { agentWith } from "../../test/inspected.ts";
import { isMadeAnew } from "./made-anew.ts";

const workload = { networks: [{ name: "acme-inner" }], labels: { [LABELS.path]: "/a" } } as unknown as Workload;
const standing = { spec: "1.x", labels: { [LABELS.sources]: "{}" } };
const LABELED = { [LABELS.spec]: "1.x", [LABELS.sources]: "{}", [LABELS.path]: "/a", "of.the.image": "y" };

/** Whether it is made anew, where the engine has one with these labels. */
function anew({
  labels = {},
  status = "running",
  stands = { inner: true, outer: true },
  kind = "docker" as "docker" | "podman",
} = {}): boolean {
  const found = agentWith().found();
  found.State.Status = status;
  found.Config.Labels = { ...LABELED, ...labels };
  const networks = [
    { name: "acme-inner", stands: stands.inner },
    { name: "acme-outer", stands: stands.outer },
  ];
  return isMadeAnew(workload, standing, networks, { kind }, found);
}

test("a container that stands as planned stays, whatever happens to a network that it is not on", () => {
  expect(anew()).toBe(false);
  expect(anew({ stands: { inner: true, outer: false } })).toBe(false);
});

test.each([
  ["another spec", { labels: { [LABELS.spec]: "2.x" } }],
  ["another maker", { labels: { [LABELS.path]: "/b" } }],
  ["its network made again", { stands: { inner: false, outer: true } }],
])("%s makes a container anew that runs, and ends nothing of one that does not", (_what, of) => {
  expect(anew(of)).toBe(true);
  expect(anew({ ...of, status: "exited" })).toBe(false);
});

test("where the engine's labels are not compared, the label of the spec alone decides", () => {
  expect(anew({ kind: "podman", labels: { [LABELS.path]: "/b" } })).toBe(false);
  expect(anew({ kind: "podman", labels: { [LABELS.spec]: "2.x" } })).toBe(true);
});

test("what is not there is not made anew", () => {
  expect(isMadeAnew(workload, standing, [], { kind: "docker" }, undefined)).toBe(false);
});
