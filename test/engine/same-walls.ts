import { AuditLineSchema } from "../../gateway/audit-line.ts";
import { renderSeccomp } from "../../plan/seccomp.ts";
import { type Client, type Config, eventually } from "./harness.ts";

const platform = process.arch === "arm64" ? "linux-arm64" : "linux-x64";

/**
 * What every engine promises of a client that may reach `allowed.test`, each promise a test, in this order: the last ones change the client.
 * @param the the client, which is up by then
 * @param config what its stack file says besides `egress`
 */
export function promiseTheSame(the: () => Client, config: Config): void {
  test("gives the same walls", async () => {
    const acme = the();
    const { internet } = acme.project;
    expect(await acme.curl("https://allowed.test/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("site=allowed.test"),
    });
    const { evil, lan } = internet.addresses;
    for (const url of ["https://evil.test/", "https://neighbour.test/", `http://${evil}/`, `http://${lan}/`])
      expect((await acme.curl(url, "--max-time", "3")).stdout).toBe("");
    expect(await internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
  });

  test("gives the same container", async () => {
    const { stdout } = await the().exec(
      "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; id -un; touch /x 2>&1; echo made > /workspace/file",
    );
    expect(stdout).toMatch(/CapPrm:\s0{16}\nCapEff:\s0{16}\nCapBnd:\s0{16}/);
    expect(stdout).toMatch(/NoNewPrivs:\s1\nSeccomp:\s2/);
    expect(stdout).toMatch(/\ndev\n.*Read-only file system/);
  });

  test("gives the same filter of system calls, where Podman's own would allow namespaces and vsock", async () => {
    const { stdout } = await the().exec(
      "unshare -U true 2>&1; python3 -c 'import socket; socket.socket(40, 1)' 2>&1 | tail -1",
    );
    expect(stdout).toBe(
      "unshare: unshare failed: Operation not permitted\nOSError: [Errno 97] Address family not supported by protocol\n",
    );
    const { agent, gateway } = (await the().deployed()).containers;
    expect([agent.seccomp, gateway.seccomp]).toEqual(Array(2).fill(renderSeccomp(platform).name));
  });

  test("has nothing to do at the second `up`, nor after a look at the engine", async () => {
    for (const args of [[], ["--refresh"]])
      expect((await the().mustUp(...args)).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect(await the().preview("--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
  });

  test("is verified, and its audit tells what was refused", async () => {
    const { name, project } = the();
    expect(await project.agentbox("verify", name)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("as planned"),
    });
    const lines = await eventually(
      async () => (await project.agentbox("audit", name, "--json")).stdout.split("\n").filter(Boolean),
      (lines) => lines.some((line) => line.includes('"evil.test"')),
    );
    const told = lines.map((line) => AuditLineSchema.parse(JSON.parse(line)));
    expect(told).toContainEqual(expect.objectContaining({ kind: "tls", name: "allowed.test", verdict: "allow" }));
    expect(told).toContainEqual(expect.objectContaining({ name: "evil.test", verdict: "deny" }));
  });

  test("changes its policy while the containers stay", async () => {
    const acme = the();
    const before = await acme.running();
    acme.write({ ...config, egress: { allow: ["also.test"] } });
    await acme.mustUp();
    expect((await acme.curl("https://also.test/")).stdout).toContain("site=also.test");
    expect((await acme.curl("https://allowed.test/")).stdout).toBe("");
    expect(await acme.running()).toEqual(before);
  });

  test("is repaired when its gateway was removed, and the agent finds the new one where the old one was", async () => {
    const acme = the();
    const { engine } = acme.project;
    const inner = async () =>
      (await engine.inspect(acme.gateway)).NetworkSettings.Networks[`${acme.name}-inner`].MacAddress;
    const before = await inner();
    const { agent } = await acme.running();
    expect((await acme.curl("https://also.test/")).code).toBe(0);
    await engine.ask("rm", "--force", acme.gateway);
    await acme.mustUp("--refresh");
    expect((await acme.curl("https://also.test/")).stdout).toContain("site=also.test");
    expect(await inner()).toBe(before);
    expect((await acme.running()).agent).toBe(agent);
  });
}
