import { carryImages } from "./fault/carry-images.ts";
import { Machine } from "./fault/machine.ts";
import { type Client, Project } from "./harness.ts";

let machine: Machine;
let project: Project;
let acme: Client;

/** gVisor of the distribution. The network that it asks for is the container's own: of kernels like this one (6.18) it takes that for the machine's, and starts nothing otherwise. */
const ALLOW = { egress: { allow: ["allowed.test"] } };
const GVISOR = { runtimes: { runsc: { path: "/usr/bin/runsc", runtimeArgs: ["--network=host"] } } };

beforeAll(async () => {
  machine = await Machine.start(GVISOR);
  project = new Project(machine.engine, machine.internet);
  acme = project.client("acme", { ...ALLOW, runtime: "runsc", accept: ["limits.pids"] });
  await carryImages(machine, acme);
});
afterAll(async () => {
  await machine?.stop();
  await project?.remove();
});

describe("under gVisor", () => {
  test("an `up` proves the network's walls, and says that mounts and rights are by the engine's word", async () => {
    const { text } = await acme.mustUp();
    expect(text).toContain("runsc has a kernel of its own");
    expect(text).toMatch(/the network's walls proven at .* UTC; mounts and rights are by the engine's word alone/);
    expect(text).toContain("agent pids NOT LIMITED (its runtime need not know how)");
  });

  test("the agent's programs run on another kernel, the gateway's on the machine's", async () => {
    const kernel = (container: string) => machine.engine.ask("exec", container, "uname", "-r");
    expect(await kernel(acme.agent)).not.toBe(await kernel(acme.gateway));
    expect((await acme.exec("echo made > /workspace/file; cat /workspace/file; touch /x")).text).toMatch(
      /^made\n.*(Read-only|Permission denied)/s,
    );
  });

  test("what is allowed is reached, and nothing else", async () => {
    expect((await acme.curl("https://allowed.test/")).stdout).toContain("site=allowed.test");
    const { evil, lan } = machine.internet.addresses;
    for (const url of ["https://evil.test/", "https://neighbour.test/", `http://${evil}/`, `http://${lan}/`])
      expect((await acme.curl(url, "--max-time", "3")).stdout).toBe("");
    expect(await machine.internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
  });

  test("`verify` finds all as planned, and a second `up` and one after a look at the engine have nothing to do", async () => {
    expect(await project.agentbox("verify", acme.name)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("mounts and rights are by the engine's word alone"),
    });
    for (const args of [[], ["--refresh"]])
      expect((await acme.mustUp(...args)).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("a runtime that the engine does not have is refused, and nothing is changed", async () => {
    const before = await acme.running();
    acme.write({ ...ALLOW, runtime: "kata", accept: ["limits.pids"] });
    const { code, text } = await acme.up();
    expect({ code, text }).toMatchObject({
      code: 1,
      text: expect.stringMatching(/"kata" is no runtime of the engine .*runsc/),
    });
    expect(await acme.running()).toEqual(before);
  });

  test("back on the engine's own, the agent is made anew and all of it is proven", async () => {
    acme.write(ALLOW);
    expect((await acme.mustUp()).text).toMatch(/ proven at|: "proven at/);
    expect(await machine.engine.ask("inspect", "--format", "{{.HostConfig.Runtime}}", acme.agent)).toBe("runc");
  });
});
