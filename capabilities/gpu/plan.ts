import type { Facts } from "../../plan/facts.ts";
import { missingGpu } from "../../plan/missing-gpu.ts";
import { WSL_DRIVER } from "../../plan/wsl-gpu.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { gpuFacts, gpuTopics } from "./facts.ts";

/** GPUs of the engine's machine, for the agent's container. */
export const gpu: Capability = {
  plan: ({ spec }, { engine }) => ({
    gpu: spec.gpu,
    ...(spec.gpu !== false && engine.gpu === "wsl" && OF_WSL),
    problems: unoffered(spec, engine),
  }),
  posture: ({ spec }, placed) => gpuFacts(placed?.agent.gpu ?? spec.gpu),
  topics: gpuTopics,
};

/** Where no toolkit hands in the driver's libraries, they are mounted like anything else of the host's. */
const OF_WSL = {
  mounts: WSL_DRIVER.folders.map((folder) => ({ kind: "bind" as const, source: folder, at: folder, readOnly: true })),
  environment: WSL_DRIVER.environment,
};

function unoffered({ gpu }: Pick<Spec, "gpu">, engine: Facts["engine"]): Problem[] {
  const missing = gpu === false ? undefined : missingGpu(gpu, { engine });
  if (missing === undefined) return [];
  const [asked, of] = [JSON.stringify(gpu), `${engine.kind} ${engine.version}`];
  return [
    {
      path: "gpu",
      message: `${asked} is asked for, but the engine (${of}) does not offer it: ${missing}. Or set gpu: false`,
    },
  ];
}
