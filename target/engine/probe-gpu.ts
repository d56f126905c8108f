import { missingGpu, type SeenGpu } from "../../plan/missing-gpu.ts";
import type { Gpu } from "../../plan/workload.ts";
import { oneLine } from "../../stack-file/printable.ts";
import type { Reach } from "./client.ts";
import type { Engine } from "./engine.ts";
import { requestGpu } from "./gpu.ts";
import { runTrusted } from "./run-trusted.ts";

/** A GPU as it is asked for, of which engine's way, and whom it is for: the image that is to see it, and the user that is to open it. */
export interface GpuRequest {
  image: string;
  user: string;
  gpu: Exclude<Gpu, false>;
  via: Engine["gpu"];
  /** What it is started by, where that is not the engine's own choice. */
  runtime?: string;
}

/**
 * Opens each device as the driver's libraries do, to read and to write, and asks the driver's own program, which the engine puts there, what it sees. That
 * program's lines begin with a word of ours, so none of them is taken for one of ours. Without the last line, the look was cut short.
 */
const LOOK = `
for device in /dev/nvidia[0-9]* /dev/nvidiactl /dev/nvidia-uvm /dev/dxg; do
  test -c "$device" || continue
  if said=$(exec 2>&1 <>"$device"); then echo "node $device"; else echo "shut $device $said"; fi
done
smi=$(command -v nvidia-smi) || smi=/usr/lib/wsl/lib/nvidia-smi
if test -x "$smi"; then echo asks; "$smi" -L 2>&1 </dev/null | sed 's/^/says /'; fi
echo done`;

/** The driver takes seconds for a card that nobody has in use; eight of them took half a minute on others' machines. */
const SECONDS = 120;

/**
 * Proves in a container that is thrown away that the engine hands out the GPUs that are asked for, to the user that is to have them: an engine may ignore a
 * request without a word, or give more or fewer devices than asked for.
 * @returns what was seen of them
 * @throws Error when they are not handed out, with what to do, or when that could not be seen
 */
export async function probeGpu(engine: Reach, { image, user, gpu, via, runtime }: GpuRequest): Promise<string> {
  const said = await runTrusted(engine, {
    ...{ name: "agent-sandbox-gpu", image, user, seconds: SECONDS },
    options: [...(runtime === undefined ? [] : ["--runtime", runtime]), ...requestGpu(gpu, via)],
    program: ["/bin/sh", "-c", LOOK],
  });
  const lines = said.stdout.split("\n").filter(Boolean);
  // Judged by what it prints: Podman 4.3 returned 0 for a failed command.
  const whole = lines.at(-1) === "done";
  if (!whole && (said.code === undefined || lines.length > 0))
    throw new Error(
      `whether the engine hands out GPU ${JSON.stringify(gpu)} could not be seen: ${said.ok ? oneLine(said.stdout) : said.why}`,
    );
  const missing = missingGpu(gpu, whole ? { seen: readLook(lines) } : { refused: oneLine(said.stderr) || "nothing" });
  if (missing) throw new Error(`GPU ${JSON.stringify(gpu)} (by ${via}) is not had: ${missing}`);
  const { nodes, driver } = readLook(lines);
  return oneLine(
    `a container has ${nodes.map(({ path }) => path).join(", ")}${driver ? `: ${driver.join("; ")}` : ""}`,
  );
}

/** What the look printed, without its last line. */
export function readLook(lines: readonly string[]): SeenGpu {
  const words = (first: string) =>
    lines.flatMap((line) => (line.startsWith(`${first} `) ? [line.slice(first.length + 1)] : []));
  const open = words("node").map((path) => ({ path }));
  const shut = words("shut").map((line) => {
    const [path = ""] = line.split(" ");
    // After the words of the shell: `/bin/sh: 2: cannot create /dev/nvidia0: Operation not permitted`.
    return { path, shut: line.split(": ").at(-1) ?? "" };
  });
  return { nodes: [...open, ...shut], ...(lines.includes("asks") && { driver: words("says") }) };
}
