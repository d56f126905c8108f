import { type Client, eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine, internet } = project;

/** Ends an `up` by a signal as soon as the engine has the first of these things of the client. */
async function interrupted(
  client: Client,
  signal: NodeJS.Signals,
  ...kinds: (keyof Awaited<ReturnType<typeof engine.residue>>)[]
) {
  const { process, done } = await client.start("up", "--yes", "--skip-preview");
  await eventually(
    () => engine.residue(client.name),
    (residue) => kinds.some((kind) => residue[kind].length > 0),
  );
  process.kill(signal);
  return done;
}

describe("an `up` that is interrupted", () => {
  test("by Ctrl-C goes on with the same command", async () => {
    const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
    expect((await interrupted(acme, "SIGINT", "networks", "volumes")).code).not.toBe(0);
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
    await interrupted(globex, "SIGKILL", ...kinds);
    expect(await globex.pulumi("cancel", ["--yes"])).toMatchObject({ stderr: "", code: 0 });
    expect(await globex.destroy()).toMatchObject({ code: 0, stderr: "" });
    expect(await engine.residue(globex.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  test("by the death of pulumi starts anew after that", async () => {
    const globex = project.client("globex", { egress: { allow: ["allowed.test"] } });
    await interrupted(globex, "SIGKILL", "containers");
    expect((await globex.pulumi("cancel", ["--yes"])).code).toBe(0);
    expect((await globex.destroy()).code).toBe(0);
    await globex.mustUp();
    expect((await globex.curl("https://allowed.test/")).code).toBe(0);
    expect((await globex.destroy()).code).toBe(0);
    expect(await engine.residue(globex.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });

  test("by `kill -9` of pulumi itself goes on with the same command", async () => {
    const globex = project.client("globex", { egress: { allow: ["allowed.test"] } });
    const { done } = await globex.start("up", "--yes", "--skip-preview");
    await eventually(
      () => engine.residue(globex.name),
      ({ containers }) => containers.length > 0,
    );
    // The one that bin/pulumi waits for. The name is this client's alone.
    await engine.must(["pkill", "-KILL", "-f", `^[^ ]+/pulumi up --stack ${globex.name} `]);
    expect((await done).code).not.toBe(0);
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
