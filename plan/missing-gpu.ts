import type { Engine, GpuOffer, HostGpu } from "../target/engine/engine.ts";
import { CDI_KIND, GENERATE, gpuIds } from "./gpu-ids.ts";
import { lacks } from "./lacks.ts";
import type { Gpu } from "./workload.ts";
import { WSL_DEVICE } from "./wsl-gpu.ts";

/** GPUs that are asked for. */
export type Asked = Exclude<Gpu, false>;

/** What is known of GPUs: what the engine and its machine say, before there is a container; then what came of one that is thrown away. */
export type Known = { engine: Engine } | { seen: SeenGpu } | { refused: string };

/** What a container that was given GPUs has of them. */
export interface SeenGpu {
  /** Devices of the cards, and those that all cards share. `shut` is why one could not be opened, in the system's words. */
  nodes: readonly { path: string; shut?: string }[];
  /** What `nvidia-smi -L` says, a line each; nothing where the engine gave no such program. */
  driver?: readonly string[];
}

/**
 * Why GPUs that are asked for are not had, and what to do about it: one clause for each way that a GPU can be missing. Pure.
 * @returns nothing where nothing that is known speaks against them
 */
export function missingGpu(asked: Asked, known: Known): string | undefined {
  if ("engine" in known) return unoffered(asked, known.engine);
  return "seen" in known ? unlikeAsked(asked, known.seen) : refused(known.refused);
}

function unoffered(asked: Asked, engine: Engine): string | undefined {
  const { gpu: via, gpus } = engine;
  // What the engine lists itself it has, whatever this machine looks like; a spec that is older than the driver is told by what it names.
  const listed = via === "cdi" && (gpus?.devices?.length ?? 0) > 0;
  return (
    (listed ? undefined : withoutDriver(gpus?.host)) ??
    lacks(engine).gpu ??
    (gpus?.host?.wsl && asked !== "all" ? ALL_OF_WSL : undefined) ??
    (via === "cdi" ? unlikeSpecs(gpuIds(asked), gpus) : tooFew(asked, gpus?.host))
  );
}

const ALL_OF_WSL =
  "WSL2 hands in all cards of Windows as one device, so neither a number nor a choice of them can be held. Write gpu: all";

function withoutDriver(host: HostGpu | undefined): string | undefined {
  if (!host) return undefined;
  const { wsl, driver, nodes } = host;
  if (wsl)
    return !wsl.dxg
      ? `this WSL has no ${WSL_DEVICE}, by which Windows hands a GPU in. It has to be WSL2 (\`wsl --list --verbose\`) with a kernel of today (\`wsl --update\`), on a Windows with NVIDIA's driver for Windows; in WSL itself no driver is installed`
      : wsl.libraries
        ? undefined
        : "Windows hands a GPU in, and no libraries of its driver: /usr/lib/wsl/lib/libcuda.so.1 is not there. Install NVIDIA's driver for Windows, and run `wsl --shutdown`";
  if (!driver && nodes.length === 0)
    return "this machine has no NVIDIA driver: there is no /dev/nvidia0 and no /proc/driver/nvidia. Install the driver, or load it (`sudo modprobe nvidia`), until `nvidia-smi` lists the card";
  if (nodes.length === 0)
    return "the NVIDIA driver is loaded, and there is no /dev/nvidia0: nobody has made its devices. Run `sudo nvidia-smi`, or see in `sudo dmesg` why the driver takes no card";
  if (!driver)
    return `there is ${nodes[0]}, and the NVIDIA driver is not loaded: there is no /proc/driver/nvidia. Load it (\`sudo modprobe nvidia\`); after an update of the kernel or of the driver, restart the machine`;
  return undefined;
}

