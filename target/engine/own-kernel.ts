import type { Look } from "../look.ts";
import type { Reach } from "./client.ts";
import { runTrusted } from "./run-trusted.ts";

/** What a kernel drew by chance when it started, where it has such a file (gVisor has none), and what it calls itself. */
const NUMBER = [
  "/bin/sh",
  "-c",
  "cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo none; cat /proc/version",
] as const;
const SAID = /^([0-9a-f-]{36}|none)\n(.+)\n$/;

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
  const kernels: Kernel[] = [];
  for (const [said, by] of [
    [own, runtime],
    [shared, "the engine's own runtime"],
  ] as const) {
    if (!said?.ok) return { unseen: `${by} starts no container: ${said?.why}` };
    const [, number = "", version = ""] = SAID.exec(said.stdout) ?? [];
    if (!number)
      return {
        unseen: `a container of ${by} says ${JSON.stringify(said.stdout.slice(0, 80))} instead of its kernel's number and version`,
      };
    kernels.push({ number, version });
  }
  return compareKernels(kernels[0], kernels[1]);
}

type Kernel = { number: string; version: string };

/** Whether these are two. One without a number is another one only where it calls itself otherwise: a file that could not be read says nothing. */
export function compareKernels(own: Kernel | undefined, shared: Kernel | undefined): Look<boolean> {
  if (!own || !shared || shared.number === "none")
    return { unseen: "the engine's own kernel has no number (/proc/sys/kernel/random/boot_id)" };
  if (own.number !== "none") return { seen: own.number !== shared.number };
  return own.version === shared.version
    ? { unseen: "its kernel has no number, and calls itself as the engine's does" }
    : { seen: true };
}
