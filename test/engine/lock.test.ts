import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { planDatagrams } from "../../gateway/probes.ts";
import { judgeDatagrams } from "../../plan/proof/judge.ts";
import { freePort } from "./free-port.ts";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine } = project;
const acme = project.client("acme");
const table = `agent-sandbox-${acme.name}`;
const plain = `${acme.name}-plain`;
let image: string;

beforeAll(async () => {
  await acme.mustUp();
  image = (await engine.inspect(acme.gateway)).Config.Image;
});

describe("the host", () => {
  test("takes nothing that the agent sends to everybody or to a group", async () => {
    expect(await judged(`container:${acme.agent}`)).toEqual(planDatagrams(addresses()).map((probe) => `ok ${probe}`));
  });

  test("would take it: from a network without the lock it does, and the canary says so", async () => {
    const label = ["--label", `agent-sandbox.client=${acme.name}`];
    await engine.ask("network", "create", "--internal", ...label, plain);
    const verdicts = await judged(plain);
    await engine.ask("network", "rm", plain);
    for (const address of ["255.255.255.255", "224.0.0.1", "224.0.0.251", "239.255.255.250"])
      expect(verdicts).toContain(`LEAK shut datagram ${address}`);
  });

  test("whose listener cannot listen gives no verdict", async () => {
    const port = await freePort();
    const first = await listen(port, "first");
    const second = await run(["--network", "host"], "hear", String(port), "second", "500");
    expect(second).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("could not listen") });
    await first.end();
  });
});