/** @param ids as CDI calls them */
function unlikeSpecs(ids: readonly string[], offer: GpuOffer | undefined): string | undefined {
  const { devices, host } = offer ?? {};
  const stale = host?.specs.find((spec) => spec.gone.length > 0 && ids.some((id) => spec.devices.includes(id)));
  if (stale)
    return `the CDI spec ${stale.file} names ${stale.gone[0]}${stale.gone.length > 1 ? ` and ${stale.gone.length - 1} more` : ""}, which is not there: the driver was changed after the spec was written. Run ${GENERATE} again`;
  const missing = devices && ids.filter((id) => !devices.includes(id));
  if (!devices || !missing || missing.length === 0) return undefined;
  const wanted = missing.map((id) => CDI_KIND + id).join(", ");
  const there = `there are ${devices.map((id) => CDI_KIND + id).join(", ")}`;
  if (devices.some((id) => /^\d+$/.test(id)))
    return `${wanted} is not there: ${there}. Ask for what there is; where a card is missing, run ${GENERATE} again`;
  if (devices.every((id) => id === "all"))
    return `${wanted} is not there: the CDI spec has all GPUs together alone (${CDI_KIND}all). Write gpu: all, or have the spec name each by its number: ${BY_NUMBER}`;
  return `${wanted} is not there: the CDI spec does not name GPUs by their numbers (${there}). Have it do so: ${BY_NUMBER}`;
}

const BY_NUMBER = GENERATE.replace(" generate", " generate --device-name-strategy=index");

function tooFew(asked: Asked, host: HostGpu | undefined): string | undefined {
  if (!host || host.wsl || asked === "all") return undefined;
  const there = host.nodes.length;
  const most = Math.max(...gpuIds(asked).map(Number));
  if (most < there) return undefined;
  return `this machine has ${count(there)} (${host.nodes.join(", ")}), so there is none with the number ${most}; they are counted from 0. Ask for what there is`;
}

function unlikeAsked(asked: Asked, { nodes, driver }: SeenGpu): string | undefined {
  const cards = nodes.filter(({ path }) => CARD.test(path));
  // WSL2 hands all cards in by one device, and the driver alone counts them.
  const byWsl = cards.length === 0 && nodes.some(({ path }) => path === WSL_DEVICE);
  if (cards.length === 0 && !byWsl)
    return `the request was taken and nothing given: a container has neither /dev/nvidia0 nor ${WSL_DEVICE}. An engine that does not know such a request may drop it without a word; ask it by its own client (docs/gpu.md), and use Docker with the NVIDIA Container Toolkit or Podman 5.4 or later`;
  const shut = nodes.find((node) => node.shut !== undefined);
  if (shut) return shutBy(shut.path, shut.shut ?? "");
  const listed = driver?.filter((line) => /^GPU \d+:/.test(line));
  if (listed?.length === 0) return ofDriver(driver?.join(" ") || "nothing");
  const found = byWsl ? listed?.length : cards.length;
  if (found === undefined)
    return `a container has ${WSL_DEVICE}, and no nvidia-smi that counts cards: the libraries of Windows' driver were not handed in. Run \`wsl --update\`, and bring NVIDIA's driver for Windows up to date`;
  if (asked !== "all" && listed && listed.length !== found)
    return `a container has the devices of ${count(found)}, and its driver sees ${listed.length} (${listed.join("; ")}). See what \`nvidia-smi -L\` says on the engine's machine: a card may have fallen off its bus`;
  const wanted = asked === "all" ? found : gpuIds(asked).length;
  if (found === wanted) return undefined;
  const what = `${count(wanted)} asked for, and a container has ${found} (${nodes.map(({ path }) => path).join(", ")})`;
  return found > wanted
    ? `${what}. The CDI spec, or the runtime, gives more than it is asked for; run ${GENERATE} again`
    : `${what}. Ask for as many as there are, or for all`;
}

const CARD = /^\/dev\/nvidia\d+$/;

