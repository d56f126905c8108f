import { hostname } from "node:os";
import type { Info } from "./answers.ts";
import { dialects } from "./dialect/dialects.ts";
import type { HostGpu } from "./engine.ts";
import { readGpuOffer } from "./gpu-offer.ts";

const FOLDERS = { CDISpecDirs: ["/etc/cdi", "/var/run/cdi"] };
const none: HostGpu = { driver: true, nodes: ["/dev/nvidia0"], specs: [] };
const one: HostGpu = { ...none, specs: [{ file: "/etc/cdi/nvidia.yaml", devices: ["0", "all"], gone: [] }] };
const discovered = (...ids: string[]) => ({ ...FOLDERS, DiscoveredDevices: ids.map((ID) => ({ Source: "cdi", ID })) });
const here = { Name: hostname() };
const wsl = { ...none, wsl: { dxg: true, libraries: true } };

test.each<[string, "docker" | "podman", string, string, Partial<Info>, HostGpu, string, string[] | undefined]>([
  ["Docker 20.10 without anything", "docker", "20.10.24", "1.41", here, none, "none", undefined],
  ["with the NVIDIA runtime", "docker", "20.10.24", "1.41", { Runtimes: { nvidia: {} } }, none, "nvidia", undefined],
  ["Docker 28.5 with folders and no spec", "docker", "28.5.2", "1.51", FOLDERS, none, "none", []],
  [
    "Docker 28.5 with folders, no spec and a runtime",
    "docker",
    "28.5.2",
    "1.51",
    { ...FOLDERS, Runtimes: { nvidia: {} } },
    none,
    "nvidia",
    [],
  ],
  [
    "Docker 28.5 that lists devices, which counts before specs",
    "docker",
    "28.5.2",
    "1.51",
    { ...here, ...discovered("nvidia.com/gpu=all", "nvidia.com/gpu=0", "vendor.example/nic=0") },
    { ...one, specs: [] },
    "cdi",
    ["0", "all"],
  ],
  ["devices of another vendor alone", "docker", "28.5.2", "1.51", discovered("amd.com/gpu=0"), none, "none", []],
  ["Docker 26.1 elsewhere, with CDI", "docker", "26.1.5", "1.45", FOLDERS, one, "cdi", undefined],
  [
    "Docker 26.1 here, with CDI and a spec",
    "docker",
    "26.1.5",
    "1.45",
    { ...here, ...FOLDERS },
    one,
    "cdi",
    ["0", "all"],
  ],
  ["Docker 26.1 here, with CDI and none", "docker", "26.1.5", "1.45", { ...here, ...FOLDERS }, none, "none", []],
  ["Podman 4.3, whatever is there", "podman", "4.3.1", "1.41", here, one, "none", ["0", "all"]],
  ["Podman 5.4 here, with a spec", "podman", "5.4.2", "1.41", here, one, "cdi", ["0", "all"]],
  // It may look elsewhere, and does not say where.
  ["Podman 5.4 here, with none at the usual places", "podman", "5.4.2", "1.41", here, none, "cdi", undefined],
  ["Podman 10", "podman", "10.0.0", "1.44", {}, none, "cdi", undefined],
  ["WSL2 without a toolkit", "docker", "28.5.2", "1.51", { ...here, ...FOLDERS }, wsl, "wsl", []],
  ["WSL2 and Podman 4.3", "podman", "4.3.1", "1.41", here, wsl, "wsl", undefined],
])("%s", (_what, kind, Version, ApiVersion, info, host, way, devices) => {
  const offer = readGpuOffer("unix:///e", { Version, Arch: "amd64", ApiVersion }, info, () => host);
  expect([dialects[kind].gpu(Version, offer), offer.devices]).toEqual([way, devices]);
  expect(offer.host).toBe(info.Name ? host : undefined);
});

test("an engine elsewhere that has this machine's name is not judged by this machine", () => {
  const version = { Version: "28.5.2", Arch: "amd64", ApiVersion: "1.51" };
  expect(readGpuOffer("ssh://dev@gpu-box", version, here, () => none)).toEqual({ cdi: false, runtime: false });
});
