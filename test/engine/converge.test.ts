import { networkInterfaces } from "node:os";
import { renderSeccomp } from "../../plan/seccomp.ts";
import type { Run } from "./engine.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine, internet } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const platform = process.arch === "arm64" ? "linux-arm64" : "linux-x64";
let first: Run;

beforeAll(async () => {
  first = await acme.mustUp();
});

describe("one stack file and one `up`", () => {
  test("give an agent and a gateway that run and carry the client's labels", async () => {
    expect(await engine.residue(acme.name)).toEqual({
      containers: [acme.agent, acme.gateway, acme.lock],
      networks: [`${acme.name}-inner`, `${acme.name}-outer`],
      volumes: expect.arrayContaining(
        ["audit", "cache", "history", "home", "policy", "refusals", "secrets"].map(
          (purpose) => `${acme.name}-${purpose}`,
        ),
      ),
    });
    for (const role of ["agent", "gateway"] as const) {
      const { State, Config } = await engine.inspect(acme[role]);
      expect(State).toMatchObject({ Status: "running", Restarting: false });
      expect(Config.Labels).toMatchObject({ "agent-sandbox.client": acme.name, "agent-sandbox.role": role });
    }
  });

  test("tell how to enter, what is open, and what the sandbox is", async () => {
    const outputs = await acme.outputs();
    // What a person reads after each change. What only a program does is kept from people.
    expect(outputs).toEqual({
      ...{ agents: "shell", endpoints: "", deployed: "[secret]", policyHash: "[secret]", fingerprintKey: "[secret]" },
      ...{ enter: expect.stringContaining(acme.agent), walls: expect.any(String), posture: expect.any(String) },
    });
    expect(outputs.posture).toMatch(/^egress +allowed\.test 80,443 \(client\)$/m);
    expect(
      outputs.posture
        .match(/^networks +agent: (.*)$/m)?.[1]
        .split(", ")
        .sort(),
    ).toEqual([`${acme.name}-inner`, "names from the gateway"].sort());
    expect(outputs.posture).not.toMatch(/^(ports|capabilities +agent)/m);
    const { policyHash, containers } = await acme.deployed();
    expect(policyHash).toMatch(/^[0-9a-f]{8,}$/);
    expect(containers.agent).toMatchObject({ capabilities: [], published: [], networks: [`${acme.name}-inner`] });
    const { code, stdout } = await engine.run(
      ...outputs.enter
        .replace(/^docker /, "")
        .replace("exec -it", "exec")
        .split(" "),
      "-c",
      "id -un; pwd",
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "dev\n/workspace\n" });
  });

  test("leave no word of a stack trace or a secret warning in what they say", () => {
    expect(first.text).not.toMatch(/\bat .*\.[tj]s:\d+|UnhandledPromise|Warning:/);
  });

  test("a second `up` changes nothing, and neither does one that asks the engine first", async () => {
    const before = await acme.running();
    for (const args of [[], ["--refresh"]]) {
      const { stdout } = await acme.mustUp(...args);
      expect(stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    }
    expect(await acme.running()).toEqual(before);
  });
});

