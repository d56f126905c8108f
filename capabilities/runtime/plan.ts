import type { Facts } from "../../plan/facts.ts";
import { lacks } from "../../plan/lacks.ts";
import { open } from "../../plan/review/topic.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";

/** Which of the engine's runtimes starts what nobody has read: the agent's container and its helpers. */
export const runtime: Capability = {
  plan: ({ spec }, { engine }) => ({
    ...(spec.runtime && { runtime: spec.runtime }),
    problems: unoffered(spec, engine),
  }),
  posture: ({ spec }, placed) => {
    const says = placed?.agent.runtime ?? spec.runtime;
    return says === undefined ? [] : [{ topic: "runtime", about: "", says, key: "runtime" }];
  },
  // A kernel of its own is a wall more, and hides mounts and processes from the proof; and a name says nothing of what is behind it.
  topics: { runtime: open("what it holds back is not compared") },
};

function unoffered({ runtime }: Pick<Spec, "runtime">, engine: Facts["engine"]): Problem[] {
  if (runtime === undefined) return [];
  const problem = (says: string): Problem[] => [{ path: "runtime", message: `${JSON.stringify(runtime)} ${says}` }];
  if (NVIDIA.test(runtime))
    return problem("hands out GPUs to whoever asks by a variable; write gpu: all, or which ones");
  const missing = lacks(engine).runtime;
  if (missing) return problem(`cannot be asked for: ${missing}. Leave runtime out`);
  if (engine.runtimes.includes(runtime)) return [];
  return problem(
    `is no runtime of the engine (${engine.kind} ${engine.version}), which has ${engine.runtimes.join(", ")}. Install it and name it under "runtimes" in the engine's daemon.json, or leave runtime out`,
  );
}

/** Names that NVIDIA's toolkit gives its own: they mount the driver and devices for NVIDIA_VISIBLE_DEVICES, which an image or the stack file can set. */
const NVIDIA = /^nvidia/;
