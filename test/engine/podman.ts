import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, run } from "./engine.ts";

/**
 * Podman as an engine of its own beside the machine's: another store, other networks, a socket in a temporary folder. The
 * store stays from run to run, for the images in it; all else ends with `stop`.
 * @throws when the `podman` command is missing or its service does not answer
 */
export async function startPodman(): Promise<{
  engine: Engine;
  environment: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-podman-"));
  const store = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "agent-sandbox", "test-podman");
  const socket = join(folder, "podman.sock");
  // Its database remembers the folder of the run before, and refuses another; images are not in it.
  rmSync(join(store, "storage", "libpod"), { recursive: true, force: true });
  for (const path of [store, join(folder, "networks")]) mkdirSync(path, { recursive: true });
  const settings = join(folder, "containers.conf");
  writeFileSync(settings, containersConf(folder, store));

  const environment = { CONTAINERS_CONF: settings };
  const flags = ["--root", join(store, "storage"), "--runroot", join(folder, "run"), "--storage-driver", "overlay"];
  const podman = (...args: string[]) => run("podman", [...flags, ...args], { ...process.env, ...environment });
  const service = spawn("podman", [...flags, "system", "service", "--time", "0", `unix://${socket}`], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const engine = new Engine(`unix://${socket}`);
  const stop = async () => {
    await podman("rm", "--all", "--force", "--time", "0");
    if (service.exitCode === null && service.kill()) await once(service, "exit");
    await run("umount", [join(store, "storage", "overlay")], process.env);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(engine, service);
  } catch (error) {
    await stop();
    throw error;
  }
  return { engine, environment, stop };
}

/**
 * runc, for crun refuses hybrid cgroups. Soft and hard limits are equal: Podman 4.3 mixes them up for containers made
 * through its API, and a process without CAP_SYS_RESOURCE may not raise them.
 */
function containersConf(folder: string, store: string): string {
  return `
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=2000:2000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
tmp_dir = "${folder}/tmp"
static_dir = "${store}/storage/libpod"
volume_path = "${store}/volumes"
[network]
network_config_dir = "${folder}/networks"
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
