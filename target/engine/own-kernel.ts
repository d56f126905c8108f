import type { Look } from "../look.ts";
import type { Reach } from "./client.ts";
import { runTrusted } from "./run-trusted.ts";

/** What a kernel drew by chance when it started; one that has no such file (gVisor) says nothing. */
const NUMBER = ["/bin/sh", "-c", "cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none"] as const;

/**
 * Whether what a runtime starts has a kernel of its own (gVisor, Kata), and not the one that containers of this engine share. Kernels are asked, for a name says nothing: a
 * trusted program reads the number that each draws at its start, once by the runtime and once by the engine's own. A runtime that starts nothing is found out here, too.
 * @param image a trusted one
 */
export async function hasOwnKernel(engine: Reach, image: string, runtime: string): Promise<Look<boolean>> {
  const [own, shared] = await Promise.all(
    [["--runtime", runtime], []].map((options) =>
      runTrusted(engine, {
        ...{ name: "agent-sandbox-kernel", image, user: "65534:65534", options },
        program: [...NUMBER],
      }),
    ),
  );
  for (const [said, by] of [
    [own, runtime],
    [shared, "the engine's own runtime"],
  ] as const) {
    if (!said?.ok) return { unseen: `${by} starts no container: ${said?.why}` };
    if (!/^([0-9a-f-]{36}|none)\n?$/.test(said.stdout))
      return {
        unseen: `a container of ${by} says ${JSON.stringify(said.stdout.slice(0, 80))} instead of its kernel's number`,
      };
  }
  if (shared?.stdout.trim() === "none")
    return { unseen: "the engine's own kernel has no number (/proc/sys/kernel/random/boot_id)" };
  return { seen: own?.stdout !== shared?.stdout };
}
