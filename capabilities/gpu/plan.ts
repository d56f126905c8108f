import type { Facts } from "../../plan/facts.ts";
import type { Problem } from "../../stack-file/problem.ts";
import type { Spec } from "../../stack-file/spec.ts";
import type { Capability } from "../capability.ts";

/** GPUs of the engine's machine, for the agent's container. */
export const gpu: Capability = {
  plan: ({ spec }, { engine }) => ({ gpu: spec.gpu, problems: unoffered(spec, engine) }),
};

function unoffered({ gpu }: Pick<Spec, "gpu">, { kind, version, gpu: offered }: Facts["engine"]): Problem[] {
  if (gpu === false || offered !== "none") return [];
  const missing =
    kind === "podman"
      ? "Podman before 5.4 does not hand out GPUs through its API"
      : "it has neither CDI (Docker 25 and later, with a spec in /etc/cdi) nor the NVIDIA runtime (nvidia-container-toolkit)";
  return [
    {
      path: "gpu",
      message: `${JSON.stringify(gpu)} is asked for, but the engine (${kind} ${version}) offers no GPU: ${missing}. Install it, or set gpu: false`,
    },
  ];
}
