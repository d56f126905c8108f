import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { alive, Engine, run } from "./engine.ts";

/** Not in the store: Podman takes 50 characters at most, and a home may be long. */
const RUNROOT = "/run/agent-sandbox-test";

/**
 * Podman as an engine of its own beside the machine's: another store, other networks, a socket in a temporary folder. The
 * store stays from run to run, for the images in it; all else ends with `stop`. One run has it at a time, others wait.
 * @throws when the `podman` command is missing or its service does not answer
 */
export async function startPodman(): Promise<{
  engine: Engine;
  environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}> {
  const store = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "agent-sandbox", "podman");
  for (const name of ["storage", "networks"]) mkdirSync(join(store, name), { recursive: true });
  const release = await claim(join(store, "owner"));
  const settings = join(store, "containers.conf");
  writeFileSync(settings, containersConf(store));

  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-podman-"));
  const socket = join(folder, "podman.sock");
  const environment = { CONTAINERS_CONF: settings };
  const env = { ...process.env, ...environment };
  const flags = ["--root", join(store, "storage"), "--runroot", RUNROOT, "--storage-driver", "overlay"];
  const podman = (...args: string[]) => run("podman", [...flags, ...args], env);
  const empty = async () => {
    await podman("rm", "--all", "--force", "--time", "0");
    await podman("network", "prune", "--force");
    await podman("volume", "prune", "--force");
  };
  // What a run that was killed has left.
  await empty();
  // Ten minutes without a request end it: so it outlives a killed run by no more.
  const service = spawn("podman", [...flags, "system", "service", "--time", "600", `unix://${socket}`], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const engine = new Engine(`unix://${socket}`);
  const stop = async () => {
    await empty();
    if (service.exitCode === null && service.kill()) await once(service, "exit");
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
  return { engine, environment, stop };
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