function shutBy(path: string, said: string): string {
  if (/operation not permitted/i.test(said))
    return `a container has ${path}, and its control group forbids to open it (${said}). Where the NVIDIA runtime gives it, no-cgroups has to be false in /etc/nvidia-container-runtime/config.toml for an engine of root's, and \`systemctl daemon-reload\` takes the right away until the container starts again; by CDI the engine itself gives the right`;
  if (/permission denied/i.test(said))
    return `a container has ${path}, and its user may not open it (${said}): it belongs to a group of the host. Let everybody open it${path === WSL_DEVICE ? ", as WSL2 does by itself (`sudo chmod 666 /dev/dxg`)" : ", as the driver does by itself (`options nvidia NVreg_DeviceFileMode=0666` in /etc/modprobe.d)"}`;
  return `a container has ${path}, and it does not open (${said}). The driver has lost the card, or is not loaded: see whether \`nvidia-smi\` lists it on the engine's machine`;
}

/** @param said by nvidia-smi, which listed no card */
function ofDriver(said: string): string {
  if (/version mismatch/i.test(said))
    return `the driver in the kernel is another one than its libraries (${said}): it was updated while it was loaded. Restart the machine, then run ${GENERATE}`;
  if (/unknown error/i.test(said))
    return `the driver's own program is refused its devices (${said}): the container's control group was written anew without them, as \`systemctl daemon-reload\` does. Restart the engine, or use CDI`;
  return `the driver's own program lists no card (${said}). See whether \`nvidia-smi -L\` does on the engine's machine`;
}

/** @param said by an engine that made no container with the GPUs */
function refused(said: string): string {
  const why = REFUSALS.find(([words]) => words.test(said))?.[1] ?? "the engine makes no container with them";
  return `${why}. It says: ${said}`;
}

/**
 * What engines say, each with what it means. Those of engines were seen with Docker 20.10, 26.1 and 28.5 and Podman 4.3 to 5.8 and specs of no real card; those of
 * nvidia-container-cli are quoted as people reported them (NVIDIA/nvidia-container-toolkit#1269, NVIDIA/nvidia-docker#1393).
 */
const REFUSALS: readonly (readonly [words: RegExp, sentence: string])[] = [
  [
    /unresolvable CDI devices/,
    `the engine has no CDI spec that names them: ${GENERATE} was not run on its machine, or numbers other cards`,
  ],
  [
    /could not select device driver "cdi"/,
    'CDI is off: Docker knows it from 25 on, and until 27 only with {"features": {"cdi": true}} in /etc/docker/daemon.json; write that, and restart Docker',
  ],
  [
    /could not select device driver ""|unknown or invalid runtime name: nvidia|Unknown runtime specified nvidia/,
    "the engine has no NVIDIA runtime: install the NVIDIA Container Toolkit, run `sudo nvidia-ctk runtime configure --runtime=docker`, and restart Docker",
  ],
  [
    /driver not loaded|libnvidia-ml\.so/,
    "the engine's machine has no NVIDIA driver, or has not loaded it: install it there, until `nvidia-smi` lists the card",
  ],
  [/unknown device/, "the engine's machine has no card with that number: `nvidia-smi -L` there counts them from 0"],
  [
    /(bpf|cgroup|device filter).*(operation not permitted|permission denied)/i,
    "the NVIDIA runtime may not set the container's control group, as in a rootless engine: write no-cgroups = true below [nvidia-container-cli] in its /etc/nvidia-container-runtime/config.toml, or use CDI",
  ],
  [
    /\/dev\/dxg.*no such file/,
    `the engine's machine has no ${WSL_DEVICE}: it is no WSL2, or Windows hands no GPU in. Update both there (\`wsl --update\`, NVIDIA's driver for Windows), and run \`wsl --shutdown\``,
  ],
  [
    /no such file or directory|failed to stat|not a device node/i,
    `the CDI spec names a file that is not there: the driver was changed after the spec was written. Run ${GENERATE} again`,
  ],
  // Podman 5.4 and 5.8 answer so, by their API, where no spec names the device (measured).
  [
    /upgrade to tcp, received 500/,
    `Podman does not say why; most often no CDI spec names them: run ${GENERATE} on its machine`,
  ],
];

function count(cards: number): string {
  return cards === 1 ? "1 GPU" : `${cards} GPUs`;
}
