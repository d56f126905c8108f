import dgram from "node:dgram";
import { AuditLineSchema } from "../../gateway/audit-line.ts";
import { renderSeccomp } from "../../plan/seccomp.ts";
import { run } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { type Client, eventually, Project } from "./harness.ts";
import { startPodman } from "./podman.ts";

const platform = process.arch === "arm64" ? "linux-arm64" : "linux-x64";
let podman: Awaited<ReturnType<typeof startPodman>>;
let project: Project;
let acme: Client;

beforeAll(async () => {
  podman = await startPodman();
  project = new Project(podman.engine);
  acme = project.client("acme", { egress: { allow: ["allowed.test"] }, mtu: 1300 });
  acme.shell = { ...podman.environment, CONTAINER_HOST: podman.engine.host! } as Record<string, string>;
  await acme.mustUp();
  // Its store has no image the first time: all are built, the slow way that Podman has of it.
}, 1_200_000);
afterAll(async () => {
  await project?.remove();
  await podman?.stop();
});

describe("on Podman, the same stack file", () => {
  test("gives the same walls", async () => {
    expect(await acme.curl("https://allowed.test/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("site=allowed.test"),
    });
    const { evil, lan } = project.internet.addresses;
    for (const url of ["https://evil.test/", "https://neighbour.test/", `http://${evil}/`, `http://${lan}/`])
      expect((await acme.curl(url, "--max-time", "3")).stdout).toBe("");
    expect(await project.internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
  });

  test("gives the same container", async () => {
    const { stdout } = await acme.exec(
      "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; id -un; touch /x 2>&1; echo made > /workspace/file",
    );
    expect(stdout).toMatch(/CapPrm:\s0{16}\nCapEff:\s0{16}\nCapBnd:\s0{16}/);
    expect(stdout).toMatch(/NoNewPrivs:\s1\nSeccomp:\s2/);
    expect(stdout).toMatch(/\ndev\n.*Read-only file system/);
  });

  test("gives the same filter of system calls, where Podman's own would allow namespaces and vsock", async () => {
    const { stdout } = await acme.exec(
      "unshare -U true 2>&1; python3 -c 'import socket; socket.socket(40, 1)' 2>&1 | tail -1",
    );
    expect(stdout).toBe(
      "unshare: unshare failed: Operation not permitted\nOSError: [Errno 97] Address family not supported by protocol\n",
    );
    const { agent, gateway } = (await acme.deployed()).containers;
    expect([agent.seccomp, gateway.seccomp]).toEqual(Array(2).fill(renderSeccomp(platform).name));
  });

  test("gives the gateway's way out the size of packets that is asked for, and no other network", async () => {
    expect(await podman.engine.ask("exec", acme.gateway, "sh", "-c", "cat /sys/class/net/*/mtu | sort")).toBe(
      "1300\n1500\n65536",
    );
  });

  test("has nothing to do at the second `up`, nor after a look at the engine", async () => {
    for (const args of [[], ["--refresh"]])
      expect((await acme.mustUp(...args)).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("is verified, and its audit tells what was refused", async () => {
    expect(await project.agentbox("verify", acme.name)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("as planned"),
    });
    const lines = await eventually(
      async () => (await project.agentbox("audit", acme.name, "--json")).stdout.split("\n").filter(Boolean),
      (lines) => lines.some((line) => line.includes('"evil.test"')),
    );
    const told = lines.map((line) => AuditLineSchema.parse(JSON.parse(line)));
    expect(told).toContainEqual(expect.objectContaining({ kind: "tls", name: "allowed.test", verdict: "allow" }));
    expect(told).toContainEqual(expect.objectContaining({ name: "evil.test", verdict: "deny" }));
  });

  test("changes its policy while the containers stay", async () => {
    const before = await acme.running();
    acme.write({ mtu: 1300, egress: { allow: ["also.test"] } });
    await acme.mustUp();
    expect((await acme.curl("https://also.test/")).stdout).toContain("site=also.test");
    expect((await acme.curl("https://allowed.test/")).stdout).toBe("");
    expect(await acme.running()).toEqual(before);
  });

  test("replaces an agent that gets another limit, and its home stays", async () => {
    const before = await acme.running();
    await acme.exec("echo kept > /home/dev/file");
    acme.write({ mtu: 1300, egress: { allow: ["also.test"] }, limits: { memory: "1GiB" } });
    await acme.mustUp();
    expect((await acme.exec("cat /home/dev/file")).stdout).toBe("kept\n");
    expect((await podman.engine.inspect(acme.agent)).HostConfig.Memory).toBe(2 ** 30);
    const after = await acme.running();
    expect(after.gateway).toBe(before.gateway);
    expect(after.agent).not.toBe(before.agent);
  });

  test("is locked: its bridge has the name that the host's rules shut, and nothing that is sent to everybody arrives", async () => {
    expect(await podman.engine.ask("exec", acme.lock, "lock", "check")).toMatch(
      /^shut: asb-[0-9a-f]{10} veth\w+ veth\w+$/,
    );
    const port = await freePort();
    const heard: string[] = [];
    const udp = dgram.createSocket("udp4").on("message", (message) => heard.push(String(message)));
    await new Promise<void>((resolve) => udp.bind(port, "0.0.0.0", resolve));
    const send = `import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(1, 6, 1); s.setsockopt(1, 25, b"eth0")
for to in ("255.255.255.255", "224.0.0.1"): s.sendto(b"x", (to, ${port}))`;
    const sent = await acme.exec(`python3 -c '${send}'; echo x >/dev/udp/127.0.0.1/1`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    udp.close();
    expect({ heard, said: sent.stderr }).toEqual({ heard: [], said: "" });
  });

  test("is repaired when its gateway was removed, and the agent finds the new one where the old one was", async () => {
    const inner = async () =>
      (await podman.engine.inspect(acme.gateway)).NetworkSettings.Networks[`${acme.name}-inner`].MacAddress;
    const before = await inner();
    const { agent } = await acme.running();
    expect((await acme.curl("https://also.test/")).code).toBe(0);
    await podman.engine.ask("rm", "--force", acme.gateway);
    await acme.mustUp("--refresh");
    expect((await acme.curl("https://also.test/")).stdout).toContain("site=also.test");
    expect(await inner()).toBe(before);
    expect((await acme.running()).agent).toBe(agent);
  });

  test("in lockdown has a home that ends with the container, and the same walls", async () => {
    acme.write({ profile: "lockdown", egress: { allow: ["also.test"] } });
    await acme.mustUp();
    expect((await acme.exec("stat -f -c %T ~; touch ~/x && ls ~/x")).stdout).toBe("tmpfs\n/home/dev/x\n");
    // The volumes of before stay for the day the profile is another; nothing of them is mounted.
    const { mounts } = (await acme.deployed()).containers.agent;
    expect(Object.keys(mounts)).toEqual(["/run/refusals", "/run/secrets", "/workspace"]);
    expect((await acme.curl("https://also.test/")).stdout).toContain("site=also.test");
    expect((await acme.curl("https://allowed.test/")).stdout).toBe("");
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("leaves nothing behind when it is destroyed", async () => {
    const { code, text } = await acme.destroy();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(await podman.engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
    const tables = await run("nft", ["list", "tables"], process.env);
    expect(tables.code).toBe(0);
    expect(tables.stdout).not.toContain(acme.name);
  });
});
