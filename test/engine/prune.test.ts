import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { findEngine } from "../../target/engine/address.ts";
import { removeImage } from "../../target/engine/survey.ts";
import { Engine, run } from "./engine.ts";
import { ROOT } from "./harness.ts";

const engine = new Engine();
const kind = `test-${randomBytes(4).toString("hex")}`;
const tag = (name: string) => `agent-sandbox/extended:${kind}-${name}`;
const container = `${kind}-container`;
const agentbox = (...args: string[]) => run(join(ROOT, "bin/agentbox"), args, engine.environment(), ROOT);
const stateOf = async (name: string) =>
  (await agentbox("images")).stdout
    .split("\n")
    .find((line) => line.startsWith(`${tag(name)} `))
    ?.split(/ {2,}/)[1];

/** An image with one file of its own, of a kind that no other image is of. */
async function make(name: string): Promise<void> {
  const script = `cd "$(mktemp -d)" && echo ${name} >file && tar -c file | docker import --change 'LABEL agent-sandbox.agents=${kind}' - ${tag(name)}`;
  const { code, text } = await run("bash", ["-c", script], engine.environment());
  if (code !== 0) throw new Error(text);
}

beforeAll(async () => {
  await engine.mustAnswer();
  for (const name of ["c-old", "b-used", "a-newest"]) await make(name);
  await engine.ask("create", "--name", container, tag("b-used"), "true");
});
afterAll(async () => {
  await engine.run("rm", "--force", container);
  for (const name of ["c-old", "b-used", "a-newest"]) await engine.run("rmi", tag(name));
});

test("agentbox images says what every image is to this project", async () => {
  expect(await Promise.all(["a-newest", "b-used", "c-old"].map(stateOf))).toEqual(["last good", "in use", "unused"]);
});

test("a prune removes what nobody needs, and keeps what a container was made of and the last good one", async () => {
  const named = ["c-old", "b-used", "a-newest"].map(tag);
  const dry = await agentbox("images", "prune", "--dry-run", ...named);
  expect(dry.stdout).toMatch(new RegExp(`^${tag("c-old")} {2}would be removed`, "m"));
  expect(await stateOf("c-old")).toBe("unused");
  const { code, stdout } = await agentbox("images", "prune", ...named);
  expect(code).toBe(0);
  expect(stdout.trim().split("\n").sort()).toEqual([
    `${tag("a-newest")}  stays: last good`,
    `${tag("b-used")}  stays: in use (${container})`,
    `${tag("c-old")}  removed`,
  ]);
  expect(await Promise.all(["a-newest", "b-used", "c-old"].map(stateOf))).toEqual(["last good", "in use", undefined]);
});

test("the engine itself refuses to take an image from under a container, were the list out of date", async () => {
  expect(await removeImage(findEngine(), tag("b-used"))).toMatch(/409/);
  expect(await stateOf("b-used")).toBe("in use");
});
