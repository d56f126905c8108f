import { execFileSync } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { run } from "./engine.ts";
import { freePort } from "./free-port.ts";
import { type Client, eventually, Project } from "./harness.ts";
import { testPerson } from "./person.ts";
import { startPodman } from "./podman.ts";
import { promiseTheSame } from "./same-walls.ts";

/** An address that this machine is given, as of a network card on a LAN. */
const OF_LAN = "198.18.84.1";
// This machine's kernel counts by cgroup v1, of which a user has none.
const config = { accept: ["limits.memory", "limits.pids"], mtu: 1400 };

describe("on rootless Podman, run by its user, the same stack file", () => {
  let podman: Awaited<ReturnType<typeof startPodman>>;
  let project: Project;
  let acme: Client;

  beforeAll(async () => {
    const person = testPerson();
    podman = await startPodman({ person });
    project = new Project(podman.engine, undefined, person);
    acme = project.client("acme", { ...config, egress: { allow: ["allowed.test"] } });
    acme.shell = { ...podman.environment, CONTAINER_HOST: podman.engine.host! } as Record<string, string>;
    await acme.mustUp();
    // Its store has no image the first time: all are built, the slow way that Podman has of it.
  }, 1_200_000);
  afterAll(async () => {
    try {
      await project?.remove();
    } finally {
      await podman?.stop();
    }
  });

  promiseTheSame(() => acme, config);

  test("is refused while it accepts no limit that this engine does not hold, and says which are missing", async () => {
    const posture = (await acme.outputs()).posture;
    expect(posture).toMatch(/memory NOT LIMITED/);
    expect(posture).toMatch(/pids NOT LIMITED/);
    acme.write({ mtu: 1400, egress: { allow: ["also.test"] } });
    const { code, text } = await acme.preview();
    expect(code).not.toBe(0);
    expect(text).toMatch(/limits\.memory +is not held by this engine: .*accept: \[limits\.memory, limits\.pids\]/);
    expect(text).toMatch(/limits\.pids +is not held by this engine: .*accept: \[limits\.memory, limits\.pids\]/);
  });

  test("no name that Podman writes, and no address of this machine, leads the agent to the machine", async () => {
    let reached = 0;
    const machine = http.createServer((_, response) => {
      reached += 1;
      response.end("of this machine");
    });
    await once(machine.listen(0, "0.0.0.0"), "listening");
    const { port } = machine.address() as AddressInfo;
    try {
      acme.write({ ...config, egress: { allow: [{ host: "here.test", ports: [443, port] }] } });
      await acme.mustUp();
      const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
      // Not the links of fake internets, which come and go: such addresses are no part of a policy (docs/threat-model.md, addresses of tunnels).
      const steady = own.filter(({ address }) => !address.startsWith("45.67."));
      const addresses = steady.filter(({ family }) => family === "IPv4").map(({ address }) => address);
      // 10.0.2.2 is the machine's loopback to who is behind slirp4netns, 10.0.2.3 its resolver.
      const ways = [
        "host.containers.internal",
        "host.docker.internal",
        "gateway.docker.internal",
        "10.0.2.2",
        "10.0.2.3",
      ];
      const asked = [...ways, ...addresses].map((way) => `curl -s --max-time 2 http://${way}:${port}/`);
      expect((await acme.exec(`${asked.join("; ")}; true`)).stdout).toBe("");
      for (const to of ["10.0.2.2", ...addresses] as `${number}.${string}`[]) {
        await project.internet.move("here.test", to);
        expect((await acme.curl(`http://here.test:${port}/`, "--max-time", "3")).stdout).toBe("");
      }
    } finally {
      machine.close();
    }
    expect(reached).toBe(0);
  });

  test("a service of this machine is refused as one of `host`, and reached by an address of this machine's that `egress.lan` names", async () => {
    const service = http.createServer((_, response) => response.end("of this machine"));
    await once(service.listen(0, "0.0.0.0"), "listening");
    const { port } = service.address() as AddressInfo;
    // A machine that is alone has no address of a LAN: CI's has a public one, and those of engines come and go.
    const link = `own${process.pid}`;
    execFileSync("ip", ["link", "add", link, "type", "veth", "peer", "name", `${link}p`]);
    try {
      execFileSync("ip", ["address", "add", `${OF_LAN}/32`, "dev", link]);
      execFileSync("ip", ["link", "set", link, "up"]);
      acme.write({ ...config, egress: { host: [port] }, upstreamProxy: "http://host:3128" });
      const { code, text } = await acme.preview();
      expect({ failed: code !== 0, text: text.replace(/\s+/g, " ") }).toEqual({
        failed: true,
        text: expect.stringMatching(
          new RegExp(`egress\\.host .*leads nowhere; write egress: .*ADDRESS:${port}.*upstreamProxy .*ADDRESS:3128`),
        ),
      });
      acme.write({ ...config, egress: { lan: { here: `${OF_LAN}:${port}` } } });
      await acme.mustUp();
      expect(await acme.curl(`http://here:${port}/`)).toMatchObject({ code: 0, stdout: "of this machine" });
      expect(await acme.project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
    } finally {
      service.close();
      execFileSync("ip", ["link", "del", link]);
    }
  });

  test("a published port leads to the agent's server, and to nothing when it is no longer published", async () => {
    const port = await freePort();
    acme.write({ ...config, ports: [port], egress: { allow: ["allowed.test"] } });
    const { text } = await acme.mustUp();
    expect(text).not.toMatch(/publishes them on the wrong one/);
    await podman.engine.ask(
      ...["exec", "--detach", acme.agent, "python3", "-m", "http.server", `${port}`, "--directory", "/etc/skel"],
    );
    const asked = () => run("curl", ["-sSf", "--max-time", "5", `http://127.0.0.1:${port}/.bashrc`], process.env);
    const { code, stdout } = await eventually(asked, ({ code }) => code === 0);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("bash") });
    acme.write({ ...config, egress: { allow: ["allowed.test"] } });
    await acme.mustUp();
    expect((await asked()).code).toBe(7);
  });

  test("nobody but the gateway answers a question for a name, whoever of its network or of the engine's is asked", async () => {
    const { Networks } = (await podman.engine.inspect(acme.gateway)).NetworkSettings;
    const gateway: string = Networks[`${acme.name}-inner`].IPAddress;
    const ask = `import socket, struct, time
question = struct.pack(">6H", 7, 256, 1, 0, 0, 0) + b"\\4leak\\4evil\\4test\\0" + struct.pack(">2H", 1, 1)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
for to in [f"${gateway.replace(/\d+$/, "{last}")}" for last in range(1, 255)] + ["10.0.2.3", "10.0.2.2"]:
  try: s.sendto(question, (to, 53))
  except OSError: pass
try:
  while True: print(s.recvfrom(512)[1][0])
except OSError: pass`;
    expect((await acme.exec(`python3 -c '${ask}'`)).stdout).toBe(`${gateway}\n`);
    expect(await project.internet.asked("leak.evil.test")).toBe(0);
  });

  test("is repaired when its agent was stopped", async () => {
    await podman.engine.ask("stop", "--time", "0", acme.agent);
    await acme.mustUp("--refresh");
    expect((await acme.exec("id -un")).stdout).toBe("dev\n");
  });

  test("leaves nothing behind when it is destroyed", async () => {
    const { code, text } = await acme.destroy();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(await podman.engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
