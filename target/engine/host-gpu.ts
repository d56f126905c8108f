import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { HostGpu } from "./engine.ts";

/** Where engines look for CDI specs unless they are told another place: Docker 25 and later, and Podman. */
const SPEC_FOLDERS = ["/etc/cdi", "/var/run/cdi"];

/** What is read of a spec: which kind of device it is for, by what names, and the files of the host that those need. The rest is the engine's. */
const Edits = z
  .object({
    deviceNodes: z.array(z.object({ path: z.string(), hostPath: z.string().optional() })).nullish(),
    mounts: z.array(z.object({ hostPath: z.string() })).nullish(),
  })
  .nullish();
const Spec = z.object({
  kind: z.literal("nvidia.com/gpu"),
  devices: z.array(z.object({ name: z.union([z.string(), z.number()]).transform(String), containerEdits: Edits })),
  containerEdits: Edits,
});

/** A spec of eight cards with all libraries has some 60 KiB. */
const LARGEST_SPEC = 2 ** 20;

/**
 * What this machine has of NVIDIA's driver. What cannot be read is not there: the container that tries the GPU sees what is.
 * @param folders where its engine looks for CDI specs, where that says so
 * @param root before all paths, for tests
 */
export function readHostGpu(folders: readonly string[] = SPEC_FOLDERS, root = "/"): HostGpu {
  const at = (path: string) => join(root, path);
  const release = readOr(at("/proc/sys/kernel/osrelease")) ?? "";
  return {
    driver: existsSync(at("/proc/driver/nvidia/version")),
    nodes: list(at("/dev"))
      .filter((name) => /^nvidia\d+$/.test(name))
      .sort()
      .map((name) => `/dev/${name}`),
    // "5.15.167.4-microsoft-standard-WSL2"; a kernel that somebody built for it may be called otherwise, and has the device.
    ...((/microsoft|wsl/i.test(release) || existsSync(at("/dev/dxg"))) && {
      wsl: { dxg: existsSync(at("/dev/dxg")), libraries: existsSync(at("/usr/lib/wsl/lib/libcuda.so.1")) },
    }),
    specs: folders
      .flatMap((folder) =>
        list(at(folder))
          .filter((name) => /\.(ya?ml|json)$/.test(name))
          .sort()
          .map((name) => join(folder, name)),
      )
      .flatMap((file) => {
        const spec = readSpec(at(file));
        if (!spec) return [];
        const edits = [spec.containerEdits, ...spec.devices.map(({ containerEdits }) => containerEdits)];
        const needed = edits.flatMap((edit) => [
          ...(edit?.deviceNodes ?? []).map(({ path, hostPath }) => hostPath ?? path),
          ...(edit?.mounts ?? []).map(({ hostPath }) => hostPath),
        ]);
        return [
          {
            file,
            devices: spec.devices.map(({ name }) => name),
            gone: [...new Set(needed)].filter((path) => !existsSync(at(path))),
          },
        ];
      }),
  };
}

function readSpec(file: string): z.output<typeof Spec> | undefined {
  try {
    const stat = statSync(file);
    if (!stat.isFile() || stat.size > LARGEST_SPEC) return undefined;
    // JSON is YAML.
    return Spec.safeParse(parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
