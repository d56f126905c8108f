/** A mount of a container, as the kernel tells it. */
export interface SeenMount {
  /** `major:minor` of its file system. */
  device: string;
  /** What of that file system is mounted. */
  root: string;
  at: string;
  options: readonly string[];
  type: string;
  /** Options of the file system itself: a size is one of these. */
  superOptions: readonly string[];
}

/** What the engine says of a container's mounts that no plan says. */
export interface ToldMounts {
  /** Bytes that programs may share in /dev/shm. */
  shm: number;
  /** Places that it hides. Podman does not tell. */
  hidden: readonly string[];
}

/** Of a container what the engine mounts by itself. */
export interface OfEngine extends Pick<ToldMounts, "hidden"> {
  /** Where it may have mounted memory of the container's own. */
  scratch: readonly string[];
  gpu: boolean;
}

/**
 * Mounts that are none of an engine's own, and why. An engine makes each of its own once, of its own kind: whatever else lies at such a place, or over it, was
 * mounted by somebody.
 * @param mounts all that the plan does not know
 */
export function foreignMounts(mounts: readonly SeenMount[], of: OfEngine): string[] {
  const twice = mounts.filter(({ at }, index) => mounts.findIndex((other) => other.at === at) !== index);
  return [
    ...new Set([
      ...mounts.filter((mount) => !isEngines(mount, mounts, of)).map(({ at }) => at),
      ...twice.map(({ at }) => `${at} (twice)`),
    ]),
  ];
}

/** Files that engines write for a container, each mounted over the image's own. */
const FILES = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/run/.containerenv"];

/** What every container has of the kernel, by its place: Docker 20.10 and Podman 4.3 with runc, on either kind of control groups. */
const KERNEL: Readonly<Record<string, { type: string; readOnly?: true }>> = {
  "/proc": { type: "proc" },
  "/sys": { type: "sysfs", readOnly: true },
  "/dev": { type: "tmpfs" },
  "/dev/pts": { type: "devpts" },
  "/dev/mqueue": { type: "mqueue" },
  "/dev/shm": { type: "tmpfs" },
  "/sys/fs/cgroup": { type: "tmpfs" },
};

/**
 * Directories and files that engines hide, on kernels that have them: Docker until 29 and Podman until 5, besides what the engine tells of this container. Of
 * a file it mounts /dev/null there, of a directory memory that nobody can write.
 */
const HIDDEN =
  /^(\/proc\/(acpi|asound|interrupts|kcore|keys|latency_stats|sched_debug|scsi|timer_list|timer_stats)|\/sys\/(dev\/block|devices\/virtual\/powercap|devices\/system\/cpu\/cpu\d+\/thermal_throttle|firmware|fs\/selinux))$/;

/** Devices that are mounted, not made, where the container's root is no root of the host's (rootless, or mapped users). */
const DEVICES = /^\/dev\/(full|null|random|tty|urandom|zero)$/;

/** Devices and tables of NVIDIA's driver, as its runtime mounts them. */
const GPU = /^(\/dev\/(nvidia[^/]*(\/[^/]+)?|dri\/[^/]+|dxg)|\/proc\/driver\/nvidia(\/.*)?)$/;
/** Programs and libraries of that driver. */
const GPU_FILES = /^\/(usr|etc|run\/nvidia|lib|lib64|firmware)\//;

function isEngines(mount: SeenMount, all: readonly SeenMount[], { scratch, gpu, hidden }: OfEngine): boolean {
  const { at, device, root, type } = mount;
  const readOnly = mount.options.includes("ro");
  if (at === "/" || FILES.includes(at)) return readOnly;
  if (scratch.includes(at)) return type === "tmpfs" && root === "/";
  // The root of a control group is told as whoever looks has it from where that stands itself.
  if (type === "cgroup" || type === "cgroup2") return readOnly && /^\/sys\/fs\/cgroup(\/[a-z_,]+)?$/.test(at);
  const kernel = KERNEL[at];
  if (kernel) return kernel.type === type && root === "/" && (readOnly || !kernel.readOnly);
  const deviceAt = (place: string) => all.find((other) => other.at === place)?.device;
  // A part of /proc that is shut: the same part, mounted over itself.
  if (at === `/proc${root}` && device === deviceAt("/proc")) return readOnly;
  if (HIDDEN.test(at) || hidden.includes(at))
    return root === "/null" ? device === (deviceAt("/dev/null") ?? deviceAt("/dev")) : type === "tmpfs" && readOnly;
  if (DEVICES.test(at)) return type === "devtmpfs" && `/dev${root}` === at;
  return gpu && (GPU.test(at) || (readOnly && GPU_FILES.test(at)));
}

/** The size that the options of a file system in memory say, in bytes; nothing where they say none. */
export function sizeOf(options: readonly string[]): number | undefined {
  const [, number, unit = ""] = options.map((option) => /^size=(\d+)([kmg]?)$/i.exec(option)).find(Boolean) ?? [];
  return number === undefined ? undefined : Number(number) * 2 ** (10 * " kmg".indexOf(unit.toLowerCase() || " "));
}
