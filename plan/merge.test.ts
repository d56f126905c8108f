import type { Contribution } from "../capabilities/capability.ts";
import { merge } from "./merge.ts";
import type { Mount } from "./workload.ts";

const limits = { limits: { memory: 2 ** 30, pids: 1 } };
const volume = (at: string): Mount => ({ kind: "volume", purpose: "x", source: "acme-x", at, readOnly: false });
const told = (contributions: Record<string, Contribution>) =>
  merge({ limits, ...contributions }).problems.map(({ path, message }) => `${path}: ${message}`);

test("what is added comes out sorted, each with the key that asks for it, the memory that every sandbox has with it", () => {
  const { mounts, scratch } = merge({
    limits,
    b: { mounts: [{ ...volume("/z"), key: "b[0]" }, volume("/a")], scratch: [{ at: "/home", size: 1, exec: true }] },
  });
  expect(mounts.map(({ at, key }) => `${at} ${key}`)).toEqual(["/a b", "/z b[0]"]);
  expect(scratch.map(({ at, key }) => `${at} ${key}`)).toEqual(["/home b", "/var/lib/agent-sandbox the sandbox's own"]);
});

test.each<[string, Record<string, Contribution>, string]>([
  [
    "mounts",
    { a: { mounts: [volume("/x")] }, b: { mounts: [{ ...volume("/x"), key: "b[1]" }] } },
    "b[1]: /x has something mounted already (a); choose another place in the sandbox",
  ],
  [
    "a mount and memory",
    { a: { mounts: [volume("/var/lib/agent-sandbox")] } },
    "a: /var/lib/agent-sandbox has something mounted already (the sandbox's own); choose another place in the sandbox",
  ],
  [
    "memory of two",
    { a: { scratch: [{ at: "/m", size: 1, exec: true }] }, b: { scratch: [{ at: "/m", size: 2, exec: true }] } },
    "b: /m has something mounted already (a); choose another place in the sandbox",
  ],
  [
    "ports of the host",
    { a: { inbound: [{ port: 8080, to: 1024 }] }, b: { inbound: [{ port: 8080, to: 8080 }] } },
    "b: 8080 of this machine is published already (a); choose another port",
  ],
  [
    "variables",
    { a: { environment: { X: "1" } }, b: { environment: { X: "2" } } },
    "b: the variable X is set already (a); leave one of them out",
  ],
])("two that want one place are refused, and both are named: %s", (_what, contributions, message) => {
  expect(told(contributions)).toEqual([message]);
});

test("what only one can say is said by one, and a mistake of this project's names both", () => {
  expect(() => merge({ limits, other: limits })).toThrow("limits and other both say limits");
  expect(() => merge({})).toThrow("no capability says what the agent may use");
});
