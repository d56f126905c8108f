import { gpuIds } from "../../plan/gpu-ids.ts";
import type { Gpu } from "../../plan/workload.ts";
import { WSL_DEVICE } from "../../plan/wsl-gpu.ts";
import type { Inspected } from "./answers.ts";

type Devices = Pick<Inspected["HostConfig"], "Devices" | "DeviceRequests">;

/** The GPUs that a posture says, as an engine is asked for them. */
export function plannedGpus(gpu: string): string[] {
  if (gpu === "none") return [];
  return gpuIds(gpu === "all" ? gpu : (JSON.parse(gpu) as Exclude<Gpu, false>));
}

/**
 * What a container has of the host's devices and of what stands for some. Podman tells no requests: of a GPU it tells the devices that came of one, and which they are
 * is the proof's to see.
 * @param planned the GPUs that were planned
 */
export function foundDevices({ Devices, DeviceRequests }: Devices, planned: readonly string[]): string[] {
  const devices = (Devices ?? []).map((device) => device.PathOnHost ?? JSON.stringify(device));
  // WSL2's one device is asked for by its path, and is all GPUs.
  if (planned.includes("all") && !DeviceRequests?.length && devices.includes(WSL_DEVICE))
    return [...planned, ...devices.filter((device) => device !== WSL_DEVICE)];
  if (DeviceRequests !== undefined) return [...devices, ...(DeviceRequests ?? []).flatMap(requested)];
  const others = devices.filter((device) => planned.length === 0 || !OF_GPU.test(device));
  return [...planned, ...others];
}

const OF_GPU = /^\/dev\/(nvidia[^/]*(\/[^/]+)?|dri\/[^/]+|dxg)$/;

/** As the plan calls them: without the words of CDI before it, and `all` for what the NVIDIA runtime counts as -1. */
function requested({ Driver, Count, DeviceIDs }: NonNullable<Devices["DeviceRequests"]>[number]): string[] {
  if (DeviceIDs?.length) return DeviceIDs.map((id) => id.replace(/^nvidia\.com\/gpu=/, ""));
  return [Count === -1 ? "all" : `${Count ?? 0} of ${Driver || "any driver"}`];
}
