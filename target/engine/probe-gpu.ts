import type { Gpu } from "../../plan/workload.ts";
import { oneLine } from "../../stack-file/printable.ts";
import type { Reach } from "./client.ts";
import type { Engine } from "./engine.ts";
import { requestGpu } from "./gpu.ts";
import { runTrusted } from "./run-trusted.ts";

/** A GPU as it is asked for, of which engine's way, and the image that is to see it. */
export interface GpuRequest {
  image: string;
  gpu: Exclude<Gpu, false>;
  via: Engine["gpu"];
}

// Devices, and what the driver's own program says of them where the engine has put it there.
const SHOW = `for d in /dev/nvidia[0-9]*; do test -c "$d" && echo "gpu $d"; done; command -v nvidia-smi >/dev/null && nvidia-smi -L`;

/**
 * Proves in a container that is thrown away that the engine hands out the GPU: an engine may ignore the request without a word.
 * @returns what was seen of it
 * @throws Error when it is not handed out, or that could not be seen
 */
export async function probeGpu(engine: Reach, { image, gpu, via }: GpuRequest): Promise<string> {
  const said = await runTrusted(engine, {
    ...{ name: "agent-sandbox-gpu", image, user: "65534:65534" },
    options: requestGpu(gpu, via),
    program: ["/bin/sh", "-c", SHOW],
  });
  // Judged by what it prints: Podman 4.3 returned 0 for a failed command.
  if (said.stdout.includes("gpu /dev/nvidia")) return oneLine(said.stdout);
  if (!said.ok && said.code === undefined)
    throw new Error(`whether the engine hands out the GPU could not be seen: ${said.why}`);
  throw new Error(
    `the engine takes a request for GPU ${JSON.stringify(gpu)} (${via}), but a container has no /dev/nvidia0: ${oneLine(said.stdout + said.stderr)}. Check the driver (nvidia-smi on the host) and the NVIDIA Container Toolkit (nvidia-ctk cdi generate)`,
  );
}
