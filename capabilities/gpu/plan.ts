import type { Facts } from "../../plan/facts.ts";
import { lacks } from "../../plan/lacks.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";
import { gpuFacts, gpuTopics } from "./facts.ts";

/** GPUs of the engine's machine, for the agent's container. */
export const gpu: Capability = {
  plan: ({ spec }, { engine }) => ({ gpu: spec.gpu, problems: unoffered(spec, engine) }),
  posture: ({ spec }, placed) => gpuFacts(placed?.agent.gpu ?? spec.gpu),
  topics: gpuTopics,
};

function unoffered({ gpu }: Pick<Spec, "gpu">, engine: Facts["engine"]): Problem[] {
  const missing = lacks(engine).gpu;
  if (gpu === false || missing === undefined) return [];
  return [
    {
      path: "gpu",
      message: `${JSON.stringify(gpu)} is asked for, but the engine (${engine.kind} ${engine.version}) offers no GPU: ${missing}. Install it, or set gpu: false`,
    },
  ];
}
