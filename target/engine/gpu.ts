import { CDI_KIND, gpuIds } from "../../plan/gpu-ids.ts";
import type { Gpu } from "../../plan/workload.ts";
import { WSL_DEVICE, WSL_DRIVER } from "../../plan/wsl-gpu.ts";
import type { Engine } from "./engine.ts";

/** The words by which an engine's client asks for GPUs. */
export function requestGpu(gpu: Exclude<Gpu, false>, via: Engine["gpu"]): string[] {
  if (via === "cdi") return gpuIds(gpu).flatMap((id) => ["--device", `${CDI_KIND}${id}`]);
  if (via === "wsl")
    return [
      ...["--device", WSL_DEVICE],
      ...WSL_DRIVER.folders.flatMap((folder) => ["--volume", `${folder}:${folder}:ro`]),
      ...Object.entries(WSL_DRIVER.environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ];
  // The quotation marks are for the engine's client: without them a comma ends the field.
  return ["--gpus", gpu === "all" ? "all" : `"device=${gpuIds(gpu).join(",")}"`];
}
