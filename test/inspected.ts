import type { ExpectedContainer } from "../plan/expected.ts";
import { seccompName } from "../plan/seccomp.ts";
import type { Inspected } from "../target/engine/answers.ts";

export const PROFILE = '{"defaultAction":"SCMP_ACT_ERRNO"}';

type Mounts = NonNullable<Inspected["Mounts"]>;

/** The posture of an agent's container, and what an engine says of one that is as planned: nothing is wrong with it. */
export function agentWith(...more: Mounts): { posture: ExpectedContainer; found: () => Inspected } {
  const mounts: Mounts = [{ Type: "bind", Source: "/srv/acme", Destination: "/workspace", RW: true }, ...more];
  return {
    posture: {
      image: "agent-sandbox/agent:1",
      user: "1000:1000",
      capabilities: [],
      mounts: Object.fromEntries(
        mounts.map(({ Name, Source, Destination, RW }) => [Destination, `${Name ?? Source} (${RW ? "rw" : "ro"})`]),
      ),
      networks: ["acme-inner"],
      published: [],
      gpu: "none",
      seccomp: seccompName(PROFILE),
      limits: { memory: "1024MiB", pids: "512" },
    },
    found: () => ({
      State: { Status: "running" },
      Users: { seen: ["1000"] },
      Image: "sha256:1",
      Config: { Image: "agent-sandbox/agent:1", User: "1000:1000" },
      HostConfig: {
        Privileged: false,
        ReadonlyRootfs: true,
        CapAdd: null,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges", `seccomp=${PROFILE}`],
        PidMode: "",
        IpcMode: "private",
        UTSMode: "",
        NetworkMode: "acme-inner",
        Devices: null,
        PortBindings: {},
        Memory: 2 ** 30,
        PidsLimit: 512,
      },
      // A test changes what it was given.
      Mounts: mounts.map((mount) => ({ ...mount })),
      NetworkSettings: { Networks: { "acme-inner": {} } },
    }),
  };
}