describe("the engine itself says that the agent", () => {
  test("has no capability, cannot gain any, and cannot write its root", async () => {
    const { HostConfig, Config } = await engine.inspect(acme.agent);
    expect(HostConfig).toMatchObject({
      CapDrop: ["ALL"],
      Privileged: false,
      ReadonlyRootfs: true,
      PidMode: "",
      UTSMode: "",
    });
    expect(HostConfig.CapAdd ?? []).toEqual([]);
    expect(HostConfig.IpcMode).not.toBe("host");
    expect([...HostConfig.SecurityOpt].sort()).toEqual([
      "no-new-privileges",
      `seccomp=${renderSeccomp(platform).json}`,
    ]);
    expect(HostConfig.Devices ?? []).toEqual([]);
    expect(Config.User).toBe("1000:1000");
    const { stdout } = await acme.exec(
      "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; touch /x /usr/x /etc/x 2>&1; sudo -n id 2>&1",
    );
    expect(stdout).toMatch(/CapPrm:\s0{16}\nCapEff:\s0{16}\nCapBnd:\s0{16}/);
    expect(stdout).toMatch(/NoNewPrivs:\s1\nSeccomp:\s2/);
    expect(stdout.match(/Read-only file system/g)).toHaveLength(3);
  });

  test("has limits on memory without swap, on processes and what is queued for a user, and leaves no core", async () => {
    const { HostConfig } = await engine.inspect(acme.agent);
    expect(HostConfig).toMatchObject({ Memory: 8 * 2 ** 30, MemorySwap: 8 * 2 ** 30, PidsLimit: 1024 });
    expect((await acme.exec("cat /proc/1/limits")).stdout.replaceAll(/ +/g, " ")).toMatch(
      /Max core file size 1 1 bytes[\s\S]*Max pending signals 2048 2048 signals\s*\nMax msgqueue size 1 1 /,
    );
  });

  test("sees one directory of the host, which it may write, and no socket of an engine", async () => {
    const { Mounts } = await engine.inspect(acme.agent);
    const binds = Mounts.filter(({ Type }: { Type: string }) => Type === "bind");
    expect(binds).toEqual([expect.objectContaining({ Source: acme.workspace, Destination: "/workspace", RW: true })]);
    expect(await acme.exec("echo written > /workspace/file && stat -c '%U %u' /workspace/file")).toMatchObject({
      code: 0,
      stdout: "dev 1000\n",
    });
    expect(
      (await acme.exec("find / -xdev -type s 2>/dev/null; ls /var/run/docker.sock /run/docker.sock 2>&1")).stdout,
    ).not.toMatch(/^\/.*sock$/m);
  });

  test("publishes no port, and is alone with the gateway on a network that the host has no address on", async () => {
    const { HostConfig, NetworkSettings } = await engine.inspect(acme.agent);
    expect(HostConfig.PortBindings ?? {}).toEqual({});
    expect(Object.keys(NetworkSettings.Networks)).toEqual([`${acme.name}-inner`]);
    const inner = await engine.inspect(`${acme.name}-inner`);
    expect(inner.Internal).toBe(true);
    expect(
      Object.values(inner.Containers)
        .map((container) => (container as { Name: string }).Name)
        .sort(),
    ).toEqual([acme.agent, acme.gateway]);
    const prefix = inner.IPAM.Config[0].Subnet.replace(/0\/24$/, "");
    const host = Object.values(networkInterfaces()).flatMap((list) => list!.map(({ address }) => address));
    expect(host.filter((address) => address.startsWith(prefix))).toEqual([]);
  });

  test("has a gateway that forwards nothing, cannot write its root, and holds no more than it needs", async () => {
    const { HostConfig } = await engine.inspect(acme.gateway);
    expect(HostConfig).toMatchObject({ CapDrop: ["ALL"], Privileged: false, ReadonlyRootfs: true });
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.MemorySwap).toBe(HostConfig.Memory);
    expect(await engine.ask("exec", acme.gateway, "cat", "/proc/sys/net/ipv4/ip_forward")).toBe("0");
  });
});

describe("a change of policy", () => {
  test("shows the host it opens, and touches the firewall, its check and what the agent is told, nothing else", async () => {
    acme.write({ egress: { allow: ["allowed.test", "also.test"] } });
    const { code, stdout } = await acme.preview("--diff");
    expect(code).toBe(0);
    expect(stdout).toMatch(/\+.*also\.test/);
    const changes = await acme.plannedChanges();
    expect(Object.keys(changes).filter((name) => !/firewall|canary|credentials/.test(name))).toEqual([]);
    expect(Object.keys(changes).join()).toMatch(/firewall/);
    expect(Object.keys(changes).join()).toMatch(/canary/);
  });

  test("takes effect in the running sandbox, whose containers stay", async () => {
    const before = await acme.running();
    expect((await acme.curl("https://also.test/")).code).not.toBe(0);
    await acme.mustUp();
    expect(await acme.curl("https://also.test/")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("site=also.test"),
    });
    expect(await acme.running()).toEqual(before);
  });

  test("that removes a host takes the right away", async () => {
    acme.write({ egress: { allow: ["also.test"] } });
    await acme.mustUp();
    expect((await acme.curl("https://allowed.test/")).code).not.toBe(0);
    expect((await acme.curl("https://also.test/")).code).toBe(0);
  });

  test("keeps connections that are open", async () => {
    // Two requests on one TLS connection, and an `up` between them.
    await engine.ask(
      "exec",
      "--detach",
      acme.agent,
      "bash",
      "-c",
      `python3 -c '${TWO_REQUESTS}' > /tmp/said 2>&1; echo end >> /tmp/said`,
    );
    await eventually(
      () => acme.exec("cat /tmp/said"),
      ({ stdout }) => stdout.includes("first 200"),
    );
    acme.write({ egress: { allow: ["allowed.test", "also.test"] } });
    await acme.mustUp();
    await acme.exec("touch /tmp/go");
    const { stdout } = await eventually(
      () => acme.exec("cat /tmp/said"),
      ({ stdout }) => stdout.includes("end"),
    );
    expect(stdout).toBe("first 200\nsecond 200\nend\n");
  });

  test("opened and shut what it said: nothing ever came to the unlisted hosts", async () => {
    expect(await internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
    expect((await internet.reached("neighbour.test")).connections).toBe(0);
  });
});

const TWO_REQUESTS = `
import http.client, os, time
site = http.client.HTTPSConnection("also.test")
def ask(what):
    site.request("GET", "/")
    answer = site.getresponse()
    answer.read()
    print(what, answer.status, flush=True)
ask("first")
site.auto_open = 0
while not os.path.exists("/tmp/go"): time.sleep(0.1)
ask("second")
`;
