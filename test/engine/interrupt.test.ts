import type { ChildProcess } from "node:child_process";
import { type Client, eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine, internet } = project;

type Kinds = (keyof Awaited<ReturnType<typeof engine.residue>>)[];

/** Of these names, those of what is there to stay: a helper that gives or delivers is gone by itself. */
function made(client: Client, names: readonly string[]): string[] {
  const helpers = ["give", "deliver"].map((what) => `${client.name}-${what}-`);
  return names.filter((name) => !helpers.some((helper) => name.startsWith(helper)));
}

/** Does this to an `up` as soon as the engine has the first of these things of the client, and waits for its end. */
async function interrupted(client: Client, interrupt: (up: ChildProcess) => unknown, ...kinds: Kinds) {
  const { process, done } = await client.start("up", "--yes", "--skip-preview");
  const tooEarly = done.then(({ text }) => {
    throw new Error(`it ended before there was any: ${text}`);
  });
  const isThere = eventually(
    () => engine.residue(client.name),
    (residue) => kinds.some((kind) => made(client, residue[kind]).length > 0),
  );
  await Promise.race([isThere, tooEarly]);
  await interrupt(process);
  return done;
}

/** The same by the death of pulumi itself, which bin/pulumi waits for: a signal that cannot be handed on would kill that one alone, and pulumi go on. */
async function killed(client: Client, ...kinds: Kinds) {
  // The name is this client's alone.
  const kill = () => engine.must(["pkill", "-KILL", "-f", `^[^ ]+/pulumi up --stack ${client.name} `]);
  expect((await interrupted(client, kill, ...kinds)).code).not.toBe(0);
}

/** Containers that the engine has of a client, and that its state does not know. */
async function orphans(client: Client): Promise<string[]> {
  const { stdout } = await client.project.pulumi(["stack", "export", "--stack", client.name]);
  const known = JSON.stringify(JSON.parse(stdout).deployment.resources ?? []);
  const { containers } = await engine.residue(client.name);
  const ids = await Promise.all(
    made(client, containers).map((name) => engine.ask("inspect", "--format", "{{.Id}}", name)),
  );
  return ids.filter((id) => !known.includes(id));
}

describe("an `up` that is interrupted", () => {
  test("by Ctrl-C goes on with the same command", async () => {
    const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
    expect((await interrupted(acme, (up) => up.kill("SIGINT"), "networks", "volumes")).code).not.toBe(0);
    await acme.mustUp();
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
    expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect((await acme.destroy()).code).toBe(0);
    expect(await engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  // What was being made when pulumi died is on the engine and in no state: it has the client's label, and destroy finds it.
  test.each([
    ["networks", "volumes"],
    // An orphan in the networks, which holds them.
    ["containers"],
  ] as const)("by the death of pulumi as it makes %s is wiped by `destroy` after `pulumi cancel`", async (...kinds) => {
    const globex = project.client("globex", { egress: { allow: ["allowed.test"] } });
    await killed(globex, ...kinds);
    // What it was at is there: else this would show nothing.
    const left = await engine.residue(globex.name);
    expect(kinds.flatMap((kind) => made(globex, left[kind]))).not.toEqual([]);
    if (kinds[0] === "containers") expect(await orphans(globex)).not.toEqual([]);
    expect(await globex.pulumi("cancel", ["--yes"])).toMatchObject({ stderr: "", code: 0 });
    expect(await globex.destroy()).toMatchObject({ code: 0, stderr: "" });
    expect(await engine.residue(globex.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  test("by the death of pulumi starts anew after that", async () => {
    const globex = project.client("globex", { egress: { allow: ["allowed.test"] } });
    await killed(globex, "containers");
    expect(await orphans(globex)).not.toEqual([]);
    expect((await globex.pulumi("cancel", ["--yes"])).code).toBe(0);
    expect((await globex.destroy()).code).toBe(0);
    await globex.mustUp();
    expect((await globex.curl("https://allowed.test/")).code).toBe(0);
    expect((await globex.destroy()).code).toBe(0);
    expect(await engine.residue(globex.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  test("by `kill -9` of pulumi itself goes on with the same command", async () => {
    const globex = project.client("globex", { egress: { allow: ["allowed.test"] } });
    await killed(globex, "containers");
    const again = await globex.mustUp();
    expect(again.stderr).toContain("its lock is removed");
    expect(again.text).not.toContain("pending operations");
    expect((await globex.curl("https://allowed.test/")).code).toBe(0);
    expect((await globex.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect((await globex.destroy()).code).toBe(0);
  });

  test("was at no moment open", async () => {
    expect(await internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
  });
});
