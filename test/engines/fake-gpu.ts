import type { Engine } from "../engine/engine.ts";

/** GPUs that are none: what an engine does with a request for them is real, and what it hands out are /dev/null and a program that counts. */
export interface FakeGpus {
  /** By which names its devices are asked for. */
  names?: readonly string[];
  /** Whether /dev/null is mounted at a device's place instead of made there: a rootless engine with runc makes no device nodes. */
  mounted?: boolean;
  /** What the spec names besides, as of a driver that was there once. */
  also?: string;
  /** Whether each device gives both cards. */
  both?: boolean;
}

/**
 * Puts a CDI spec of NVIDIA's kind onto the engine's machine, by a container of the engine itself, and the driver's program beside it; or takes both away. The
 * engine has read it when this returns.
 * @param image that the engine has
 */
export async function fakeGpus(engine: Engine, image: string, fake: FakeGpus | undefined): Promise<void> {
  const write = fake
    ? `printf '%s' "$SMI" >/cdi/nvidia-smi && chmod 755 /cdi/nvidia-smi && printf '%s' "$SPEC" >/cdi/nvidia.json`
    : "rm -f /cdi/nvidia-smi /cdi/nvidia.json";
  await engine.ask(
    ...["run", "--rm", "--user", "0:0", "--volume", "/etc/cdi:/cdi"],
    ...(fake ? ["--env", `SMI=${SMI}`, "--env", `SPEC=${JSON.stringify(specOf(fake))}`] : []),
    // The engine watches the folder.
    ...["--entrypoint", "/bin/sh", image, "-c", `${write} && sleep 2`],
  );
}

/** In the form of `nvidia-ctk cdi generate`. */
function specOf({ names = ["0", "1", "all"], mounted = false, also, both = false }: FakeGpus): unknown {
  const give = (paths: readonly string[]) => ({
    mounts: mounted
      ? paths.map((path) => ({ hostPath: "/dev/null", containerPath: path, options: ["bind", "rw"] }))
      : [],
    deviceNodes: mounted ? [] : paths.map((path) => ({ path, hostPath: "/dev/null" })),
  });
  const mount = (hostPath: string, containerPath = hostPath) => ({ hostPath, containerPath, options: ["ro", "bind"] });
  const shared = give(["/dev/nvidiactl"]);
  return {
    cdiVersion: "0.5.0",
    kind: "nvidia.com/gpu",
    devices: names.map((name) => ({
      name,
      containerEdits: give(both || name === "all" ? ["/dev/nvidia0", "/dev/nvidia1"] : [`/dev/nvidia${name}`]),
    })),
    containerEdits: {
      ...shared,
      mounts: [...shared.mounts, mount("/etc/cdi/nvidia-smi", "/usr/bin/nvidia-smi"), ...(also ? [mount(also)] : [])],
    },
  };
}

const SMI = `#!/bin/sh
for card in /dev/nvidia[0-9]*; do
  test -c "$card" && echo "GPU \${card#/dev/nvidia}: Fake Card (UUID: GPU-fake-\${card#/dev/nvidia})"
done
`;
