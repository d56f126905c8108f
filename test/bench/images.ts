/**
 * Measures how images are made, and prints it for docs/images.md: every image from nothing, a new version of one agent, nothing to
 * do, and what each layer weighs. Run: `node test/bench/images.ts`. The layers are cold (a base of its own), the kept tarballs are
 * as they are. What it makes it removes.
 */
import { execFileSync } from "node:child_process";
import type { Agent } from "../../capabilities/image/agent.ts";
import { type ImagePlan, type ImagePlans, type ImageSources, planImages } from "../../capabilities/image/image.ts";
import { dataNames, readImageSources } from "../../capabilities/image/look/sources.ts";
import { listPackage, releaseOf } from "../../cli/bump/registry.ts";
import { findEngine } from "../../target/engine/address.ts";
import { surveyEngine } from "../../target/engine/survey.ts";

const root = process.cwd();
const { engine } = await surveyEngine(findEngine());
const sources = readImageSources(root, { agents: dataNames(root, "agents"), tools: dataNames(root, "tools") });
// A second more in the base's clock is a base that no cache knows.
const cold: ImageSources = structuredClone(sources);
cold.lock.base.epoch = Math.floor(Date.now() / 1000);
delete cold.lock.base.rootfs;
const made = new Set<string>();

const plan = (from: ImageSources, agents: readonly Agent[], tools = from.tools.slice(0, 0)): ImagePlans =>
  planImages({ agents, tools, uid: 1000, gid: 1000, platform: engine.platform, sources: from });

function build({ tag, program, words }: ImagePlan): number {
  made.add(tag);
  const start = performance.now();
  execFileSync(process.execPath, [`components/steps/${program}.ts`], {
    input: JSON.stringify({ engine, tag, ...words }),
    stdio: ["pipe", "ignore", "pipe"],
  });
  return (performance.now() - start) / 1000;
}

/** MB of the layers that `on` does not have. */
function weight({ tag }: ImagePlan, on?: ImagePlan): number {
  const size = (name: string) => Number(docker("image", "inspect", "--format", "{{.Size}}", name));
  return Math.round((size(tag) - (on ? size(on.tag) : 0)) / 1e6);
}

function docker(...args: string[]): string {
  return execFileSync(engine.cli.split(" ")[0]!, args, { encoding: "utf8" }).trim();
}

function row(what: string, seconds: number, megabytes?: number): void {
  process.stdout.write(`| ${what} | ${seconds.toFixed(1)} | ${megabytes ?? "–"} |\n`);
}

try {
  process.stdout.write("| image | seconds | own MB |\n| --- | --- | --- |\n");
  const { base, gateway, runtime } = plan(cold, cold.agents.slice(0, 1)) as Required<ImagePlans>;
  let whole = 0;
  const timed = (image: ImagePlan) => {
    const seconds = build(image);
    whole += seconds;
    return seconds;
  };
  row("base", timed(base), weight(base));
  row("gateway", timed(gateway), weight(gateway, base));
  row("runtime", timed(runtime), weight(runtime, base));
  for (const agent of cold.agents) {
    const image = plan(cold, [agent]).agent!;
    row(`agent ${agent.name}`, timed(image), weight(image, runtime));
  }
  row("**all of them, one after the other**", whole);

  const shell = cold.agents.filter(({ name }) => name === "shell");
  for (const tool of cold.tools) {
    const image = plan(cold, shell, [tool]).agent!;
    row(`tools ${tool.name}`, build(image), weight(image, runtime));
  }

  const claude = cold.agents.filter(({ name }) => name === "claude");
  const other = structuredClone(cold);
  const slot = other.lock.packages.claude![engine.platform]!;
  const { released } = await listPackage(slot.package);
  slot.version = Object.keys(released)
    .filter((version) => version !== slot.version)
    .at(-2)!;
  slot.integrity = (await releaseOf(slot.package, slot.version)).integrity;
  row(`claude, another version (${slot.version}), fetched`, build(plan(other, claude).agent!));
  row("an image that is there", build(plan(cold, claude).agent!));

  const start = performance.now();
  for (let run = 0; run < 20; run++)
    plan(readImageSources(root, { agents: ["claude", "codex"], tools: ["psql"] }), claude);
  row("reading and planning for `up`, two agents and a tool set", (performance.now() - start) / 20_000);
  process.stdout.write(`(the last one: ${((performance.now() - start) / 20).toFixed(1)} ms)\n`);
} finally {
  for (const tag of [...made].reverse())
    try {
      docker("rmi", tag);
    } catch {
      // Never made, or still under another.
    }
}
