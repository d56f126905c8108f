/** A newer engine than this machine's: which of the distribution's packages it is, and how it is started. */
export interface Recipe {
  suite: string;
  packages: readonly string[];
  /** Its program and words; `socket` is where it answers, `group` the parent of its control groups. */
  serve(socket: string, group: string): readonly string[];
  /** What of it stays from run to run, for the images in it. */
  data: string;
  /** Whether the tests' own user runs it (test/engine/person.ts), and not root. */
  rootless?: true;
}

const docker = (suite: string): Recipe => ({
  suite,
  packages: ["docker.io"],
  serve: (socket, group) => ["dockerd", "--host", `unix://${socket}`, "--cgroup-parent", `/${group}`],
  data: "/var/lib/docker",
});

const podman = (suite: string): Recipe => ({
  suite,
  packages: ["podman", "runc", "netavark", "aardvark-dns"],
  serve: (socket) => ["podman", "system", "service", "--time", "0", `unix://${socket}`],
  data: "/var/lib/containers",
});

/** Here its bridges are shut off from the machine by pasta, which later Podmans take where nothing else is said. */
const rootlessPodman = (suite: string): Recipe => {
  const { packages, ...recipe } = podman(suite);
  return { ...recipe, packages: [...packages, "passt", "uidmap", "python3"], rootless: true };
};

/** The engines of the matrix, most used first; `host` is an engine of this machine itself. */
export const ENGINES: Readonly<Record<string, { host: "docker" | "podman"; rootless?: true } | Recipe>> = {
  "docker-28": docker("sid"),
  "podman-5.4": podman("trixie"),
  "docker-26.1": docker("trixie"),
  "podman-5.8": podman("sid"),
  "docker-20.10": { host: "docker" },
  "podman-4.3": { host: "podman" },
  "podman-5.4-rootless": rootlessPodman("trixie"),
  "podman-4.3-rootless": { host: "podman", rootless: true },
};
