import type { Engine, GpuOffer, HostGpu } from "../target/engine/engine.ts";
import { type Asked, missingGpu, type SeenGpu } from "./missing-gpu.ts";

const two: HostGpu = { driver: true, nodes: ["/dev/nvidia0", "/dev/nvidia1"], specs: [] };
const bare: HostGpu = { driver: false, nodes: [], specs: [] };
const numbered = ["0", "1", "all"];
const spec = { file: "/etc/cdi/nvidia.yaml", devices: numbered, gone: [] };

/** An engine that says this of GPUs, as Docker 28 unless something else is said. */
function engine(gpu: Engine["gpu"], offer: Partial<GpuOffer> = {}, of: Partial<Engine> = {}): Engine {
  const gpus = { cdi: gpu === "cdi", runtime: gpu === "nvidia", ...offer };
  const rest = {
    host: "unix:///e",
    cli: "docker",
    platform: "linux-x64",
    rootless: false,
    selinux: false,
    runtimes: [],
  } as const;
  return { kind: "docker", version: "28.5.2", ...rest, gpu, gpus, ...of };
}

const podman = (version: string) => ({ kind: "podman", version }) as const;
const wsl = (dxg: boolean, libraries = dxg): HostGpu => ({ ...bare, wsl: { dxg, libraries } });

test.each<[string, Asked, Engine, RegExp]>([
  ["no driver", "all", engine("none", { host: bare }), /^this machine has no NVIDIA driver: .*Install the driver/],
  ["no driver under a toolkit", { count: 1 }, engine("nvidia", { host: bare }), /^this machine has no NVIDIA driver/],
  [
    "a driver without devices",
    "all",
    engine("nvidia", { host: { ...two, nodes: [] } }),
    /^the NVIDIA driver is loaded, and there is no \/dev\/nvidia0.*sudo nvidia-smi/,
  ],
  [
    "devices without a driver",
    "all",
    engine("nvidia", { host: { ...two, driver: false } }),
    /^there is \/dev\/nvidia0, and the NVIDIA driver is not loaded.*modprobe nvidia/,
  ],
  [
    "an engine that is too old for CDI, without a runtime",
    "all",
    engine("none", {}, { version: "20.10.24" }),
    /^it is older than Docker 25, so it knows no CDI, and it has no NVIDIA runtime.*runtime configure/,
  ],
  ["CDI that is off", "all", engine("none", {}, { version: "26.1.5+dfsg1" }), /^CDI is off.*"cdi": true.*cdi generate/],
  [
    "a toolkit whose nvidia-ctk was not run",
    "all",
    engine("none", { cdi: true, devices: [] }),
    /^CDI is on, and no CDI spec names a GPU .*cdi generate/,
  ],
  [
    "a Podman that drops requests",
    "all",
    engine("none", {}, podman("4.3.1")),
    /^Podman before 5\.4 takes .* gives none/,
  ],
  ["a Podman without a spec", "all", engine("none", { devices: [] }, podman("5.4.2")), /^no CDI spec names a GPU/],
  [
    "a spec that is older than the driver",
    { count: 1 },
    engine("cdi", {
      devices: numbered,
      host: { ...two, specs: [{ ...spec, gone: ["/usr/lib/libcuda.so.550", "/usr/lib/libnvidia-ml.so.550"] }] },
    }),
    /^the CDI spec \/etc\/cdi\/nvidia\.yaml names \/usr\/lib\/libcuda\.so\.550 and 1 more, which is not there.* again$/,
  ],
  [
    "a card too many, by CDI",
    { count: 3 },
    engine("cdi", { devices: numbered }),
    /^nvidia\.com\/gpu=2 is not there: there are nvidia\.com\/gpu=0, nvidia\.com\/gpu=1, nvidia\.com\/gpu=all\./,
  ],
  [
    "cards that are named together alone",
    { count: 1 },
    engine("cdi", { devices: ["all"] }),
    /^nvidia\.com\/gpu=0 is not there: .*all GPUs together alone.*Write gpu: all, or .*--device-name-strategy=index/,
  ],
  [
    "cards that are named by UUID",
    { devices: [0] },
    engine("cdi", { devices: ["GPU-8a5b", "all"] }),
    /^nvidia\.com\/gpu=0 is not there: the CDI spec does not name GPUs by their numbers .*--device-name-strategy=index/,
  ],
  [
    "a card too many, by the runtime",
    { devices: [0, 2] },
    engine("nvidia", { host: two }),
    /^this machine has 2 GPUs .*none with the number 2/,
  ],
  ["WSL without its device", "all", engine("none", { host: wsl(false) }), /^this WSL has no \/dev\/dxg.*wsl --update/],
  [
    "WSL without libraries",
    "all",
    engine("wsl", { host: wsl(true, false) }),
    /libcuda\.so\.1 is not there.*for Windows/,
  ],
  ["a choice of WSL's cards", { count: 1 }, engine("wsl", { host: wsl(true) }), /^WSL2 hands in all .*Write gpu: all$/],
  ["a choice of them by the runtime", { devices: [0] }, engine("nvidia", { host: wsl(true) }), /^WSL2 hands in all/],
])("what the engine says tells why a GPU is missing: %s", (_what, asked, known, told) => {
  expect(missingGpu(asked, { engine: known })).toMatch(told);
});

