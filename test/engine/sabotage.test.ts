import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { eventually, useProject } from "./harness.ts";

const project = useProject();
const { engine, internet } = project;
const acme = project.client("acme", { egress: { allow: ["allowed.test"] } });

beforeAll(() => acme.mustUp());

/** The sandbox does what its file says: the allowed name is reached, nothing else is. */
async function expectWhole() {
  expect(await engine.inspect(acme.agent)).toMatchObject({ State: { Status: "running" } });
  const allowed = await eventually(
    () => acme.curl("https://allowed.test/"),
    ({ code }) => code === 0,
  );
  expect(allowed.stdout).toContain("site=allowed.test");
  expect((await acme.curl("https://evil.test/")).code).not.toBe(0);
  expect((await acme.curl("https://neighbour.test/")).code).not.toBe(0);
  expect((await acme.curl(`http://${internet.addresses.evil}/`, "--max-time", "2")).code).not.toBe(0);
}

const remove = (name: string) => engine.ask("rm", "--force", name);

describe("`up --refresh` repairs a sandbox", () => {
  test.each<[string, () => Promise<unknown>]>([
    ["whose agent and gateway were stopped", () => engine.ask("stop", "--time", "1", acme.agent, acme.gateway)],
    [
      "whose containers and inner network were removed",
      async () => [
        await remove(acme.agent),
        await remove(acme.gateway),
        await engine.ask("network", "rm", `${acme.name}-inner`),
      ],
    ],
    [
      "whose policy was removed with its volume",
      async () => [await remove(acme.gateway), await engine.ask("volume", "rm", `${acme.name}-policy`)],
    ],
    ["of which everything was removed", () => engine.remove(acme.name)],
  ])("%s", async (_what, sabotage) => {
    await sabotage();
    await acme.mustUp("--refresh");
    await expectWhole();
    // The lab's CA is one of the delivered files.
    expect((await acme.exec("ls /run/secrets/ca")).stdout).toBe("0.pem\n");
  });

  test("and then has nothing left to do", async () => {
    expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });
});

