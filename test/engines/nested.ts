import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { bootstrapBase } from "../../target/engine/image/bootstrap.ts";
import { findBuilder } from "../../target/engine/image/builder.ts";
import { Engine, run } from "../engine/engine.ts";
import { type Person, testPerson } from "../engine/person.ts";
import { claim } from "../engine/podman.ts";
import type { Recipe } from "./engines.ts";
import { tellWithin } from "./under-test.ts";

/** An engine that answers, and how a program is run as its neighbour. */
export interface Running {
  /** What a command line begins with, so that the program is in the network of the engine's machine. */
  enter: readonly string[];
  /** What such a program needs in its environment. */
  environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const LABEL = "agent-sandbox-engine";
const IMAGE = "test/engines/image";

/** What an engine in a container needs of the one it is in, that stops short of --privileged (not to be had without CAP_SYS_RESOURCE). */
const RIGHTS = [
  ...["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_CHROOT", "MKNOD", "SETFCAP", "DAC_READ_SEARCH", "LINUX_IMMUTABLE"],
  ...["SYS_NICE", "SYS_RAWIO", "NET_RAW", "AUDIT_WRITE", "SYSLOG", "IPC_LOCK"],
];

/**
 * Starts a newer engine in a container of this machine's Docker Engine: bridges and firewall in a network namespace of its own, its images in a volume that stays.
 * Programs that `enter` stand in that namespace as those of a machine do; what they make below TMPDIR the engine sees at the same path. One run has an engine at
 * a time, others wait.
 * @throws Error with the engine's log when it does not answer
 */
export async function startNested(name: string, recipe: Recipe): Promise<Running> {
  const outer = new Engine();
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "agent-sandbox");
  mkdirSync(cache, { recursive: true });
  const release = await claim(join(cache, `engine-${name}`));
  // What a run has, of which nothing but this note tells the next one when it was killed: it is written before, and taken away last.
  const note = join(cache, `engine-${name}.run`);
  const stop = async () => {
    try {
      if (existsSync(note)) await clear(outer, name, readFileSync(note, "utf8"));
      rmSync(note, { force: true });
    } finally {
      release();
    }
  };
  const folder = join(tmpdir(), `asb-${randomBytes(3).toString("hex")}`);
  const own = ownOf(name, folder);
  const socket = join(folder, "engine.sock");
  const inner = new Engine(`unix://${socket}`);
  const person = recipe.rootless && testPerson();
  // Where the product leaves what an engine of this machine reads by its path: the filter of system calls.
  const left = person ? join(person.home, ".cache/agent-sandbox") : cache;
  try {
    if (existsSync(note)) await clear(outer, name, readFileSync(note, "utf8"));
    writeFileSync(note, folder);
    mkdirSync(folder, { mode: 0o700 });
    for (const part of ["tmp", "config"]) mkdirSync(join(folder, part));
    mkdirSync(left, { recursive: true });
    person?.own(dirname(left), left, folder, join(folder, "tmp"), join(folder, "config"));
    const image = await makeImage(outer, recipe);
    await outer.ask(
      ...["run", "--detach", "--init", "--name", own, "--label", `${LABEL}=${name}`],
      // By its name the product knows that the engine is of this machine, so that ports and files are looked at.
      ...["--uts", "host"],
      ...RIGHTS.flatMap((right) => ["--cap-add", right]),
      ...["seccomp", "apparmor", "systempaths"].flatMap((what) => ["--security-opt", `${what}=unconfined`]),
      ...["--device-cgroup-rule", "a *:* rwm", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"],
      ...["--sysctl", "net.ipv6.conf.all.disable_ipv6=0", "--sysctl", "net.ipv6.conf.default.disable_ipv6=0"],
      ...["--volume", `${left}:${left}:ro`],
      ...["--volume", `agent-sandbox-engine-${name}:${recipe.data}`, "--volume", `${folder}:${folder}`],
      ...[image, ...(person ? asPerson(person, recipe.data) : []), ...recipe.serve(socket, own)],
    );
    await outer.must(["ip", "netns", "attach", own, await outer.ask("inspect", "--format", "{{.State.Pid}}", own)]);
    await answering(inner, async () => (await outer.run("logs", "--tail", "20", own)).text);
    await empty(inner);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    enter: ["ip", "netns", "exec", own],
    environment: {
      ...{ DOCKER_HOST: inner.host!, CONTAINER_HOST: inner.host! },
      ...{ TMPDIR: join(folder, "tmp"), XDG_CONFIG_HOME: join(folder, "config") },
      ...(person && tellWithin(within(outer, own, person))),
    },
    stop: async () => {
      try {
        await empty(inner);
      } finally {
        await stop();
      }
    },
  };
}

/** Runs a program as a person of this machine's, in a container that has no such user yet; what stays from run to run is this user's. */
const asPerson = ({ uid, gid, home }: Person, data: string) => [
  "sh",
  "-euc",
  PERSON,
  "sh",
  `${uid}`,
  `${gid}`,
  home,
  data,
];

/** The devices that its engine hands on are those of a machine's file system, and not of the container's own, which the proof takes for somebody's (`LEAK mounts`). */
const PERSON = `
uid=$1; gid=$2; home=$3; data=$4; shift 4
groupadd --gid "$gid" person
useradd --uid "$uid" --gid "$gid" --home-dir "$home" --no-create-home person
for ids in /etc/subuid /etc/subgid; do echo person:100000:65536 >"$ids"; done
mkdir -p /run/user "$data/storage" /etc/cdi /dev/net
mkdir -m 700 "/run/user/$uid"
chown "$uid:$gid" "/run/user/$uid" "$home" "$home/.cache" "$data" "$data/storage" /etc/cdi
echo "rootless_storage_path = \\"$data/storage\\"" >>/etc/containers/storage.conf
[ -c /dev/net/tun ] || mknod /dev/net/tun c 10 200
chmod 666 /dev/net/tun
mount -t devtmpfs devices /mnt
for device in full null random tty urandom zero; do mount --bind "/mnt/$device" "/dev/$device"; done
umount /mnt
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups env -C "$home" HOME="$home" XDG_RUNTIME_DIR="/run/user/$uid" "$@"`;

/** What a program is preceded by to stand where the bridges of a person's engine are, in its container. */
function within(outer: Engine, own: string, { uid, gid, home }: Person): string[] {
  const host = outer.environment().DOCKER_HOST ?? "unix:///var/run/docker.sock";
  return [
    ...["docker", "--host", host, "exec", "--interactive", "--user", `${uid}:${gid}`, "--workdir", "/"],
    ...["--env", `HOME=${home}`, "--env", `XDG_RUNTIME_DIR=/run/user/${uid}`, own],
    ...["podman", "unshare", "--rootless-netns"],
  ];
}

/** What all of a run is named after: its container, its network namespace and its control groups. */
const ownOf = (name: string, folder: string) => `engine-${name}-${basename(folder).replace("asb-", "")}`;

/** Removes all of a run but its volume, whether or not it came to have it. */
async function clear(outer: Engine, name: string, folder: string): Promise<void> {
  // A note that was cut off as it was written: nothing was made by then.
  if (!/^asb-[0-9a-f]{6}$/.test(basename(folder))) return;
  const own = ownOf(name, folder);
  await outer.run("rm", "--force", own);
  // The parent of its containers' control groups is the machine's, and outlives the container.
  const groups = ["-depth", "-type", "d", "-path", `*/${own}*`, "-exec", "rmdir", "{}", "+"];
  await run("find", ["/sys/fs/cgroup", ...groups], process.env);
  await run("ip", ["netns", "del", own], process.env);
  rmSync(folder, { recursive: true, force: true });
}

/** The engine's image, by the hash of what it is made of. @returns its tag */
async function makeImage(engine: Engine, { suite, packages }: Recipe): Promise<string> {
  const { base } = parse(readFileSync("images/lock.yaml", "utf8"));
  const files = [...readdirSync(IMAGE).map((file) => join(IMAGE, file)), "images/base/rootfs"];
  const hash = createHash("sha256").update(JSON.stringify([base.suite, base.epoch]));
  for (const file of files.sort()) hash.update(readFileSync(file));
  const under = {
    tag: `agent-sandbox-engine/base:${hash.copy().digest("hex").slice(0, 16)}`,
    suite: base.suite,
    epoch: base.epoch,
  };
  const tag = `agent-sandbox-engine/engine:${hash
    .update(JSON.stringify([suite, packages]))
    .digest("hex")
    .slice(0, 16)}`;
  if ((await engine.run("image", "inspect", tag)).code === 0) return tag;
  const reach = { cli: "docker", host: process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock" };
  await bootstrapBase(reach, under);
  const { command, environment } = await findBuilder(reach);
  const words = { BASE_IMAGE: under.tag, SUITE: suite, PACKAGES: packages.join(" ") };
  const said = Object.entries(words).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
  const built = await run(command[0]!, [...command.slice(1), ...said, "--tag", tag, IMAGE], {
    ...process.env,
    ...environment,
  });
  if (built.code !== 0) throw new Error(`the image of an engine could not be built:\n${built.text}`);
  return tag;
}

async function answering(engine: Engine, log: () => Promise<string>): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if ((await engine.run("version")).code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the engine does not answer after a minute:\n${await log()}`);
}

/** Removes all but images: what a run that was killed has left in the volume. */
async function empty(engine: Engine): Promise<void> {
  const containers = await engine.ask("ps", "--all", "--quiet");
  if (containers) await engine.ask("rm", "--force", "--volumes", ...containers.split("\n"));
  const networks = await engine.ask("network", "ls", "--quiet", "--filter", "label=agent-sandbox.client");
  if (networks) await engine.ask("network", "rm", ...networks.split("\n"));
  const volumes = await engine.ask("volume", "ls", "--quiet");
  if (volumes) await engine.ask("volume", "rm", "--force", ...volumes.split("\n"));
}