test.each<[string, Asked, Engine]>([
  ["all by CDI", "all", engine("cdi", { devices: numbered, host: { ...two, specs: [spec] } })],
  ["two by CDI", { count: 2 }, engine("cdi", { devices: numbered })],
  ["what nobody lists", { devices: [7] }, engine("cdi")],
  // A spec for other cards is not asked for.
  [
    "one of two specs, the other one stale",
    "all",
    engine("cdi", { devices: numbered, host: { ...two, specs: [spec, { ...spec, devices: ["old"], gone: ["/x"] }] } }),
  ],
  ["what the engine lists, on a machine that looks bare", "all", engine("cdi", { devices: ["all"], host: bare })],
  ["the last card by the runtime", { devices: [1] }, engine("nvidia", { host: two })],
  ["all of an engine elsewhere", "all", engine("nvidia")],
  ["all of WSL", "all", engine("wsl", { host: wsl(true) })],
])("nothing speaks against %s", (_what, asked, known) => {
  expect(missingGpu(asked, { engine: known })).toBeUndefined();
});

/** What a container has: these cards and the device that all share, each listed by the driver unless it is said otherwise. */
function seen(cards: readonly number[], more: Partial<SeenGpu> = {}): SeenGpu {
  return {
    nodes: [...cards.map((card) => `/dev/nvidia${card}`), "/dev/nvidiactl"].map((path) => ({ path })),
    driver: cards.map((card) => `GPU ${card}: NVIDIA X (UUID: GPU-${card})`),
    ...more,
  };
}
const dxg = (driver?: string[]): SeenGpu => ({ nodes: [{ path: "/dev/dxg" }], ...(driver && { driver }) });
const shut = (path: string, why: string) => seen([0], { nodes: [{ path: "/dev/nvidia0" }, { path, shut: why }] });

