import { complain } from "../../host/say.ts";
import type { Gpu } from "../../plan/workload.ts";
import { oneLine } from "../../stack-file/printable.ts";
import { runClient } from "../../target/engine/client.ts";
import { requestGpu } from "../../target/engine/gpu.ts";
import { runStep, type StepWords } from "./words.ts";

export interface ProbeGpuWords extends StepWords {
  image: string;
  gpu: Exclude<Gpu, false>;
  via: "cdi" | "nvidia" | "none";
}

// Devices, and what the driver's own program says of them where the engine has put it there.
const SHOW = `for d in /dev/nvidia[0-9]*; do test -c "$d" && echo "gpu $d"; done; command -v nvidia-smi >/dev/null && nvidia-smi -L`;

// Proves in a container that is thrown away that the engine hands out the GPU: an engine may ignore the request without a word.
await runStep(async ({ engine, image, gpu, via }: ProbeGpuWords) => {
  const said = await runClient(engine, [
    ...["run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
    ...["--user", "65534:65534", ...requestGpu(gpu, via), "--entrypoint", "/bin/sh", image, "-c", SHOW],
  ]);
  // Judged by what it prints: Podman 4.3 returned 0 for a failed command.
  if (said.stdout.includes("gpu /dev/nvidia")) return complain(oneLine(said.stdout));
  if (!said.ok && said.code === undefined)
    throw new Error(`whether the engine hands out the GPU could not be seen: ${said.why}`);
  throw new Error(
    `the engine takes a request for GPU ${JSON.stringify(gpu)} (${via}), but a container has no /dev/nvidia0: ${oneLine(said.stdout + said.stderr)}. Check the driver (nvidia-smi on the host) and the NVIDIA Container Toolkit (nvidia-ctk cdi generate)`,
  );
});
