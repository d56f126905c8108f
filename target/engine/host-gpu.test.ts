import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readHostGpu } from "./host-gpu.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "agent-sandbox-gpu-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text = ""): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test("of a driver its devices are found, one a card, and what its CDI spec names that is not there", () => {
  for (const node of ["nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm", "null"]) write(`/dev/${node}`);
  write("/proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05");
  write(
    "/etc/cdi/nvidia.yaml",
    `cdiVersion: "0.5.0"
kind: nvidia.com/gpu
devices:
  - name: 0
    containerEdits: {deviceNodes: [{path: /dev/nvidia0}]}
  - name: "all"
    containerEdits: {deviceNodes: [{path: /dev/nvidia0}, {path: /dev/nvidia1}]}
containerEdits:
  deviceNodes: [{path: /dev/nvidiactl}, {path: /dev/x, hostPath: /dev/null}]
  mounts: [{hostPath: /usr/lib/libcuda.so.550, containerPath: /usr/lib/libcuda.so.550}]
`,
  );
  write("/etc/cdi/other.json", '{"kind": "vendor.example/nic", "devices": [{"name": "0"}]}');
  write("/etc/cdi/broken.yaml", "{");
  expect(readHostGpu(undefined, root)).toEqual({
    driver: true,
    nodes: ["/dev/nvidia0", "/dev/nvidia1"],
    specs: [{ file: "/etc/cdi/nvidia.yaml", devices: ["0", "all"], gone: ["/usr/lib/libcuda.so.550"] }],
  });
  expect(readHostGpu(["/var/run/cdi"], root).specs).toEqual([]);
});

test.each([
  ["with a GPU of Windows", ["/dev/dxg", "/usr/lib/wsl/lib/libcuda.so.1"], { dxg: true, libraries: true }],
  ["without one", [], { dxg: false, libraries: false }],
])("WSL2 is known by its kernel, %s", (_what, files, wsl) => {
  write("/proc/sys/kernel/osrelease", "6.6.87.2-microsoft-standard-WSL2\n");
  files.forEach((file) => void write(file));
  expect(readHostGpu(undefined, root)).toEqual({ driver: false, nodes: [], wsl, specs: [] });
});

test("a machine without anything of it has nothing", () => {
  expect(readHostGpu(undefined, root)).toEqual({ driver: false, nodes: [], specs: [] });
});
