import { hostname } from "node:os";
import { CDI_KIND } from "../../plan/gpu-ids.ts";
import type { Info, Version } from "./answers.ts";
import type { GpuOffer } from "./engine.ts";
import { readHostGpu } from "./host-gpu.ts";

/**
 * What an engine says of GPUs, and what this machine has of them where the engine runs on it: it has this machine's name and answers at a socket of its, for
 * machines elsewhere may have the same name.
 * @param at the address its API answers at
 */
export function readGpuOffer(at: string, version: Version, info: Info, read = readHostGpu): GpuOffer {
  const here = info.Name === hostname() && at.startsWith("unix://");
  const folders = info.CDISpecDirs?.length ? info.CDISpecDirs : undefined;
  const host = here ? read(folders) : undefined;
  const devices = listed(version, info) ?? inSpecs(host, folders);
  return {
    cdi: folders !== undefined,
    runtime: info.Runtimes?.nvidia !== undefined,
    ...(devices && { devices: [...new Set(devices)].sort() }),
    ...(host && { host }),
  };
}

/** From API 1.50 on (Docker 28.2), an engine with CDI that leaves the list out has no device. */
function listed({ ApiVersion = "0" }: Version, { CDISpecDirs, DiscoveredDevices }: Info): string[] | undefined {
  const [major = 0, minor = 0] = ApiVersion.split(".").map(Number);
  const lists = (major > 1 || minor >= 50) && Boolean(CDISpecDirs?.length);
  return (DiscoveredDevices ?? (lists ? [] : undefined))?.flatMap(({ ID }) =>
    ID.startsWith(CDI_KIND) ? [ID.slice(CDI_KIND.length)] : [],
  );
}

/** None at the usual places says nothing of an engine that does not say where it looks: Podman has a setting for it (cdi_spec_dirs). */
function inSpecs(host: GpuOffer["host"], folders: readonly string[] | undefined): readonly string[] | undefined {
  if (!host || (!folders && host.specs.length === 0)) return undefined;
  return host.specs.flatMap(({ devices }) => devices);
}
