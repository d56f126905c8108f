import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRegistryLock } from "../capabilities/image/look/registry.ts";
import type { Engine } from "../target/engine/engine.ts";
import { target } from "../target/target.ts";
import type { Row } from "./images.ts";
import { pushImages } from "./push-images.ts";

const REGISTRY = "registry.example/agent-sandbox";
const tag = (name: string, letter: string) => `agent-sandbox/${name}:${letter.repeat(40)}`;
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const on = { platform: "linux-x64", cli: "docker", host: "unix:///x" } as Engine;
const row = (tag: string, more: Partial<Row> = {}): Row => ({
  ...{ tag, content: tag, role: "base", holds: "", size: 1, created: 1, users: ["acme"], state: "current", on },
  ...more,
});

let root: string;
let said: string;
let pushed: string[][];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-push-"));
  [said, pushed] = ["", []];
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  jest.spyOn(target.images, "push").mockImplementation(async (_on, tag, to) => {
    pushed.push([tag, to]);
    return { digest: digest("d") };
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const [base, runtime, old] = [tag("base", "1"), tag("runtime", "2"), tag("agent", "3")];
const wanted = { "linux-x64": [base, runtime] };
const push = (rows: Row[], tags: string[] = [], dry = false) => pushImages(root, rows, REGISTRY, { tags, wanted, dry });

test("a project that has no images/ has the lock after its first push, and nothing beside it", async () => {
  expect(await push([row(base)])).toBe(0);
  expect(readRegistryLock(root)).toEqual({ "linux-x64": { [base]: digest("d") } });
  expect(readdirSync(join(root, "images"))).toEqual(["registry.lock.yaml"]);
});

test("a push that is only told makes no folder", async () => {
  await push([row(base)], [], true);
  expect([existsSync(join(root, "images")), pushed]).toEqual([false, []]);
});

test("an image that an engine has not keeps its line; one that no stack wants loses it, and that is said", async () => {
  for (const one of [base, runtime, old]) await push([row(one)], [one]);
  said = "";
  await push([row(base)]);
  expect(Object.keys(readRegistryLock(root)["linux-x64"]!)).toEqual([base, runtime]);
  expect(said).toContain(`${old}  goes from images/registry.lock.yaml (linux-x64): no stack wants it\n`);
  expect(said).not.toContain(`${runtime}  goes`);
});

test("what was pulled is pushed by its tag here, and keeps the line of its content, also beside one that was built", async () => {
  const pulled = tag("base", "9");
  await push([row(base), row(pulled, { content: base })]);
  expect(pushed).toEqual([[pulled, `${REGISTRY}/base:${"1".repeat(40)}`]]);
  // It may be called by either tag.
  for (const name of [pulled, base]) await push([row(pulled, { content: base })], [name]);
  expect(pushed).toHaveLength(3);
  expect(readFileSync(join(root, "images/registry.lock.yaml"), "utf8")).toContain(`  ${base}: ${digest("d")}\n`);
});