test.each<[string, Asked, SeenGpu, RegExp | undefined]>([
  ["all, of which there is one", "all", seen([0]), undefined],
  ["all, of which one is lost", "all", seen([0, 1], { driver: ["GPU 0: X"] }), undefined],
  ["two of two", { count: 2 }, seen([0, 1]), undefined],
  // A device's own number is the driver's, not the one that it is listed by.
  ["two chosen ones", { devices: [0, 2] }, seen([1, 3]), undefined],
  ["one, where the engine gives no nvidia-smi", { count: 1 }, { nodes: [{ path: "/dev/nvidia0" }] }, undefined],
  ["all of WSL", "all", dxg(["GPU 0: X"]), undefined],
  ["nothing given", "all", { nodes: [] }, /^the request was taken and nothing given/],
  ["nothing but the device that all share", "all", seen([]), /^the request was taken and nothing given/],
  ["one of two", { count: 2 }, seen([0]), /^2 GPUs asked for, and a container has 1 \(\/dev\/nvidia0, /],
  [
    "two for one",
    { devices: [1] },
    seen([0, 1]),
    /^1 GPU asked for, and a container has 2 .* more than it is asked for/,
  ],
  ["a control group", "all", shut("/dev/nvidiactl", "Operation not permitted"), /control group forbids.*no-cgroups/],
  ["a group of the host", "all", shut("/dev/nvidia0", "Permission denied"), /its user may not open it.*0666/],
  ["WSL's device for root alone", "all", { nodes: [{ path: "/dev/dxg", shut: "Permission denied" }] }, /chmod 666/],
  ["a card that is lost", "all", shut("/dev/nvidia0", "Input/output error"), /does not open \(Input\/output error\)/],
  [
    "a driver that was updated while loaded",
    "all",
    seen([0], { driver: ["Failed to initialize NVML: Driver/library version mismatch", "NVML library version: 550"] }),
    /^the driver in the kernel is another one than its libraries .*Restart the machine/,
  ],
  [
    "a right that was lost",
    "all",
    seen([0], { driver: ["Failed to initialize NVML: Unknown Error"] }),
    /daemon-reload.*Restart the engine/,
  ],
  ["a driver that says nothing", "all", seen([0], { driver: [] }), /lists no card \(nothing\)/],
  [
    "a card that the driver does not see",
    { count: 2 },
    seen([0, 1], { driver: ["GPU 0: X"] }),
    /2 GPUs, and its driver sees 1/,
  ],
  ["WSL without its libraries", "all", dxg(), /no nvidia-smi that counts cards/],
  ["WSL with fewer than asked for", { count: 2 }, dxg(["GPU 0: X"]), /^2 GPUs asked for, and a container has 1/],
])("what a container has is compared with what was asked for: %s", (_what, asked, known, told) => {
  if (told) expect(missingGpu(asked, { seen: known })).toMatch(told);
  else expect(missingGpu(asked, { seen: known })).toBeUndefined();
});

/** As engines said it with fake specs, and NVIDIA's programs as people reported it. */
test.each<[string, RegExp]>([
  ["CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=2", /^the engine has no CDI spec that names/],
  ['could not select device driver "cdi" with capabilities: []', /^CDI is off: Docker knows it from 25 on/],
  ['could not select device driver "" with capabilities: [[gpu]].', /^the engine has no NVIDIA runtime/],
  ["Unknown runtime specified nvidia.", /^the engine has no NVIDIA runtime/],
  ["nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown.", /no NVIDIA driver/],
  [
    "nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory",
    /no NVIDIA driver/,
  ],
  ["nvidia-container-cli: device error: 7: unknown device", /no card with that number/],
  [
    "nvidia-container-cli: mount error: failed to add device rules: bpf_prog_query(BPF_CGROUP_DEVICE) failed: operation not permitted",
    /may not set the container's control group.*no-cgroups = true/,
  ],
  ["failed to fulfil mount request: open /usr/lib/libcuda.so.550.54: no such file or directory", /driver was changed/],
  ['error gathering device information while adding custom device "/dev/dxg": no such file or directory', /no WSL2/],
  ["unable to upgrade to tcp, received 500", /^Podman does not say why/],
  ["something new", /^the engine makes no container with them\. It says: something new$/],
])("an engine that refuses is quoted behind what it means: %s", (said, told) => {
  const sentence = missingGpu("all", { refused: said });
  expect(sentence).toMatch(told);
  expect(sentence).toContain(`It says: ${said}`);
});
