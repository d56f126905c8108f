import type { Engine } from "./engine.ts";

/** An engine that nobody asks, for programs under Pulumi's mocks: Docker on Linux, with what a client asks of it. */
export function imaginedEngine({ gpu, runtime }: { gpu: boolean; runtime?: string | undefined }): Engine {
  return {
    ...{ kind: "docker", version: "28.5.2", host: "unix:///var/run/docker.sock", cli: "docker" },
    ...{ platform: "linux-x64", rootless: false, selinux: false, gpu: gpu ? "nvidia" : "none" },
    runtimes: ["runc", ...(runtime === undefined ? [] : [runtime])],
  };
}
