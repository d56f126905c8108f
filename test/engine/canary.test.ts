import { execFileSync } from "node:child_process";
import { useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const other = { egress: { allow: ["allowed.test", "also.test"] } };

beforeAll(() => acme.mustUp());

/** A second way out, made where no engine knows of it: no rule of the gateway's can shut it. */
async function makeHole() {
  const { State } = await engine.inspect(acme.agent);
  const namespace = ["--net", `--target=${State.Pid}`];
  execFileSync("nsenter", [...namespace, "ip", "link", "add", "hole", "type", "veth", "peer", "name", "hole-end"]);
}

// The engine's way in is root with all rights for some 20 ms: of 25 looks while somebody went in all the while 4 saw it.
test("whoever goes in while the walls are tried is no hole in them", async () => {
  let going = true;
  const goIn = async () => {
    while (going) await engine.run("exec", acme.agent, "true");
  };
  const visitors = [goIn(), goIn()];
  try {
    for (let tries = 0; tries < 4; tries++)
      expect(await project.agentbox("verify", acme.name)).toMatchObject({
        code: 0,
        stdout: expect.not.stringContaining("LEAK"),
      });
  } finally {
    going = false;
    await Promise.all(visitors);
  }
});

describe("when the wall has a hole", () => {
  test("the `up` fails, says what is open, and stops the agent", async () => {
    await makeHole();
    acme.write(other);
    const { code, text } = await acme.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/LEAK +networks: 1 planned, but there are the interfaces/);
    expect(text).toContain(`a wall of ${acme.agent} has a hole`);
    expect(await engine.inspect(acme.agent)).toMatchObject({ State: { Running: false } });
  });

  test("the `up` after it places the agent anew, and proves it", async () => {
    const { text } = await acme.mustUp();
    expect(text).toContain(`${acme.agent}: it is exited; it is placed anew`);
    expect((await acme.outputs()).walls).toMatch(/^proven at \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(await acme.curl("https://also.test/")).toMatchObject({ code: 0 });
  });

  test("destroy works on a sandbox that was found open", async () => {
    await makeHole();
    acme.write({ egress: { allow: ["allowed.test"] } });
    expect((await acme.up()).code).not.toBe(0);
    expect((await acme.destroy()).code).toBe(0);
    expect(await engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
