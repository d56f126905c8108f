import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { planAddresses } from "../../capabilities/network/addresses.ts";
import { useProject } from "./harness.ts";

// Before the project's own, which makes a stack for what it destroys: here agentbox made them.
afterAll(async () => {
  for (const { name } of three)
    await project.pulumi(["destroy", "--stack", name, "--yes", "--skip-preview", "--non-interactive"]);
});
const project = useProject();
const { engine } = project;
/** Of three clients two want the same of the two pairs of networks in this range. */
const RANGE = "192.168.248.0/22";
const three = ["one", "two", "three"].map((name) => project.client(name, { addresses: RANGE }));
const wish = ({ name }: { name: string }) => planAddresses(name, [], [], RANGE)?.inner;
// In the order in which they are brought up.
const [acme, globex] = three
  .filter((one) => three.filter((other) => wish(other) === wish(one)).length > 1)
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const spare = three.find((client) => client !== acme && client !== globex);
if (!acme || !globex || !spare) throw new Error("of three that choose between two, two choose the same");
const isThere = async (...clients: (typeof acme)[]) =>
  Promise.all(clients.map(async ({ name }) => (await engine.residue(name)).containers.length > 0));
/** What previews have left: stacks, and salts of theirs in stack files. */
const traces = () => [
  ...readdirSync(join(project.folder, "state/.pulumi/stacks/agent-sandbox")),
  ...[acme, globex].filter(({ path }) => readFileSync(path, "utf8").includes("encryptionsalt:")),
];

test("without a yes nothing is changed, and each client's change was told", async () => {
  spare.forget();
  const { code, stdout, text } = await project.agentbox("up", "--all");
  expect({ code, text }).toEqual({ code: 2, text: expect.stringContaining("Nobody can be asked here: say --yes") });
  for (const { name } of [acme, globex]) expect(stdout).toMatch(new RegExp(`^${name}\n  a new sandbox:`, "m"));
  expect(await isThere(acme, globex)).toEqual([false, false]);
  expect(traces()).toEqual([]);
});

test("with one that cannot be planned none is begun; --keep-going brings the others up, each on a range of its own, and the report says why that one is not", async () => {
  spare.write({ addresses: RANGE, profile: "ofline" });
  const stops = await project.agentbox("up", "--all", "--yes");
  expect(stops).toMatchObject({
    code: 1,
    text: expect.stringContaining(`${spare.name} cannot be planned. Nothing was changed`),
  });
  expect(await isThere(acme, globex)).toEqual([false, false]);
  expect(traces()).toEqual([]);

  const { code, stdout } = await project.agentbox("up", "--all", "--yes", "--keep-going");
  expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringMatching(/^2 created, 1 failed$/m) });
  expect(stdout).toMatch(
    new RegExp(`^${spare.name} +failed +stacks/Pulumi.${spare.name}.yaml: profile +"ofline" is not`, "m"),
  );
  expect(await isThere(acme, globex)).toEqual([true, true]);
  spare.forget();
});

test("where nothing changes nobody is asked, and no client is touched", async () => {
  const before = await Promise.all([acme.running(), globex.running()]);
  const { code, stdout } = await project.agentbox("up", acme.name, globex.name, "-j", "2");
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 unchanged$/m) });
  expect(await Promise.all([acme.running(), globex.running()])).toEqual(before);
});

test("what was not told is not done: a stack file that changes after the preview fails its client", async () => {
  for (const client of [acme, globex]) client.write({ addresses: RANGE, egress: { allow: ["allowed.test"] } });
  const run = project.startAgentbox("up", acme.name, globex.name, "--yes");
  const ended = new Promise<number | null>((resolve) => run.process.on("close", resolve));
  while (run.process.exitCode === null && !run.output().includes("resources:")) await setTimeout(100);
  writeFileSync(globex.path, readFileSync(globex.path, "utf8").replace("allowed.test", "also.test"));
  expect({ code: await ended, output: run.output() }).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^1 changed, 1 failed$/m),
  });
  expect(run.output()).toMatch(
    new RegExp(`^${globex.name} +failed +[\\d.]+ +what it would do now is not what was told`, "m"),
  );
  expect((await acme.curl("https://allowed.test/")).code).toBe(0);
  for (const host of ["allowed.test", "also.test"]) expect((await globex.curl(`https://${host}/`)).code).not.toBe(0);
});

test("Ctrl-C ends what is under way, begins no other, and says so; the next one goes on", async () => {
  for (const client of [acme, globex]) client.write({ addresses: RANGE, egress: { allow: ["also.test"] } });
  const run = project.startAgentbox("up", acme.name, globex.name, "--yes");
  const ended = new Promise<number | null>((resolve) => run.process.on("close", resolve));
  // Whoever is under way has its stack's lock.
  const locks = join(project.folder, "state/.pulumi/locks/organization/agent-sandbox", acme.name);
  const isUnderWay = () => run.output().includes("resources:") && existsSync(locks) && readdirSync(locks).length > 0;
  while (run.process.exitCode === null && !isUnderWay()) await setTimeout(100);
  run.process.kill("SIGINT");
  expect({ code: await ended, output: run.output() }).toMatchObject({
    code: 1,
    output: expect.stringMatching(new RegExp(`^${globex.name} +not begun$`, "m")),
  });
  expect(await project.agentbox("up", "--all", "--yes")).toMatchObject({ code: 0 });
  expect((await globex.curl("https://also.test/")).code).toBe(0);
});
