import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });
const globex = project.client("globex", { egress: { allow: ["also.test"] } });

beforeAll(async () => {
  writeFileSync(join(acme.workspace, "code.txt"), "of acme");
  await Promise.all([acme.mustUp(), globex.mustUp()]);
});

describe("two clients side by side", () => {
  test("come up at the same time, each with its own policy", async () => {
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
    expect((await acme.curl("https://also.test/")).code).not.toBe(0);
    expect((await globex.curl("https://also.test/")).code).toBe(0);
    expect((await globex.curl("https://allowed.test/")).code).not.toBe(0);
  });

  test("share no network, no range of addresses and no volume", async () => {
    const of = async (client: typeof acme) => {
      const { networks, volumes } = await engine.residue(client.name);
      const subnets = await Promise.all(
        networks.map(async (name) => (await engine.inspect(name)).IPAM.Config[0].Subnet),
      );
      const mounts = (await Promise.all([client.agent, client.gateway].map((name) => engine.inspect(name)))).flatMap(
        ({ Mounts }) => Mounts.map((mount: { Name?: string; Source: string }) => mount.Name ?? mount.Source),
      );
      return new Set([...networks, ...volumes, ...subnets, ...mounts]);
    };
    const [ours, theirs] = await Promise.all([of(acme), of(globex)]);
    expect([...ours].filter((thing) => theirs.has(thing))).toEqual([]);
  });

  test("cannot reach each other: no address, no port, no name", async () => {
    await engine.ask("exec", "--detach", globex.agent, "python3", "-m", "http.server", "8000", "--bind", "0.0.0.0");
    await eventually(
      () => globex.curl("http://127.0.0.1:8000/"),
      ({ code }) => code === 0,
    );
    const addresses = (await Promise.all([globex.agent, globex.gateway].map((name) => engine.inspect(name)))).flatMap(
      ({ NetworkSettings }) =>
        Object.values(NetworkSettings.Networks as Record<string, { IPAddress: string }>).map(
          ({ IPAddress }) => IPAddress,
        ),
    );
    expect(addresses).toHaveLength(3);
    const { code, stdout } = await acme.exec(`
      for address in ${addresses.join(" ")} ${globex.agent} ${globex.gateway}; do
        for port in 53 80 443 8000; do timeout 1 bash -c "exec 3<>/dev/tcp/$address/$port" 2>/dev/null && echo "open $address:$port"; done
      done; true`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    // Not from the gateway either, should one be taken over.
    for (const address of addresses.slice(0, 2))
      expect(
        (await engine.run("exec", acme.gateway, "bash", "-c", `timeout 1 bash -c 'exec 3<>/dev/tcp/${address}/8000'`))
          .code,
      ).not.toBe(0);
  });

  test("on one workspace are refused, by name", async () => {
    const initech = project.client("initech", { workspace: acme.workspace });
    const { code, text } = await initech.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(/^ +workspace .*/m);
    expect(text).toContain(`is shared with client ${acme.name}`);
    expect(await engine.residue(initech.name)).toEqual({ containers: [], networks: [], volumes: [] });
    initech.forget();
  });
});

describe("what an agent takes of the machine, all it can get,", () => {
  test("of queued signals and timers leaves the person's programs most, though they are of the same user", async () => {
    await engine.ask("exec", "--detach", acme.agent, "bash", "-c", `python3 -c '${TAKE_SIGNALS}' 60 >/tmp/taken`);
    const { stdout: taken } = await eventually(
      () => acme.exec("cat /tmp/taken"),
      ({ stdout }) => stdout !== "",
    );
    expect(Number(taken)).toBeLessThanOrEqual(2048);
    // One that the engine starts with its own limits stands for a program of the person's.
    const { Config } = await engine.inspect(acme.agent);
    const theirs = ["--user", Config.User, "--network", "none", "--entrypoint", "python3", Config.Image];
    const left = await engine.ask("run", "--rm", ...theirs, "-c", TAKE_SIGNALS, "0");
    expect(Number(left)).toBeGreaterThan(0);
    await acme.exec("pkill python3");
  });

  test("of places for asynchronous input and output, which the whole machine shares, is nothing", async () => {
    const before = readFileSync("/proc/sys/fs/aio-nr", "utf8");
    expect((await acme.exec(`python3 -c '${TAKE_AIO}'`)).stdout).toBe(`-1 ${before}`);
  });

  test("of processes is its own: another client's agent, of the same user, starts as many as before", async () => {
    await engine.ask("exec", "--detach", acme.agent, "python3", "-c", TAKE_PROCESSES);
    await eventually(
      () => acme.exec("true"),
      ({ code }) => code !== 0,
    );
    const many = "for i in $(seq 300); do sleep 60 & done; jobs -p | wc -l; kill $(jobs -p)";
    expect((await globex.exec(many)).stdout).toBe("300\n");
    writeFileSync(join(acme.workspace, "enough"), "");
    await eventually(
      () => acme.exec("pgrep -c python3"),
      ({ stdout }) => stdout === "0\n",
    );
  });
});

describe("destroy", () => {
  test("leaves nothing of the client on the engine", async () => {
    await globex.exec("echo token > /home/dev/kept; echo cached > /home/dev/.cache/kept");
    const { code, text } = await globex.destroy();
    expect({ code, text }).toMatchObject({ code: 0 });
    expect(await engine.residue(globex.name)).toEqual({ containers: [], networks: [], volumes: [] });
    expect(await engine.ask("ps", "--all", "--filter", `name=${globex.name}`, "--quiet")).toBe("");
    expect(await engine.ask("volume", "ls", "--filter", `name=${globex.name}`, "--quiet")).toBe("");
  });

  test("does no harm to the other client", async () => {
    expect(await engine.inspect(acme.agent)).toMatchObject({ State: { Status: "running" }, RestartCount: 0 });
    expect((await acme.curl("https://allowed.test/")).code).toBe(0);
    expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  test("leaves the workspace as it is", async () => {
    await acme.exec("echo by the agent > /workspace/made.txt");
    expect((await acme.destroy()).code).toBe(0);
    expect(readFileSync(join(acme.workspace, "code.txt"), "utf8")).toBe("of acme");
    expect(readFileSync(join(acme.workspace, "made.txt"), "utf8")).toBe("by the agent\n");
  });

  test("is final: the next `up` starts with an empty home", async () => {
    await globex.mustUp();
    expect((await globex.exec("cat /home/dev/kept /home/dev/.cache/kept")).stdout).toBe("");
  });
});

/** Until the kernel gives no more, and on until there is a file in the workspace: nobody knows how long a busy machine takes to make so many. */
const TAKE_PROCESSES = `
import os, time
end = time.time() + 120
wait, hold = os.pipe()
while time.time() < end and not os.path.exists("/workspace/enough"):
    try:
        if os.fork() == 0:
            os.close(hold)
            os.read(wait, 1)
            os._exit(0)
    except OSError:
        time.sleep(0.05)
`;

/** How many were queued before the kernel took no more; and then time with all of them. */
const TAKE_SIGNALS = `
import ctypes, os, signal, sys, time
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
queue, taken = ctypes.CDLL(None).sigqueue, 0
while taken < 1000000 and queue(os.getpid(), int(signal.SIGRTMIN), None) == 0: taken += 1
print(taken, flush=True)
time.sleep(float(sys.argv[1]))
`;

/** What io_setup says, and how many places of the machine are taken then. */
const TAKE_AIO = `
import ctypes, os
context = ctypes.c_ulong(0)
number = {"x86_64": 206, "aarch64": 0}[os.uname().machine]
got = ctypes.CDLL(None).syscall(number, 60000, ctypes.byref(context))
print(got, open("/proc/sys/fs/aio-nr").read(), end="")
`;
