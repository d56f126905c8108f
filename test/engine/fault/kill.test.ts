import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../engine.ts";
import { type Client, eventually, Project } from "../harness.ts";
import { carryImages } from "./carry-images.ts";
import { Intruder } from "./intruder.ts";
import { Machine } from "./machine.ts";
import { expectNothingArrived } from "./nothing-arrived.ts";

/** How many times a command is interrupted. Each takes half a minute beside other suites, so a usual run has a few, and each run others: `KILL_POINTS=30 npx jest …` has more. */
const POINTS = Number(process.env.KILL_POINTS ?? 5);
/** Where and how: the same seed makes the same points. `KILL_SEED=… npx jest …` repeats a run's. */
const SEED = Number(process.env.KILL_SEED ?? randomInt(1, 1_000_000));

/** A command that a person gives, from what there is of the client. */
const COMMANDS = ["up", "change", "destroy"] as const;
/** What dies. */
const DEATHS = ["pulumi", "a step's program", "the engine", "the machine"] as const;

interface Point {
  command: (typeof COMMANDS)[number];
  death: (typeof DEATHS)[number];
  /** Which part of the command's time has gone by then, as it took undisturbed. */
  at: number;
  /** What the person does next. */
  then: "up" | "destroy";
}

let machine: Machine;
let project: Project;
let acme: Client;
let intruder: Intruder;
/** Seconds of each command without a death. */
const took: Record<Point["command"], number> = { up: 0, change: 0, destroy: 0 };
let stands = false;
let changes = 0;

beforeAll(async () => {
  machine = await Machine.start();
  project = new Project(machine.engine, machine.internet);
  acme = project.client("acme");
  acme.shell = { KILLED_WITH: acme.name };
  change();
  await carryImages(machine, acme);
  intruder = new Intruder(acme);
  await acme.mustUp();
  expect((await acme.destroy()).code).toBe(0);
  took.up = await seconds(() => acme.mustUp());
  change();
  took.change = await seconds(() => acme.mustUp());
  took.destroy = await seconds(() => acme.destroy());
});
// With the machine all that is on its engine goes.
afterAll(async () => {
  await intruder?.stop();
  await machine?.stop();
  await project?.remove();
});

test.each(points(SEED))("seed %s, point %s: %s ends at %s of %s, and `%s` makes it good", async (...row) => {
  const point = row[6];
  await prepare(point.command);
  let { at } = point;
  // A command that is done before its time was faster than the one that was measured.
  while (!(await interrupted(point, at))) {
    at *= 0.6;
    expect(at).toBeGreaterThan(0.01);
    await prepare(point.command);
  }
  stands = point.then === "up";
  if (stands) {
    await acme.mustUp();
    // Asked again where a burdened machine is slow: what counts is that nothing but the command was needed.
    await eventually(
      () => acme.curl("https://allowed.test/"),
      ({ code }) => code === 0,
    );
    expect((await acme.curl("https://evil.test/", "--max-time", "3")).code).not.toBe(0);
    await intruder.tries();
    expect((await acme.mustUp("--refresh")).stdout).toMatch(/Resources:\s+\d+ unchanged\n/);
  } else {
    const { code, text } = await acme.destroy();
    expect({ code, text }).toEqual({ code: 0, text: expect.anything() });
    expect(await machine.engine.residue(acme.name)).toEqual({ containers: [], networks: [], volumes: [] });
  }
});

test("at no moment was anything open, and somebody tried all the while", async () => {
  if (!stands) await acme.mustUp();
  await intruder.tries();
  await expectNothingArrived(machine.internet);
  expect(await acme.destroy()).toMatchObject({ code: 0 });
});

/** The points of a seed, over the whole time of each command; what a point leaves is what the next one begins with. */
function points(seed: number): [number, number, string, string, string, string, Point][] {
  const random = from(seed);
  let there = false;
  return Array.from({ length: POINTS }, (_, number) => {
    const command = !there ? "up" : random() < 0.5 ? "change" : "destroy";
    const at = 0.03 + 0.94 * random();
    const then = random() < 0.5 ? "up" : "destroy";
    there = then === "up";
    const death = DEATHS[number % DEATHS.length]!;
    return [seed, number + 1, death, `${Math.round(at * 100)} %`, command, then, { command, death, at, then }];
  });
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function from(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the command begins with is there, whatever became of the point before. */
async function prepare(command: Point["command"]): Promise<void> {
  if (command === "up" && stands) expect((await acme.destroy()).code).toBe(0);
  if (command !== "up" && !stands) await acme.mustUp();
  stands = command !== "up";
  if (command === "change") change();
}

/** Another policy, and another container of the agent's. */
function change(): void {
  changes++;
  const also = changes % 2 ? ["also.test"] : [];
  acme.write({ egress: { allow: ["allowed.test", ...also] }, limits: { pids: 400 + (changes % 2) } });
}

/** Gives the command, and death comes at its time. False when it was done by then. */
async function interrupted({ command, death }: Point, at: number): Promise<boolean> {
  const { process: started, done } = await acme.start(
    command === "destroy" ? command : "up",
    "--yes",
    "--skip-preview",
  );
  const ended = done.then((): true => true);
  const over = Promise.race([ended, wait(at * took[command] * 1000).then(() => false)]);
  const struck = !(await over) && (await strike(death, started.pid!, ended));
  const { code }: Run = await done;
  stands = command !== "destroy";
  // A step that dies as it has done its work is none's loss: then the command ends well.
  return struck && (code !== 0 || death === "a step's program" || death === "the engine");
}

async function strike(death: Point["death"], command: number, ended: Promise<true>): Promise<boolean> {
  switch (death) {
    case "the engine":
      await machine.endEngine("KILL");
      await machine.startEngine();
      return true;
    case "the machine":
      // Not one of these sees that another has gone.
      for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const { pid } of ofCommand()) end(pid, signal);
      await machine.cutPower();
      forgetBoot();
      await machine.boot();
      return true;
    default: {
      let over = false;
      ended.then(() => {
        over = true;
      });
      const victim = death === "pulumi" ? /\/pulumi$/ : /(^|\/)(docker|node)$/;
      while (!over) {
        const found = ofCommand().find(
          ({ pid, words }) => pid !== command && victim.test(words[0]!) && isStep(death, words),
        );
        if (found) return end(found.pid, "SIGKILL");
        await wait(5);
      }
      return false;
    }
  }
}

/** Of the programs of a command, those that a step runs: not the one that plans. */
function isStep(death: Point["death"], words: readonly string[]): boolean {
  return death === "pulumi" || !words[0]!.endsWith("node") || words.some((word) => word.includes("components/steps/"));
}

/** The processes of the command, whoever started them. */
function ofCommand(): { pid: number; words: string[] }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`KILLED_WITH=${acme.name}`)) return [];
        return [{ pid: Number(pid), words: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0") }];
      } catch {
        return [];
      }
    });
}

function end(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** What the command has written down of this boot is of the one before: the tests' own machine has none of its own, for its commands run on this one. */
function forgetBoot(): void {
  const folder = join(project.folder, "state/.agent-sandbox-runs", acme.name);
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  for (const name of readdirSync(folder))
    writeFileSync(join(folder, name), readFileSync(join(folder, name), "utf8").replace(boot, boot.replace(/./g, "0")));
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
