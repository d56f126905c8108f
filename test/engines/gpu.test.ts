import { hostname } from "node:os";
import { Engine, run } from "../engine/engine.ts";
import { type Client, Project } from "../engine/harness.ts";
import { carryImages } from "./carry-images.ts";
import { type FakeGpus, fakeGpus } from "./fake-gpu.ts";

/** Where images come from for an engine that was started for this suite (test/engines/matrix.ts); this machine's own engines get no fake. */
const from = process.env.IMAGES_FROM;

/** Its pulumi stands on a machine of another name, as for an engine elsewhere: what this machine has of a driver is no matter then. */
class FromElsewhere extends Project {
  override pulumi(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const words = ["--uts", "sh", "-c", 'hostname elsewhere && exec "$@"', "sh", `${this.folder}/bin/pulumi`];
    return run("unshare", [...words, ...args], { ...this.environment(), ...env }, this.folder);
  }
}

let project: Project;
let acme: Client;
/** Whether this engine hands out what a CDI spec names: its own answer, and not its name, is what the product goes by; this is what is known of these versions. */
let knowsCdi: boolean;

beforeAll(async () => {
  const engine = new Engine();
  project = from ? new FromElsewhere(engine) : new Project(engine);
  const { Components, Version } = JSON.parse(await engine.ask("version", "--format", "{{json .Server}}"));
  const podman = Components?.find(({ Name }: { Name: string }) => Name === "Podman Engine")?.Version;
  const [major, minor] = (podman ?? Version).split(".").map(Number);
  knowsCdi = podman ? major > 5 || (major === 5 && minor >= 4) : major >= 28;
  acme = project.client("acme");
  if (from) await carryImages(acme, new Engine(from));
  await acme.mustUp();
}, 1_800_000);
afterAll(async () => {
  if (from) await fakeGpus(project.engine, await image(), undefined);
  await project?.remove();
});

/** An image that the engine has. */
async function image(): Promise<string> {
  return (await project.engine.inspect(acme.agent)).Config.Image;
}

const say = (fake: FakeGpus | undefined) => image().then((made) => fakeGpus(project.engine, made, fake));

/** Each `up` of these fails by what it says, and leaves the agent that was there. */
async function refused(gpu: unknown, told: RegExp): Promise<void> {
  const before = await project.engine.ask("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", acme.agent);
  acme.write({ gpu });
  const { code, text } = await acme.up();
  expect({ code, text: text.replace(/\s+/g, " ") }).toEqual({ code: 255, text: expect.stringMatching(told) });
  expect(await project.engine.ask("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", acme.agent)).toBe(before);
}

/** What the driver's program lists inside, by the numbers of the cards. */
async function cards(): Promise<string[]> {
  const { stdout } = await acme.exec("nvidia-smi -L");
  return [...stdout.matchAll(/^GPU (\d+): Fake Card/gm)].map(([, number]) => number!);
}

test("a GPU that is not offered is refused with what is missing, before the agent is touched", async () => {
  const here = (await project.engine.ask("info", "--format", "{{.Name}}")) === hostname();
  await refused(
    "all",
    here && !from
      ? /has no NVIDIA driver: there is no \/dev\/nvidia0 .*Install the driver/
      : knowsCdi
        ? /no CDI spec .*nvidia-ctk cdi generate/
        : /CDI is off.*"cdi": true/,
  );
});

test("GPUs are had as they are asked for: all, a number, and chosen ones; and what is not there is refused", async () => {
  // Engines that hand out none are through: their refusal is the promise above.
  if (!from || !knowsCdi) return expect(from && knowsCdi).toBeFalsy();
  for (const mounted of [false, true]) {
    await say({ mounted });
    for (const [gpu, seen] of [
      ["all", ["0", "1"]],
      [1, ["0"]],
      [2, ["0", "1"]],
      [[1], ["1"]],
    ] as const) {
      acme.write({ gpu });
      await acme.mustUp();
      expect([gpu, mounted, await cards()]).toEqual([gpu, mounted, seen]);
    }
  }
  expect((await acme.mustUp()).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  expect(await project.agentbox("verify", acme.name)).toMatchObject({ code: 0 });
  await refused(3, /nvidia\.com\/gpu=2/);
  await say({ also: "/usr/lib/libcuda.so.550.54" });
  await refused("all", /names a file that is not there: the driver was changed.*again/);
  await say({ names: ["all"] });
  await refused(1, /nvidia\.com\/gpu=0/);
  // A spec that gives two cards for one.
  await say({ names: ["0", "all"], both: true });
  await refused(1, /1 GPU asked for, and a container has 2/);
});
