import type { Gpu } from "../../plan/workload.ts";

/** The words by which an engine's client asks for GPUs. */
export function requestGpu(gpu: Exclude<Gpu, false>, via: "cdi" | "nvidia" | "none"): string[] {
  if (via === "cdi") return gpuIds(gpu).flatMap((id) => ["--device", `nvidia.com/gpu=${id}`]);
  // The quotation marks are for the engine's client: without them a comma ends the field.
  return ["--gpus", gpu === "all" ? "all" : `"device=${gpuIds(gpu).join(",")}"`];
}

/** What CDI and the NVIDIA runtime call them: `all`, or numbers from 0. */
export function gpuIds(gpu: Exclude<Gpu, false>): string[] {
  if (gpu === "all") return ["all"];
  return "devices" in gpu ? gpu.devices.map(String) : Array.from({ length: gpu.count }, (_, index) => String(index));
}
