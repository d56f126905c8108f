import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { alive, Engine, run } from "./engine.ts";
import type { Person } from "./person.ts";

/**
 * Podman as an engine of its own beside the machine's: another store, other networks, a socket in a temporary folder. The
 * store stays from run to run, for the images in it; all else ends with `stop`. One run has it at a time, others wait.
 * @param of the person whose it is, without root's rights
 * @throws when the `podman` command is missing or its service does not answer
 */
export async function startPodman({ person }: { person?: Person } = {}): Promise<{
  engine: Engine;
  environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}> {
  const cache = person ? join(person.home, ".cache") : (process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"));
  const store = join(cache, "agent-sandbox", "podman");
  // Not in the store: Podman takes 50 characters at most, and a home may be long.
  const runroot = person ? join(person.environment.XDG_RUNTIME_DIR!, "run") : "/run/agent-sandbox-test";
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-podman-"));
  for (const name of ["storage", "networks"]) mkdirSync(join(store, name), { recursive: true });
  person?.own(cache, join(cache, "agent-sandbox"), store, join(store, "storage"), join(store, "networks"), folder);
  const release = await claim(join(store, "owner"));
  const settings = join(store, "containers.conf");
  writeFileSync(settings, containersConf(store));

  const socket = join(folder, "podman.sock");
  const environment = { CONTAINERS_CONF: settings };
  const env: NodeJS.ProcessEnv = { ...process.env, ...person?.environment, ...environment };
  const flags = ["--root", join(store, "storage"), "--runroot", runroot, "--storage-driver", "overlay"];
  const [program, ...first] = [...(person?.as ?? []), "podman", ...flags] as [string, ...string[]];
  const podman = (...args: string[]) => run(program, [...first, ...args], env);
  const empty = async () => {
    await podman("rm", "--all", "--force", "--time", "0");
    await podman("network", "prune", "--force");
    await podman("volume", "prune", "--force");
  };
  // What a run that was killed has left.
  await empty();
  // Ten minutes without a request end it: so it outlives a killed run by no more.
  const service = spawn(program, [...first, "system", "service", "--time", "600", `unix://${socket}`], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  // The folder in which a program is started may be one that the user may not enter.
  const { HOME, XDG_RUNTIME_DIR } = env;
  const own = [`CONTAINERS_CONF=${settings}`, `HOME=${HOME}`, `XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR}`];
  const within = ["env", "-C", "/", "-u", "CONTAINER_HOST", ...own, program, ...first, "unshare", "--rootless-netns"];
  const engine = new Engine(`unix://${socket}`, person && within);
  const stop = async () => {
    await empty();
    if (service.exitCode === null && service.kill()) await once(service, "exit");
    // The process that keeps a user's namespaces between two commands.
    if (person) await podman("system", "migrate");
    await run("umount", [join(store, "storage", "overlay")], process.env);
    rmSync(folder, { recursive: true, force: true });
    release();
  };
  try {
    await answering(engine, service);
  } catch (error) {
    await stop();
    throw error;
  }
  if (person) await lend(new Engine(), engine, folder);
  return { engine, environment, stop };
}

/**
 * Gives a store the images of this project that the machine's own engine has made: without a base image of its own, a first run takes 8 minutes longer (measured on two busy cores).
 * An image's tag is the hash of what it is made of, so it is the same one; an agent's image has its user's number in it, and is built here. What cannot be lent is built, too.
 */
async function lend(from: Engine, to: Engine, folder: string): Promise<void> {
  const tags = async (engine: Engine, name: string) =>
    (await engine.run("images", "--format", "{{.Repository}}:{{.Tag}}", `agent-sandbox/${name}`)).stdout
      .split("\n")
      .map((tag) => tag.replace(/^localhost\//, ""))
      .filter((tag) => /:[0-9a-f]{40}$/.test(tag));
  const missing: string[] = [];
  for (const name of ["base", "runtime", "gateway"]) {
    const there = await tags(to, name);
    missing.push(...(await tags(from, name)).slice(0, 1).filter((tag) => !there.includes(tag)));
  }
  const file = join(folder, "images.tar");
  if (missing.length > 0 && (await from.run("save", "--output", file, ...missing)).code === 0)
    await to.run("load", "--input", file);
  rmSync(file, { force: true });
}

/** Waits until no other living process has the file, and has it then. Returns what gives it back. */
export async function claim(file: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    if (alive(Number(readFileSync(file, "utf8")))) await new Promise((resolve) => setTimeout(resolve, 500));
    else rmSync(file, { force: true });
  }
}

/**
 * runc, for crun refuses hybrid cgroups. Soft and hard limits are equal: Podman 4.3 mixes them up for containers made
 * through its API, and a process without CAP_SYS_RESOURCE may not raise them. What waits on an ended `exec` goes after ten
 * seconds, not five minutes.
 */
function containersConf(store: string): string {
  return `
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=2000:2000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
exit_command_delay = 10
tmp_dir = "${store}/tmp"
static_dir = "${store}/storage/libpod"
volume_path = "${store}/volumes"
[network]
network_backend = "cni"
network_config_dir = "${store}/networks"
`;
}

async function answering(engine: Engine, service: ChildProcess): Promise<void> {
  let said = "";
  service.stderr!.on("data", (chunk) => {
    said += chunk;
  });
  service.once("error", (error) => {
    said += error.message;
  });
  for (let i = 0; i < 100; i++) {
    if ((await engine.run("version")).code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`podman's service does not answer; the engine suites need the podman command:\n${said}`);
}