describe("a plain `up` finds and repairs a sandbox, and proves it again,", () => {
  const stranger = `${acme.name}-stranger`;
  const subnetOf = (network: string) =>
    engine.ask("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", network);
  /** Puts a container on the network where it is, or is not, at another address. */
  const attach = async (side: "inner" | "outer", container: string, last: number, ...words: string[]) => {
    const network = `${acme.name}-${side}`;
    const address = (await subnetOf(network)).trim().replace("0/24", String(last));
    await engine.run("network", "disconnect", network, container);
    await engine.ask("network", "connect", "--ip", address, ...words, network, container);
  };
  const own = (...words: string[]) => [...words, "--label", `agent-sandbox.client=${acme.name}`];

  test.each<[string, RegExp, () => Promise<unknown>]>([
    [
      "whose agent was attached to another network",
      /network bridge is not planned/,
      () => engine.ask("network", "connect", "bridge", acme.agent),
    ],
    [
      "whose gateway was attached to another network",
      /network bridge is not planned/,
      () => engine.ask("network", "connect", "bridge", acme.gateway),
    ],
    [
      "whose agent and gateway were removed",
      /it is not there any more/,
      async () => [await remove(acme.agent), await remove(acme.gateway)],
    ],
    ["whose agent was stopped", /it is exited/, () => engine.ask("stop", "--time", "1", acme.agent)],
    ["whose agent was paused", /it is paused/, () => engine.ask("pause", acme.agent)],
    [
      "whose agent was made anew with more rights",
      /no up of this version made the one that is there/,
      async () => {
        const { Config } = await engine.inspect(acme.agent);
        await remove(acme.agent);
        await engine.ask(
          ...own("run", "--detach", "--name", acme.agent, "--privileged"),
          "--entrypoint",
          "sleep",
          Config.Image,
          "900",
        );
      },
    ],
    [
      "whose agent was given another name, and ran on",
      /was made as one of .*'s own containers and is none of them; it is removed/,
      () => engine.ask("rename", acme.agent, `${acme.name}-renamed`),
    ],
    [
      "in whose agent somebody left a process of root's",
      /a process runs as user 0; it is placed anew/,
      () => engine.ask("exec", "--detach", "--user", "0", acme.agent, "sleep", "9999"),
    ],
    [
      "whose lock has no rules in force any more",
      /its rules are not in force; it is placed anew/,
      async () => {
        const lock = `${acme.name}-lock`;
        // Else it would put them back at once.
        const processes = (await engine.ask("top", lock, "-eo", "pid")).split("\n").slice(1);
        await engine.must(["kill", "-STOP", ...processes.map((pid) => pid.trim())]);
        const image = (await engine.inspect(acme.gateway)).Config.Image;
        const remove = ["--env", `CLIENT=${acme.name}`, "--entrypoint", "lock", image, "remove"];
        await engine.ask("run", "--rm", "--network", "host", "--cap-add", "NET_ADMIN", ...remove);
        await eventually(
          async () => (await engine.inspect(lock)).State.Health.Status as string,
          (status) => status === "unhealthy",
        );
      },
    ],
    [
      "whose secrets were removed with their volume",
      /it is not there any more/,
      async () => [await remove(acme.agent), await engine.ask("volume", "rm", `${acme.name}-secrets`)],
    ],
    [
      "whose agent was given another address",
      /its address on \S+-inner is \S+\.77, not \S+\.3; it is placed anew/,
      () => attach("inner", acme.agent, 77),
    ],
    [
      "whose gateway was given another name",
      /it is also called evil\.test on \S+-inner; it is placed anew/,
      () => attach("inner", acme.gateway, 2, "--alias", "evil.test"),
    ],
    [
      "whose containers were held short of CPUs and bound to memory, in words that Docker does not take back",
      /its quota of the CPUs is 10000 of 100000 µs[\s\S]*it is bound to the memory of node 0/,
      async () => [
        await engine.ask("update", "--cpu-quota", "10000", acme.agent),
        await engine.ask("update", "--cpuset-mems", "0", acme.gateway),
      ],
    ],
    [
      "whose inner network somebody made anew, open and with the same members",
      /-inner was made by somebody else[\s\S]*It is removed and made anew/,
      async () => {
        const inner = `${acme.name}-inner`;
        const subnet = await subnetOf(inner);
        for (const name of [acme.agent, acme.gateway]) await engine.ask("network", "disconnect", inner, name);
        await engine.ask("network", "rm", inner);
        await engine.ask("network", "create", "--subnet", subnet, inner);
        await attach("inner", acme.agent, 3);
        await attach("inner", acme.gateway, 2);
      },
    ],
    ["of which everything was removed", /Resources/, () => engine.remove(acme.name)],
    [
      "whose workspace was made anew on the host",
      /directory replaced: what is mounted at \/workspace/,
      async () => {
        rmSync(acme.workspace, { recursive: true });
        project.directory(basename(acme.workspace));
      },
    ],
  ])(
    "%s",
    async (_what, said, sabotage) => {
      await sabotage();
      const { text } = await acme.mustUp();
      expect(text).toMatch(said);
      await expectWhole();
      expect(await acme.exec("touch /workspace/writable && ls /run/secrets/ca")).toMatchObject({
        code: 0,
        stdout: "0.pem\n",
      });
      expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });

      expect((await acme.outputs()).walls).toMatch(/^proven at /);
    },
    300_000,
  );

  test.each<[string, string[], string]>([
    ["on restarts", ["--restart", "no"], "the restart policy is no, not unless-stopped; it is set again"],
    ["of processes", ["--pids-limit", "50000"], "the limit of pids is 50000, not 1024; it is set again"],
    [
      "of memory",
      ["--memory", "2g", "--memory-swap", "2g"],
      "the limit of memory is 2048MiB, not 8192MiB; it is set again",
    ],
  ])("whose limit %s was changed, without touching what runs", async (_what, change, said) => {
    const before = await acme.running();
    await engine.ask("update", ...change, acme.agent);
    const { text } = await acme.mustUp();
    expect(text).toContain(`${acme.agent}: ${said}`);
    expect(text).not.toContain("anew");
    expect((await engine.inspect(acme.agent)).HostConfig).toMatchObject({
      PidsLimit: 1024,
      Memory: 8 * 2 ** 30,
      RestartPolicy: { Name: "unless-stopped" },
    });
    expect(await acme.running()).toEqual(before);
  });

  test("whose gateway was given a neighbour, and volumes and workspace another holder", async () => {
    const image = (await engine.inspect(acme.gateway)).Config.Image;
    const run = (name: string, ...words: string[]) =>
      engine.ask("run", "--detach", "--name", name, ...words, "--entrypoint", "sleep", image, "900");
    const holders = [`${stranger}-policy`, `${stranger}-parent`];
    try {
      await run(stranger, "--network", `${acme.name}-outer`);
      await run(holders[0]!, "--network", "none", "--volume", `${acme.name}-policy:/policy`);
      await run(holders[1]!, "--network", "none", "--volume", `${dirname(acme.workspace)}:/all`);
      expect(await project.agentbox("verify", acme.name)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(`container ${stranger} is not planned`),
      });
      const { text } = await acme.mustUp();
      expect(text).toContain(`${stranger} is on ${acme.name}-outer, where the gateway is alone; it is taken off`);
      for (const name of holders)
        expect(text).toContain(`the container ${name} has the workspace or volumes of ${acme.name} as well`);
      expect((await engine.inspect(stranger)).NetworkSettings.Networks).toEqual({});
    } finally {
      for (const name of [stranger, ...holders]) await remove(name);
    }
  });

  test("whose agent was given a neighbour", async () => {
    const { Config } = await engine.inspect(acme.gateway);
    await engine.ask(
      ...own("run", "--detach", "--name", stranger, "--network", `${acme.name}-inner`),
      "--entrypoint",
      "sleep",
      Config.Image,
      "900",
    );
    expect((await acme.mustUp()).text).toContain(`${stranger} is on ${acme.name}-inner`);
    expect((await engine.inspect(stranger)).NetworkSettings.Networks).toEqual({});
    await remove(stranger);
  });

  test("whose gateway started without a policy, for the saved one does not hold", async () => {
    // The watchdog has no turn meanwhile: it would save the policy that is in force again.
    await engine.ask(
      "exec",
      "--detach",
      acme.gateway,
      "flock",
      "/run/gateway/turn",
      "sh",
      "-c",
      ": >/var/lib/gateway/policy; sleep 60",
    );
    await eventually(
      () => engine.ask("exec", acme.gateway, "sh", "-c", "wc -c </var/lib/gateway/policy"),
      (bytes) => bytes.trim() === "0",
    );
    await engine.ask("restart", "--time", "1", acme.gateway);
    const live = () => engine.run("exec", acme.gateway, "cat", "/run/gateway/live/hash");
    expect((await live()).code).not.toBe(0);
    const { stdout } = await acme.mustUp();
    expect(stdout).toMatch(/firewall-init/);
    expect(stdout).toContain("has another policy in force than the last up left, or none; this one is applied again");
    expect((await live()).code).toBe(0);
    await expectWhole();
  });

  test("whose gateway was handed another policy", async () => {
    const bundle = await engine.ask("exec", acme.gateway, "cat", "/run/gateway/live/bundle");
    acme.write({ egress: { allow: ["allowed.test", "evil.test"] } });
    await acme.mustUp();
    acme.write({ egress: { allow: ["allowed.test"] } });
    await acme.mustUp();
    const opened = bundle.replaceAll("allowed.test", "evil.test");
    expect(opened).not.toBe(bundle);
    const apply = spawn("docker", ["exec", "-i", acme.gateway, "apply"], { env: engine.environment() });
    apply.stdin.end(`${opened}\n`);
    expect((await once(apply, "close"))[0]).toBe(0);
    // The gateway says what is in force with its health check.
    await eventually(
      async () => (await engine.inspect(acme.gateway)).State.Health.Log.at(-1)?.Output as string,
      (output) => output.startsWith("policy ") && !output.includes(acme.name) && output.includes("live"),
    );
    await eventually(
      async () => (await acme.mustUp()).stdout,
      (stdout) => /firewall-init/.test(stdout),
    );
    await expectWhole();
  });

  test("and then has nothing left to do", async () => {
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  });
});

describe("a volume that somebody made anew, which no label tells from others,", () => {
  const home = `${acme.name}-home`;

  test("is told by every `up`, and goes with a destroy", async () => {
    await remove(acme.agent);
    await engine.ask("volume", "rm", home);
    await engine.ask("volume", "create", home);
    expect((await acme.mustUp()).text).toContain(`${home} was made by somebody else`);
    expect((await acme.destroy()).code).toBe(0);
    expect((await engine.ask("volume", "ls", "--quiet")).split("\n")).not.toContain(home);
  });

  test("is another's where the client does not live: it stays, and the preview says so", async () => {
    await engine.ask("volume", "create", home);
    try {
      const { code, text } = await acme.preview();
      expect(code).not.toBe(0);
      expect(text).toContain(`there is a volume ${home} already, which is none of ${acme.name}'s`);
      expect(text).toContain("1 problem; nothing was changed.");
    } finally {
      await engine.ask("volume", "rm", home);
    }
  });
});