describe("the lock", () => {
  test("has one capability, nothing of the host's files, and no way up", async () => {
    const { HostConfig, Mounts, Config } = await engine.inspect(acme.lock);
    expect(HostConfig).toMatchObject({
      NetworkMode: "host",
      Privileged: false,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: ["CAP_NET_ADMIN"],
      SecurityOpt: expect.arrayContaining(["no-new-privileges"]),
      PidsLimit: 32,
      Memory: 256 * 2 ** 20,
      RestartPolicy: { Name: "always" },
    });
    expect(Mounts.filter(({ Type }: { Type: string }) => Type !== "tmpfs")).toEqual([]);
    expect(Config.Env.join()).not.toMatch(/TOKEN|KEY|SECRET/);
    const status = await engine.ask("exec", acme.lock, "grep", "-E", "^Cap(Eff|Bnd)", "/proc/1/status");
    expect(status).toBe("CapEff:\t0000000000001000\nCapBnd:\t0000000000001000");
  });

  test("is there after an `up` with its rules in force, and the second `up` has nothing to do, nor after a look at the engine", async () => {
    expect(await engine.ask("exec", acme.lock, "lock", "check")).toMatch(/^shut: asb-[0-9a-f]{10} veth\w+ veth\w+$/);
    for (const args of [[], ["--refresh"]])
      expect((await acme.mustUp(...args)).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });

  // All of them by whoever has root on the host: a firewall that is loaded anew, say.
  test.each([
    ["takes its table away", `delete table inet ${table}`],
    ["empties its table", `flush table inet ${table}`],
    ["lets something through before it", `insert rule inet ${table} input accept`],
    ["takes its rules off the devices", `delete table netdev ${table}`],
    ["takes both away", `delete table inet ${table}; delete table netdev ${table}`],
  ])("has its rules back at once when somebody %s", async (_how, change) => {
    const before = await rules();
    const script = `nft '${change}'; for i in $(seq 100); do sleep 0.02; nft list table inet ${table} && nft list table netdev ${table} && break; done`;
    expect((await onHost(script)).code).toBe(0);
    await eventually(rules, (now) => now === before);
    expect(new Set((await judged(`container:${acme.agent}`)).map((line) => line.split(" ")[0]))).toEqual(
      new Set(["ok"]),
    );
  });

  test("is started anew when its process ends, and its rules hold meanwhile", async () => {
    const since = async () => (await engine.inspect(acme.lock)).State.StartedAt;
    const before = [await rules(), await since()];
    // How that ends is not told when its first process takes it along.
    await engine.run("exec", acme.lock, "sh", "-c", "kill -TERM 1");
    expect(await rules()).toBe(before[0]);
    await eventually(since, (now) => now !== before[1]);
    expect(await engine.ask("exec", acme.lock, "lock", "check")).toMatch(/^shut: /);
  });

  test("opens nothing when it is stopped, and a container that comes meanwhile changes nothing", async () => {
    await engine.ask("stop", acme.lock);
    await engine.ask("restart", acme.agent);
    expect(await judged(`container:${acme.agent}`)).toEqual(planDatagrams(addresses()).map((probe) => `ok ${probe}`));
    await engine.ask("start", acme.lock);
    expect(await engine.ask("exec", acme.lock, "lock", "check")).toMatch(/^shut: asb-\w+ veth\w+ veth\w+$/);
  });

  test("that somebody stopped, with its rules taken away, is found by `verify`, which sees what the host takes; a plain `up` repairs it", async () => {
    expect(await project.agentbox("verify", acme.name)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ok +lock: the host takes nothing from the agent's network$/m),
    });
    await engine.ask("stop", acme.lock);
    await onHost(`nft 'delete table inet ${table}; delete table netdev ${table}'`);
    const { code, stdout } = await project.agentbox("verify", acme.name);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FOUND +lock: runs$/m);
    expect(stdout).toMatch(/^FOUND +lock: the host takes nothing/m);
    expect(stdout).toMatch(/^ +LEAK shut datagram 255\.255\.255\.255: the engine's host takes it$/m);
    expect((await acme.mustUp()).text).toContain(`${acme.lock}: it is exited; it is placed anew`);
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
  });

  test("that somebody removed is placed again, and a destroy leaves nothing of it in the host's rules", async () => {
    await engine.ask("rm", "--force", acme.lock);
    await acme.mustUp("--refresh");
    expect(await engine.ask("exec", acme.lock, "lock", "check")).toMatch(/^shut: /);
    expect((await onHost("nft list tables")).stdout).toContain(table);
    expect((await acme.destroy()).code).toBe(0);
    expect((await onHost("nft list tables")).stdout).not.toContain(table);
    expect(await engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
  });
});

function addresses() {
  return { gateway: "10.0.0.2" } as Parameters<typeof planDatagrams>[0];
}

/** What the canary sends from a network, judged by a listener that any service of the host could be. */
async function judged(network: string): Promise<string[]> {
  const [port, word] = [await freePort(), `w${Math.random().toString(36).slice(2)}`];
  // The subnet's own broadcast address is of no use on another network.
  const planned = planDatagrams(addresses());
  const listener = await listen(port, word);
  const input = planned.map((probe) => `${probe} ${port} ${word}\n`).join("");
  const { stdout } = await run(["--network", network], "sh", "-c", `printf '%s' '${input}' | canary`);
  const verdicts = judgeDatagrams({ datagrams: planned }, stdout, await listener.end());
  return verdicts.map(({ verdict, what }) => `${verdict} ${what.split(": ")[0]}`);
}

/** Starts `hear` on the host; `end` closes it and gives what it heard. */
async function listen(port: number, word: string) {
  const label = ["--label", `agent-sandbox.client=${acme.name}`];
  const flags = ["--rm", "--interactive", "--network", "host", "--user", "65534:65534", ...label, ...HARD];
  const args = ["run", ...flags, "--entrypoint", "hear", image, String(port), word, "30000"];
  const child: ChildProcess = spawn("docker", args, { stdio: "pipe", env: engine.environment() });
  let stdout = "";
  const closed = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 127)));
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      stdout += `${line}\n`;
      if (line === "listening") resolve();
    });
    void closed.then(() => resolve());
  });
  return {
    async end() {
      child.stdin!.end();
      return { code: await closed, stdout };
    },
  };
}

const HARD = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];

/** Runs a program of the gateway's image without a right. */
function run(flags: readonly string[], program: string, ...args: string[]) {
  const user = ["--user", "65534:65534", "--label", `agent-sandbox.client=${acme.name}`];
  return engine.run("run", "--rm", ...flags, ...user, ...HARD, "--entrypoint", program, image, ...args);
}

/** Runs a line of shell as the root of the engine's host that may change its packet rules. */
function onHost(script: string) {
  const flags = ["--network", "host", "--user", "0:0", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN"];
  return engine.run("run", "--rm", ...flags, "--entrypoint", "sh", image, "-c", script);
}

async function rules(): Promise<string> {
  return (await onHost(`nft list table inet ${table}; nft list table netdev ${table}`)).stdout;
}
