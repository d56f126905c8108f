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
