import { Engine } from "../engine/engine.ts";
import { type Client, Project, theInternet } from "../engine/harness.ts";
import { carryImages } from "./carry-images.ts";
import { type FakeGpus, fakeGpus } from "./fake-gpu.ts";
import { accepted, engineUnderTest } from "./under-test.ts";

/** Where images come from for an engine that was started for this suite (test/engines/matrix.ts); this machine's own engines get no fake. */
const from = process.env.IMAGES_FROM;

/** Its pulumi stands on a machine of another name, as for an engine elsewhere: what this machine has of a driver is no matter then. */
class FromElsewhere extends Project {
  protected override command(program: "pulumi" | "agentbox", args: readonly string[]): [string, string[]] {
    const words = super.command(program, args);
    if (program === "agentbox") return words;
    return ["unshare", ["--uts", "sh", "-c", 'hostname elsewhere && exec "$@"', "sh", ...words.flat()]];
  }
}

/** The engines that hand out what a CDI spec names, by what is known of them: their own answer is what the product goes by. Docker 26.1 has CDI off, and Podman 4.3 drops the request. */
const HANDS_OUT = from !== undefined && /^(docker-28|podman-5)/.test(process.env.ENGINE ?? "");
const GONE = "/usr/lib/libcuda.so.550.54";

const underTest = engineUnderTest();
const common = accepted(underTest.person);
let project: Project;
let acme: Client;
beforeAll(async () => {
  const { engine, person } = underTest;
  project = new (from ? FromElsewhere : Project)(engine, theInternet(), person);
  acme = project.client("acme", common);
  if (from) await carryImages(acme, new Engine(from));
  await acme.mustUp();
}, 1_800_000);
afterAll(async () => {
  try {
    if (from) await fakeGpus(project.engine, await image(), undefined);
  } finally {
    await project?.remove();
  }
});

/** An image that the engine has. */
async function image(): Promise<string> {
  return (await project.engine.inspect(acme.agent)).Config.Image;
}

/** A user's engine makes no device nodes. */
const say = (fake: FakeGpus) =>
  image().then((made) => fakeGpus(project.engine, made, { ...fake, ...(underTest.person && { mounted: true }) }));

/** Each `up` of these fails by what it says, and leaves the agent that was there. */
async function refused(gpu: unknown, told: RegExp): Promise<void> {
  const before = await project.engine.ask("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", acme.agent);
  acme.write({ ...common, gpu });
  const { code, text } = await acme.up();
  expect({ code, text: text.replace(/\s+/g, " ") }).toEqual({ code: 1, text: expect.stringMatching(told) });
  expect(await project.engine.ask("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", acme.agent)).toBe(before);
}

/** What the driver's program lists inside, by the numbers of the cards. */
async function cards(): Promise<string[]> {
  const { stdout } = await acme.exec("nvidia-smi -L");
  return [...stdout.matchAll(/^GPU (\d+): Fake Card/gm)].map(([, number]) => number!);
}

/** A column of the table that the matrix writes. */
describe("gpu: GPUs are had as they are asked for, or refused with what is missing, before the agent is touched", () => {
  test("a GPU that is not offered is refused with what is missing, before the agent is touched", async () => {
    const missing = HANDS_OUT ? /no CDI spec .*nvidia-ctk cdi generate/ : /CDI is off.*"cdi": true/;
    await refused("all", from ? missing : /has no NVIDIA driver: there is no \/dev\/nvidia0 .*Install the driver/);
  });

  // Engines that hand out none, and this machine's own, are through: their refusal is the promise above.
  if (!HANDS_OUT) return;

  test.each([
    ["all", false, ["0", "1"]],
    [1, false, ["0"]],
    [2, false, ["0", "1"]],
    [[1], true, ["1"]],
  ])("%j is had, and seen inside, with devices that are mounted: %s", async (gpu, mounted, seen) => {
    await say({ mounted });
    acme.write({ ...common, gpu });
    await acme.mustUp();
    expect(await cards()).toEqual(seen);
  });

  test("with a GPU, an `up` and one with `--refresh` have nothing to do, and all is as planned", async () => {
    expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
    expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
  });

  test.each<[string, unknown, FakeGpus, RegExp]>([
    ["a card too many", 3, {}, /nvidia\.com\/gpu=2/],
    ["a spec that names a file that is gone", "all", { also: GONE }, /not there: the driver was changed.*again/],
    ["cards that have no numbers", 1, { names: ["all"] }, /nvidia\.com\/gpu=0/],
    ["two cards by one name", 1, { names: ["0", "all"], both: true }, /1 GPU asked for, and a container has 2/],
  ])("%s is refused, and the agent is left as it is", async (_what, gpu, fake, told) => {
    await say(fake);
    await refused(gpu, told);
  });
});
