import type { Gpu } from "./workload.ts";

/** What goes before the name of a GPU in CDI's words. */
export const CDI_KIND = "nvidia.com/gpu=";

/** What CDI and the NVIDIA runtime call GPUs: `all`, or numbers from 0. A number of them are the first ones, since neither has a word for any two. */
export function gpuIds(gpu: Exclude<Gpu, false>): string[] {
  if (gpu === "all") return ["all"];
  return "devices" in gpu ? gpu.devices.map(String) : Array.from({ length: gpu.count }, (_, index) => String(index));
}

/** What writes the CDI spec of NVIDIA's cards, by the driver as it is now. */
export const GENERATE = "`sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml`";
