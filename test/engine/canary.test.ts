import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const hole = `${acme.name}-hole`;

beforeAll(async () => {
  await acme.mustUp();
  await engine.ask("network", "create", "--label", `agent-sandbox.client=${acme.name}`, hole);
});
afterAll(() => engine.run("network", "rm", hole));

describe("when the wall has a hole", () => {
  test("the `up` fails, says what is open, and stops the agent", async () => {
    // A second network of the agent's is a way around the gateway that no rule of it can shut.
    await engine.ask("network", "connect", hole, acme.agent);
    acme.write({ egress: { allow: ["allowed.test", "also.test"] } });
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/LEAK +shut tcp/);
    expect(text).toContain(`a wall of ${acme.agent} has a hole`);
    expect(await engine.inspect(acme.agent)).toMatchObject({ State: { Running: false } });
  });

  test("the `up` after it fails again, as long as the hole is there", async () => {
    expect((await acme.up("--refresh")).code).not.toBe(0);
    expect(await engine.inspect(acme.agent)).toMatchObject({ State: { Running: false } });
  });

  test("the `up` after its repair gives the sandbox back", async () => {
    await engine.ask("network", "disconnect", "--force", hole, acme.agent);
    await acme.mustUp("--refresh");
    expect(await acme.curl("https://also.test/")).toMatchObject({ code: 0 });
  });

  test("destroy works on a sandbox that was found open", async () => {
    await engine.ask("network", "connect", hole, acme.agent);
    acme.write({ egress: { allow: ["allowed.test"] } });
    expect((await acme.up()).code).not.toBe(0);
    expect((await acme.destroy()).code).toBe(0);
    expect(await engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
