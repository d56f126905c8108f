import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, run } from "../engine.ts";
import { type Internet, startInternet } from "../internet/internet.ts";

/**
 * A machine that tests may cut the power of, with a Docker Engine of its own: namespaces of network, mounts and processes on
 * this one. Its disk stays over a cut; its processes, mounts and /run do not.
 */
export class Machine {
  readonly engine: Engine;
  readonly internet: Awaited<ReturnType<typeof startInternet>>;
  private readonly folder: string;
  private readonly network: string;
  private first: ChildProcess | undefined;

  /** Starts the machine, its engine, and an internet beside it. @param settings of the engine, as its daemon.json has them @throws when root's rights or `dockerd` are missing */
  static async start(settings: object = {}): Promise<Machine> {
    const network = `machine-${randomBytes(3).toString("hex")}`;
    await must("ip", "netns", "add", network);
    try {
      await must("ip", "-n", network, "link", "set", "lo", "up");
      const machine = new Machine(network, await startInternet(network));
      writeFileSync(join(machine.folder, "daemon.json"), JSON.stringify(settings));
      await machine.boot();
      return machine;
    } catch (error) {
      await must("ip", "netns", "del", network);
      throw error;
    }
  }

  private constructor(network: string, internet: Internet & { stop(): Promise<void> }) {
    this.network = network;
    this.internet = internet as Machine["internet"];
    this.folder = mkdtempSync(join(tmpdir(), `${network}-`));
    this.engine = new Engine(`unix://${this.folder}/docker.sock`);
  }

  /** From power on to an engine that answers, which starts what it has to on its own. */
  async boot(options: readonly string[] = []): Promise<void> {
    const namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
    // Takes the dead away, as a first process has to: an engine takes a zombie for its containerd, and waits for it.
    const first = ["bash", "-c", "sleep infinity & wait"];
    const [command, ...args] = asRoot("nsenter", `--net=/run/netns/${this.network}`, ...namespaces, ...first);
    this.first = spawn(command!, args, { stdio: "ignore" });
    await until(async () => (await this.inside("true")).code === 0);
    await this.startEngine(options);
  }

  /** Ends every process at once, and what only memory held. */
  async cutPower(): Promise<void> {
    const first = this.firstProcess();
    const ended = once(this.first!, "exit");
    await run(...words(asRoot("kill", "-KILL", first)), process.env);
    await ended;
    this.first = undefined;
    const links = await must("ip", "-n", this.network, "-oneline", "link", "show", "type", "bridge");
    for (const [, link] of links.matchAll(/^\d+: ([^:@]+)/gm))
      await must("ip", "-n", this.network, "link", "del", link!);
    await must("nsenter", `--net=/run/netns/${this.network}`, "nft", "flush", "ruleset");
    await must("rm", "-rf", `${this.folder}/run`);
  }

  async startEngine(options: readonly string[] = []): Promise<void> {
    const at = (name: string) => join(this.folder, name);
    const said = at("dockerd.log");
    const flags = [
      ...[
        "--config-file",
        at("daemon.json"),
        "--data-root",
        at("data"),
        "--exec-root",
        at("run"),
        "--pidfile",
        at("run.pid"),
      ],
      ...["--host", `unix://${at("docker.sock")}`, "--cgroup-parent", `/${this.network}`, ...options],
    ];
    const start = `rm -f ${at("run.pid")}; exec setsid --fork dockerd ${flags.join(" ")} >> ${said} 2>&1`;
    await this.mustInside("sh", "-c", start);
    await until(
      async () => (await this.engine.run("version")).code === 0,
      () => readFileSync(said, "utf8"),
    );
  }

  /** Sends the engine a signal; with KILL, to its helper that holds the containers' state as well. */
  async endEngine(signal: "TERM" | "KILL"): Promise<void> {
    // By its own note of itself: a child of containerd's, between fork and exec, would answer to its name, and be gone.
    const notes = signal === "KILL" ? ["run.pid", "run/containerd/containerd.pid"] : ["run.pid"];
    const pids = notes.map((note) => readFileSync(join(this.folder, note), "utf8").trim());
    // The helper goes with the engine (it is started with PDEATHSIG), now and then before `kill` comes to it: that they are gone is what counts.
    await this.inside("kill", `-${signal}`, ...pids);
    const gone = async (pid: string) => (await this.inside("kill", "-0", pid)).code !== 0;
    await until(async () => (await Promise.all(pids.map(gone))).every(Boolean));
  }

  /** Carries images over from another engine, by their tags. */
  async load(from: Engine, tags: readonly string[]): Promise<void> {
    const quiet = { ...process.env };
    const pipe = `docker save ${tags.join(" ")} | DOCKER_HOST=${this.engine.host} docker load --quiet`;
    const { code, text } = await run("bash", ["-o", "pipefail", "-c", pipe], { ...quiet, ...from.environment() });
    if (code !== 0) throw new Error(`the images could not be carried over:\n${text}`);
  }

  async stop(): Promise<void> {
    if (this.first) await this.cutPower();
    await this.internet.stop();
    await must("ip", "netns", "del", this.network);
    await must("rm", "-rf", this.folder);
  }

  private inside(...command: string[]) {
    const enter = ["nsenter", "--target", this.firstProcess(), "--net", "--mount", "--pid", ...command];
    return run(...words(asRoot(...enter)), process.env);
  }

  private async mustInside(...command: string[]): Promise<void> {
    const { code, text } = await this.inside(...command);
    if (code !== 0) throw new Error(`${command.join(" ")}: exit ${code}\n${text}`);
  }

  /** Its number on this machine: the `bash` that `unshare` started, below nsenter and sudo. */
  private firstProcess(): string {
    let pid = String(this.first!.pid);
    while (pid && readFileSync(`/proc/${pid}/comm`, "utf8") !== "bash\n")
      pid = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ")[0]!;
    return pid || "none";
  }
}

function asRoot(...command: string[]): string[] {
  return process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
}

function words([command, ...args]: string[]): [string, string[]] {
  return [command!, args];
}

async function must(...command: string[]): Promise<string> {
  const { code, stdout, text } = await run(...words(asRoot(...command)), process.env);
  if (code !== 0) throw new Error(`${command.join(" ")}: exit ${code}\n${text}`);
  return stdout;
}

async function until(so: () => Promise<boolean>, why = () => ""): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await so()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the machine of its own does not come to be\n${why()}`);
}
