import { homedir } from "node:os";
import type { ImageSources } from "../capabilities/image/image.ts";
import type { Facts } from "../plan/facts.ts";
import type { Spec } from "../stack-file/spec.ts";
import { target } from "../target/target.ts";
import { hostPath } from "./path.ts";
import type { survey } from "./survey.ts";

/**
 * What a survey would say of a machine that nobody asks, for a program under Pulumi's mocks: Docker on Linux, a workspace of the first user's, nothing there yet. What a stack file asks
 * of a machine is taken to be there.
 */
export function imagined(
  { workspace, mounts, gpu, runtime }: Spec,
  root: string,
  images: ImageSources,
  fingerprints: Facts["fingerprints"],
): Awaited<ReturnType<typeof survey>> {
  return {
    facts: {
      engine: target.imagined({ gpu: gpu !== false, runtime }),
      now: Date.now(),
      workspace: {
        ...{ uid: 1000, gid: 1000 },
        ...(typeof workspace === "string" && { path: hostPath(workspace, root), id: "imagined" }),
      },
      mounts: mounts.map(({ host }) => ({ path: hostPath(host, root), id: "imagined" })),
      ...{ masks: [], above: [], opened: [], warnings: [], neighbours: [], kept: [] },
      networks: { own: [], taken: [], ways: [], clients: [], bridges: [] },
      images,
      fingerprints,
      host: { addresses: [], steady: [], uplinks: [] },
      machine: { cpus: 64, memory: 2 ** 40, processes: 2 ** 22, ports: [] },
      home: homedir(),
      project: root,
    },
    there: { present: [], containers: {}, networks: [], strangers: [], foreign: [], lives: false, doubles: [] },
    ...{ warnings: [], strays: [], problems: [] },
  };
}
