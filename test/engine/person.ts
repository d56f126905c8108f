import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** A user of this machine who is not root, and runs what a person runs. */
export interface Person {
  uid: number;
  gid: number;
  home: string;
  /** What a command is preceded by, to be run as this user. */
  as: readonly string[];
  /** What this user's shell says beyond PATH. */
  environment: NodeJS.ProcessEnv;
  /** Gives files that root has made to this user. */
  own(...paths: string[]): void;
}

const NAME = "agent-sandbox-test";
// Not below /var/lib: where nobody has made /var/lib/cni, a rootless Podman of 4.3 lays a folder of its own over all of /var/lib, and then does not find its own in a home there ("failed to mount /run for rootless netns").
const HOME = `/home/${NAME}`;

/**
 * The tests' own user, with a range of ids that are the user's to give to containers. Made once and kept, for the images of a rootless engine are in this user's home. `userdel -r` takes all of it away.
 * @throws when this is not root, or the machine cannot make users with ranges of ids (Debian: uidmap)
 */
export function testPerson(): Person {
  if (process.getuid?.() !== 0)
    throw new Error("the suite of rootless Podman makes a user of its own, which takes root");
  if (!entry()) execFileSync("useradd", ["--create-home", "--home-dir", HOME, "--shell", "/usr/sbin/nologin", NAME]);
  const [uid, gid] = entry()!.slice(2, 4).map(Number) as [number, number];
  if (!readFileSync("/etc/subuid", "utf8").includes(`${NAME}:`))
    throw new Error(`${NAME} has no ids for containers: userdel -r ${NAME}, install uidmap, and run the tests again`);
  // Without systemd, nobody makes it.
  const runtime = `/run/user/${uid}`;
  const own = (...paths: string[]) => {
    for (const path of paths) chownSync(path, uid, gid);
  };
  mkdirSync("/run/user", { recursive: true, mode: 0o755 });
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  own(runtime);
  const as = ["setpriv", "--reuid", String(uid), "--regid", String(gid), "--init-groups"];
  return {
    ...{ uid, gid, home: HOME, own },
    as: ["unshare", "--mount", "--propagation", "slave", "sh", "-euc", SEEN, "sh", homedir(), ...as],
    environment: {
      ...{ HOME, USER: NAME, LOGNAME: NAME, XDG_RUNTIME_DIR: runtime, NODE_COMPILE_CACHE: join(HOME, "compiled") },
      ...{ XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined },
    },
  };
}

/**
 * Runs a command where root's home and the tools below it may be read, by a layer over them that ends with the command; what else is shut there stays so. And where everybody may
 * open /dev/net/tun, which slirp4netns does as its user: without udev it is root's alone.
 */
const SEEN = `
home=$1; shift
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/upper /mnt/work
mount -t overlay -o "lowerdir=$home,upperdir=/mnt/upper,workdir=/mnt/work" overlay "$home"
for tool in "$home"/.cache/agent-sandbox/node/* "$home"/.cache/agent-sandbox/built/*; do
  [ ! -d "$tool" ] || chmod a+rx "$tool"
done
mknod -m 666 /mnt/tun c 10 200; chmod 666 /mnt/tun
mount --bind /mnt/tun /dev/net/tun
exec "$@"`;

/** The user's line of /etc/passwd. */
function entry(): string[] | undefined {
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .find(([name]) => name === NAME);
}
