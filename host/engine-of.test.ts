import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeUnused, engineOf, forgetEngine, noteEngine } from "./engine-of.ts";

const { DOCKER_HOST } = process.env;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-engine-of-"));
  mkdirSync(join(root, "stacks"));
  stack();
  process.env.DOCKER_HOST = "unix:///run/now.sock";
});
afterEach(() => {
  rmSync(root, { recursive: true });
  if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST;
  else process.env.DOCKER_HOST = DOCKER_HOST;
});

const stack = (...keys: string[]) =>
  writeFileSync(join(root, "stacks/Pulumi.acme.yaml"), ["config:", "workspace: /srv/acme", ...keys].join("\n  "));
const found = () => engineOf(root, "acme").host;

test("without an up it is the engine that the stack file names, else the environment's", () => {
  expect(found()).toBe("unix:///run/now.sock");
  stack("engine: ssh://dev@gpu-box");
  expect(found()).toBe("ssh://dev@gpu-box");
});

test.each([
  ["named none", undefined, "unix:///run/then.sock", "unix:///run/then.sock"],
  ["named one", "ssh://dev@then", "ssh://dev@then", "ssh://dev@then"],
])(
  "after an up whose file %s it is where that one went, whatever file and environment name by now",
  (_what, named, host, then) => {
    noteEngine(root, "acme", named, { host });
    stack("engine: ssh://dev@gpu-box");
    expect(found()).toBe(then);
    stack();
    expect(found()).toBe(then);
    forgetEngine(root, "acme");
    expect(found()).toBe("unix:///run/now.sock");
  },
);

test("one that only the environment's certificates lead to is not noted, for the address alone would lead nowhere", () => {
  noteEngine(root, "acme", undefined, { host: "tcp://10.0.0.7:2376", certificates: "/srv/certificates" });
  expect(found()).toBe("unix:///run/now.sock");
});

test("that DOCKER_HOST is not used is said where it says another address than the client's", () => {
  expect(describeUnused("acme", { host: "unix:///run/now.sock" })).toBeUndefined();
  expect(describeUnused("acme", { host: "ssh://dev@box" })).toBe(
    "acme lives at ssh://dev@box; DOCKER_HOST is not used",
  );
  delete process.env.DOCKER_HOST;
  expect(describeUnused("acme", { host: "ssh://dev@box" })).toBeUndefined();
});
